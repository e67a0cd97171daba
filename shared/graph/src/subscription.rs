//! `POST /{waba_id}/subscribed_apps`.

use secrecy::SecretString;
use serde_json::json;
use switchboard_model::phone_number::MetaId;

use crate::{Graph, GraphError};

impl Graph {
    /// Lets the app that `token` was made for hear what happens in a business account. Meta tells an app that is not
    /// subscribed nothing of the account's numbers. May be repeated.
    pub async fn subscribe(&self, token: &SecretString, business_id: &MetaId) -> Result<(), GraphError> {
        let answer = self.post(token, &format!("{business_id}/subscribed_apps"), &json!({})).await?;
        if answer["success"] == false {
            return Err(GraphError::Unreadable { http_status: 200 });
        }
        Ok(())
    }
}
