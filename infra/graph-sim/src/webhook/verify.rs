//! The handshake that proves who owns a callback address.

use crate::ids;
use crate::state::Simulator;

/// Asks a callback address to repeat a challenge (Meta, webhook verification).
///
/// # Errors
/// What the address did instead.
pub async fn handshake(simulator: &Simulator, url: &str, verify_token: &str) -> Result<(), String> {
    let challenge = ids::derived(&ids::trace_id(), 10_000_000_000).to_string();
    let mut address = reqwest::Url::parse(url).map_err(|error| error.to_string())?;
    address
        .query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", &challenge)
        .append_pair("hub.verify_token", verify_token);
    let response = simulator.http().get(address).send().await.map_err(|error| error.to_string())?;
    let status = response.status();
    let body = response.text().await.map_err(|error| error.to_string())?;
    if status != reqwest::StatusCode::OK {
        return Err(format!("HTTP status {}", status.as_u16()));
    }
    if body != challenge {
        return Err("the challenge was not repeated".to_owned());
    }
    Ok(())
}
