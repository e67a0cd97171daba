//! Names and languages of templates.

use crate::field::{Reason, Refusal, check_length};

/// Most characters of a name (Meta, template creation).
pub const NAME_MAX_LENGTH: usize = 512;
/// Most characters of a language code.
pub const LANGUAGE_MAX_LENGTH: usize = 10;

/// A name that Meta takes: 1 to 512 lower-case letters, digits and underscores.
pub fn name(text: &str) -> Result<String, Refusal> {
    check_length(text, 1, NAME_MAX_LENGTH)?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::new(Reason::BadValue, "should have only lower-case letters, digits and underscores"))
    }
}

/// A language code such as `en`, `en_US` or `fil`. A hyphen in the place of the underscore is put right.
pub fn language(text: &str) -> Result<String, Refusal> {
    check_length(text, 2, LANGUAGE_MAX_LENGTH)?;
    let code = text.replace('-', "_");
    let (base, region) =
        code.split_once('_').map_or((code.as_str(), None), |(base, region)| (base, Some(region)));
    let base_fits = (2..=3).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_lowercase());
    let region_fits = region.is_none_or(|region| {
        (2..=3).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_uppercase())
    });
    if base_fits && region_fits {
        Ok(code)
    } else {
        Err(Refusal::new(Reason::BadValue, "should be a language code such as en or en_US"))
    }
}
