//! Hashing passwords with argon2id (OWASP, Password Storage Cheat Sheet: 19 MiB, two passes, one lane).

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use switchboard_model::user::Password;
use switchboard_model::{DomainError, Randomness};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash of no password, of the same cost as any other: comparing with it takes as long.
const OF_NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3dpdGNoYm9hcmQtbm9ib2R5$LOV+g04wJSULVPbj9T8kbUvUAmTHtRyJr6L0FlPNVV8";

fn argon2() -> Result<Argon2<'static>, DomainError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| DomainError::internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of `password` in PHC form, with a salt of its own. It takes tens of milliseconds, in place: a function
/// serves one request at a time, and each thread of a pool would keep the 19 MiB for itself.
pub(crate) fn hash(password: &Password, randomness: &dyn Randomness) -> Result<String, DomainError> {
    let mut salt = [0; 16];
    randomness.fill(&mut salt);
    let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| DomainError::internal(error.to_string()))
}

/// Whether `password` is the one with this hash. Without a hash the answer is no, after the same time.
pub(crate) fn verify(password: &Password, hash: Option<&str>) -> Result<bool, DomainError> {
    let matches = argon2()?.verify_password(password.as_bytes(), hash.unwrap_or(OF_NOBODY));
    Ok(hash.is_some() && matches.is_ok())
}

#[cfg(test)]
mod tests {
    use switchboard_model::random::SeededRandomness;

    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let password = Password::chosen("SecurePassword123!".to_owned()).unwrap();
        let other = Password::chosen("SecurePassword123?".to_owned()).unwrap();

        let hash = hash(&password, &SeededRandomness::new(1)).unwrap();

        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(&password, Some(&hash)).unwrap());
        assert!(!verify(&other, Some(&hash)).unwrap());
        assert!(!verify(&password, None).unwrap());
    }

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_any_other() {
        let password = Password::claimed("anything".to_owned()).unwrap();
        let refused = argon2().unwrap().verify_password(password.as_bytes(), OF_NOBODY).unwrap_err();
        assert_eq!(refused, argon2::password_hash::Error::PasswordInvalid);
    }
}
