//! E-mail addresses and phone numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::field::{Reason, Refusal};

/// An e-mail address as it was given, with the form under which it is unique.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Most characters of an address (RFC 5321, section 4.5.3.1.3, less the angle brackets).
    pub const MAX_LENGTH: usize = 254;

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which an address is unique: in lower case, since no provider in use tells case apart.
    pub fn unique_form(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        if text.len() > Self::MAX_LENGTH
            || email_address::EmailAddress::parse_with_options(text, options).is_err()
        {
            return Err(Refusal::new(Reason::BadValue, "Invalid email format"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Masked, since addresses are personal data and this ends in logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let domain = self.0.rsplit('@').next().unwrap_or_default();
        write!(f, "EmailAddress(…@{domain})")
    }
}

/// A phone number in E.164: `+`, then 2 to 15 digits of which the first is not 0 (the WhatsApp Business API
/// reference, "Phone Number Validation").
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneAddress(String);

impl PhoneAddress {
    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits without `+`: WhatsApp's own form.
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }

    /// The number in what Meta displays, such as `+1 631-555-5555` or `15550783881`.
    pub fn from_display(text: &str) -> Result<Self, Refusal> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        format!("+{digits}").parse()
    }
}

impl FromStr for PhoneAddress {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let digits = text.strip_prefix('+').unwrap_or_default().as_bytes();
        let well_formed = (2..=15).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_digit)
            && digits.first() != Some(&b'0');
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new(Reason::BadValue, "Phone number must be in E.164 format"))
        }
    }
}

/// Only the last two digits, since numbers are personal data and this ends in logs.
impl fmt::Debug for PhoneAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneAddress(…{})", &self.0[self.0.len() - 2..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_is_unique_without_regard_to_case() {
        let address: EmailAddress = "Ada@Example.com".parse().unwrap();
        assert_eq!(address.as_str(), "Ada@Example.com");
        assert_eq!(address.unique_form(), "ada@example.com");
    }

    #[test]
    fn what_is_no_email_address_is_refused() {
        for text in
            ["", "ada", "ada@", "@example.com", "ada@localhost", "Ada <ada@example.com>", "a b@example.com"]
        {
            assert!(text.parse::<EmailAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_e164_is_a_phone_number() {
        for text in ["+1234567890", "+442012345678", "+123456789012345"] {
            assert!(text.parse::<PhoneAddress>().is_ok(), "{text}");
        }
        for text in [
            "1234567890",
            "(123) 456-7890",
            "+1 234-567-8900",
            "+0987654321",
            "+",
            "+1",
            "+1234567890123456",
            "+１２３４５６７８",
        ] {
            assert!(text.parse::<PhoneAddress>().is_err(), "{text}");
        }
    }

    #[test]
    fn debug_output_hides_personal_data() {
        let address: PhoneAddress = "+442012345678".parse().unwrap();
        assert_eq!(format!("{address:?}"), "PhoneAddress(…78)");
    }
}
