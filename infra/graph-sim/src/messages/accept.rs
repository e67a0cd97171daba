//! Accepting a message: the record, the statuses to come, and the answer.

use std::time::Duration;

use axum::Json;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::envelope::Outgoing;
use crate::clock;
use crate::failure;
use crate::hold::Release;
use crate::ids;
use crate::magic::{Behaviour, Fault};
use crate::state::{Accepted, Simulator};
use crate::webhook::statuses;

/// The longest that an answer waits for a status to be delivered before it.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Accepts the message at once, so that it stays accepted if the caller goes away, and answers.
pub async fn accept(
    simulator: &Simulator,
    outgoing: Outgoing,
    fault: Option<Fault>,
    token_tail: String,
) -> Response {
    let behaviour = match fault {
        Some(Fault::Behave(behaviour)) => Some(behaviour),
        _ => None,
    };
    let message = record(outgoing.clone(), behaviour, token_tail);
    let (message, gate) = {
        let mut store = simulator.store();
        let message = Accepted { epoch: store.epoch, ..message };
        store.accept(message.clone());
        let gate = store.holds.claim(&message);
        (message, gate)
    };
    let early = behaviour == Some(Behaviour::StatusBeforeAnswer);
    let (first, first_is_through) = oneshot::channel();
    let steps = statuses::plan(fault);
    tokio::spawn(statuses::run(
        simulator.clone(),
        message.clone(),
        steps,
        gate.clone(),
        early.then_some(first),
    ));
    if early {
        // An address that does not answer must not hold the sender up for ever.
        let _ = tokio::time::timeout(LONGEST_WAIT, first_is_through).await;
    }
    if behaviour == Some(Behaviour::SlowAnswer) {
        let delay = simulator.store().config.delays.slow_answer;
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    if let Some(gate) = gate
        && gate.wait().await == Release::Lose
    {
        return failure::lost();
    }
    answer(&outgoing, &message, behaviour)
}

fn record(outgoing: Outgoing, behaviour: Option<Behaviour>, token_tail: String) -> Accepted {
    let other = behaviour == Some(Behaviour::OtherWaId);
    // As for Brazilian and Mexican numbers, whose WhatsApp ids have a digit more or less.
    let wa_id = if other { outgoing.to[..outgoing.to.len() - 1].to_owned() } else { outgoing.to.clone() };
    Accepted {
        wamid: ids::wamid(&wa_id),
        phone_number_id: outgoing.number.id,
        waba_id: outgoing.number.waba_id,
        to: outgoing.to,
        kind: outgoing.kind,
        payload: outgoing.body,
        callback_data: outgoing.callback_data,
        at: clock::now_ms(),
        token_tail,
        category: outgoing.category,
        wa_id,
        epoch: 0,
    }
}

fn answer(outgoing: &Outgoing, message: &Accepted, behaviour: Option<Behaviour>) -> Response {
    let body = body(outgoing, message, behaviour);
    match behaviour {
        Some(Behaviour::LostAfterAcceptance | Behaviour::LostWithoutStatuses) => failure::lost(),
        Some(Behaviour::BrokenAnswer) => {
            let whole = body.to_string();
            let half = whole[..whole.len() / 2].to_owned();
            ([(header::CONTENT_TYPE, "application/json")], half).into_response()
        }
        _ => Json(body).into_response(),
    }
}

fn body(outgoing: &Outgoing, message: &Accepted, behaviour: Option<Behaviour>) -> Value {
    let key = if message.to_user_id() { "user_id" } else { "wa_id" };
    let mut sent = json!({"id": message.wamid});
    if behaviour == Some(Behaviour::HeldForQuality) {
        sent["message_status"] = "held_for_quality_assessment".into();
    } else if message.kind == "template" {
        sent["message_status"] = "accepted".into();
    }
    json!({
        "messaging_product": "whatsapp",
        "contacts": [{"input": outgoing.input, key: message.wa_id}],
        "messages": [sent],
    })
}
