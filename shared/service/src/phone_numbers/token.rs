//! A number's access token, encrypted and bound to the number.

use secrecy::SecretString;
use switchboard_model::Id;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_vault::{Purpose, Sealer, VaultError};

const KIND: &str = "phone_number_token";

/// Seals the access token of the phone number with this id.
pub(super) async fn seal_token(sealer: &Sealer, id: Id, token: &str) -> Result<Vec<u8>, VaultError> {
    sealer.seal(Purpose { kind: KIND, owner: &id.to_string() }, token).await
}

/// Opens the access token of a phone number.
pub async fn open_token(sealer: &Sealer, number: &PhoneNumber) -> Result<SecretString, VaultError> {
    sealer.open(Purpose { kind: KIND, owner: &number.id.to_string() }, &number.sealed_token).await
}
