//! The statuses that follow an accepted message.

use std::time::Duration;

use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::deliver::Delivery;
use super::payload;
use crate::config::Delays;
use crate::hold::Gate;
use crate::magic::{Behaviour, Fault};
use crate::numbers;
use crate::state::{Accepted, Simulator};

/// When a step is due, after acceptance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Sent,
    Delivered,
    Read,
}

/// One status to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    status: &'static str,
    due: Due,
    code: Option<u32>,
    copies: u8,
}

const fn step(status: &'static str, due: Due) -> Step {
    Step { status, due, code: None, copies: 1 }
}

const fn failed(code: u32, due: Due) -> Step {
    Step { status: "failed", due, code: Some(code), copies: 1 }
}

const SENT: Step = step("sent", Due::Sent);
const DELIVERED: Step = step("delivered", Due::Delivered);
const READ: Step = step("read", Due::Read);

/// The statuses of a message that met a fault, or none.
pub fn plan(fault: Option<Fault>) -> Vec<Step> {
    let behaviour = match fault {
        Some(Fault::FailLater(code)) => return vec![failed(code, Due::Sent)],
        Some(Fault::Behave(behaviour)) => behaviour,
        Some(Fault::Refuse(_)) | None => return vec![SENT, DELIVERED, READ],
    };
    match behaviour {
        Behaviour::DuplicateStatuses => {
            [SENT, DELIVERED, READ].map(|step| Step { copies: 3, ..step }).to_vec()
        }
        Behaviour::ReorderedStatuses => {
            vec![step("read", Due::Sent), step("delivered", Due::Delivered), step("sent", Due::Read)]
        }
        Behaviour::NoStatuses | Behaviour::LostWithoutStatuses => Vec::new(),
        Behaviour::NotOnWhatsapp => vec![failed(131_026, Due::Sent)],
        Behaviour::OnlySent => vec![SENT],
        Behaviour::ReadWithoutDelivered => vec![SENT, READ],
        Behaviour::HeldForQuality => vec![failed(132_015, Due::Read)],
        Behaviour::FailedAfterSent => vec![SENT, failed(131_049, Due::Delivered)],
        Behaviour::DeliveredAfterFailed => vec![failed(131_000, Due::Sent), DELIVERED],
        _ => vec![SENT, DELIVERED, READ],
    }
}

/// Delivers the steps one after another: a status that has to be retried holds up those after it, so that
/// only the recipients that ask for it see another order. `first` is told when the first step is through.
pub async fn run(
    simulator: Simulator,
    message: Accepted,
    steps: Vec<Step>,
    gate: Option<Gate>,
    mut first: Option<oneshot::Sender<()>>,
) {
    if let Some(gate) = gate
        && gate.hold_webhooks
    {
        gate.wait().await;
    }
    let accepted = Instant::now();
    let delays = simulator.store().config.delays;
    let priced =
        ["delivered", "read"].into_iter().find(|status| steps.iter().any(|step| step.status == *status));
    for step in steps {
        let early = first.is_some();
        if !early {
            tokio::time::sleep_until(accepted + due(step, &delays)).await;
        }
        let has_price = step.status == "sent" || priced == Some(step.status);
        let delivery = delivery(&simulator, &message, step, has_price);
        for _ in 0..step.copies {
            delivery.run(&simulator).await;
        }
        if let Some(first) = first.take() {
            // Nobody listens any more if the caller has gone away.
            let _ = first.send(());
        }
    }
}

fn due(step: Step, delays: &Delays) -> Duration {
    Duration::from_millis(match step.due {
        Due::Sent => delays.sent,
        Due::Delivered => delays.delivered,
        Due::Read => delays.read,
    })
}

fn delivery(simulator: &Simulator, message: &Accepted, step: Step, priced: bool) -> Delivery {
    let number = numbers::number(&simulator.store(), &message.phone_number_id);
    let mut value = payload::value_of(&number);
    if step.code.is_none() {
        value["contacts"] = json!([payload::contact(&message.wa_id, "Simulated Customer")]);
    }
    value["statuses"] = json!([payload::status(message, step.status, step.code, priced)]);
    Delivery {
        waba_id: message.waba_id.clone(),
        number: Some(message.phone_number_id.clone()),
        body: payload::envelope(&message.waba_id, "messages", &value),
        epoch: message.epoch,
    }
}
