//! Telling WhatsApp what was read.

use serde_json::{Value, json};
use switchboard_model::phone_number::PhoneNumberStatus;
use switchboard_service::sending::{Job, Receipt};

use crate::stage::Stage;

impl Stage {
    /// What the queue holds for a message of a customer that was read.
    async fn receipt(&self, wa_message_id: &str, typing: bool) -> String {
        let message = self.business.hears(&self.world, "15550001111", "hi").await;
        let receipt = Receipt {
            key: (&message).into(),
            wa_message_id: wa_message_id.to_owned(),
            typing,
            at: self.world.resources.now(),
        };
        serde_json::to_string(&Job::Receipt { receipt }).unwrap()
    }

    /// Meta's id of a message that a customer wrote.
    async fn written(&self) -> String {
        let number = self.business.number.meta_id.as_str();
        let written = json!({"phone_number_id": number, "from": "15550001111", "type": "text", "text": "hi"});
        self.sim("inbound", written).await["wamids"][0].as_str().unwrap().to_owned()
    }

    async fn calls(&self) -> (Value, Value) {
        let total = self.stats().await["total"].clone();
        (total["calls"].clone(), total["refused"].clone())
    }
}

#[tokio::test]
async fn whatsapp_is_told_that_a_message_is_read() {
    let stage = Stage::new().await;
    let wamid = stage.written().await;
    for typing in [false, true] {
        let body = stage.receipt(&wamid, typing).await;
        assert_eq!(stage.deliver_body(&body).await, 0);
    }
    assert_eq!(stage.calls().await, (json!(2), json!({})));
}

#[tokio::test]
async fn what_meta_refuses_for_good_is_given_up() {
    let stage = Stage::new().await;
    let body = stage.receipt("", false).await;
    assert_eq!(stage.deliver_body(&body).await, 0);
}

#[tokio::test]
async fn a_number_that_may_not_send_tells_nothing() {
    let stage = Stage::new().await;
    let wamid = stage.written().await;
    let body = stage.receipt(&wamid, false).await;
    stage.change_number(|number| number.status = PhoneNumberStatus::Disabled).await;
    assert_eq!(stage.deliver_body(&body).await, 0);
    assert_eq!(stage.calls().await.0, json!(0));
}
