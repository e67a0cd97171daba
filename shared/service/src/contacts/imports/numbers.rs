//! Phone numbers as people and spreadsheets write them.

use phonenumber::country::Id as Country;
use phonenumber::metadata::DATABASE;
use switchboard_model::address::PhoneAddress;

/// Fewest digits of a number with its country code. The shortest in use have 7 (ITU, E.164 numbering plans).
const DIGITS_MIN: usize = 7;
/// Most digits of a number with its country code (ITU, E.164).
const DIGITS_MAX: usize = 15;

const NO_NUMBER: &str = "Invalid phone number format";
const SHORTENED: &str = "Phone number was shortened by a spreadsheet: format the column as text";
const MISSING: &str = "Phone number is missing";
const TOO_SHORT: &str = "Phone number is too short";
const TOO_LONG: &str = "Phone number is too long";
const UNKNOWN_COUNTRY: &str = "Phone number has an unknown country code";
const NOT_OF_COUNTRY: &str = "Phone number is not valid in the default country";

/// The number that `text` means, or why it means none.
///
/// With `+` or `00` it has its country code; spaces, dashes, dots, slashes and parentheses do not count, and neither does
/// the `(0)` that is dialled within a country only. Without one it is a number of `country`. A spreadsheet's number
/// (`numeric`) has lost its `+`, so that where it is none of `country` it may have a country code, too, but then it must
/// be a number that is in use.
pub(crate) fn understand(
    text: &str,
    numeric: bool,
    country: Option<Country>,
) -> Result<PhoneAddress, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(MISSING);
    }
    if is_shortened(text) {
        return Err(SHORTENED);
    }
    let plain: String = text.chars().filter(|letter| !is_punctuation(*letter)).collect();
    let international = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"));
    let digits = international.unwrap_or(&plain);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NO_NUMBER);
    }
    if international.is_some() {
        return with_country_code(&without_trunk(text, digits));
    }
    match country.map(|country| national(digits, country)) {
        Some(Some(number)) => Ok(number),
        other if numeric => in_use(digits).ok_or(if other.is_some() { NOT_OF_COUNTRY } else { NO_NUMBER }),
        Some(None) => Err(NOT_OF_COUNTRY),
        None => Err(NO_NUMBER),
    }
}

/// The country that `code`, as ISO 3166-1 alpha-2, stands for.
pub(crate) fn country(code: &str) -> Option<Country> {
    code.to_ascii_uppercase().parse().ok()
}

/// Whether only the exponent form of a number is left, as in `4.9171E+11`.
fn is_shortened(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(exponent.trim_start_matches('+')) && digits(&mantissa.replace(['.', ','], ""))
}

fn is_punctuation(letter: char) -> bool {
    letter.is_whitespace()
        || "()-./\u{2010}\u{2011}\u{2012}\u{2013}\u{2212}\u{202a}\u{202c}\u{200e}\u{feff}".contains(letter)
}

/// The digits of a number with a country code, which `text` spells, without a `(0)` that is dialled within the country
/// only. Where a country has none, as Italy, whose numbers begin with their own 0, what is in use decides.
fn without_trunk(text: &str, digits: &str) -> String {
    let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let spaceless: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some((before, after)) = spaceless.split_once("(0)") else { return digits.to_owned() };
    let (before, after) = (plain(before), plain(after));
    let code = before.strip_prefix("00").unwrap_or(&before);
    let Some(countries) = code.parse().ok().and_then(|code: u16| DATABASE.by_code(&code)) else {
        return digits.to_owned();
    };
    let shortened = format!("{code}{after}");
    let dialled = countries.iter().any(|country| country.national_prefix() == Some("0"));
    if dialled || (in_use(digits).is_none() && in_use(&shortened).is_some()) {
        return shortened;
    }
    digits.to_owned()
}

fn with_country_code(digits: &str) -> Result<PhoneAddress, &'static str> {
    if digits.starts_with('0') {
        return Err(NO_NUMBER);
    }
    if digits.len() < DIGITS_MIN {
        return Err(TOO_SHORT);
    }
    if digits.len() > DIGITS_MAX {
        return Err(TOO_LONG);
    }
    let known = |length: usize| {
        let code = digits.get(..length).and_then(|code| code.parse().ok());
        code.is_some_and(|code: u16| DATABASE.by_code(&code).is_some())
    };
    if !(1..=3).any(known) {
        return Err(UNKNOWN_COUNTRY);
    }
    format!("+{digits}").parse().map_err(|_| NO_NUMBER)
}

/// The number of `country` that these digits are dialled as there.
fn national(digits: &str, country: Country) -> Option<PhoneAddress> {
    let number = phonenumber::parse(Some(country), digits).ok()?;
    valid(&number)
}

/// The number that these digits are with a country code, if such a one is in use.
fn in_use(digits: &str) -> Option<PhoneAddress> {
    let number = phonenumber::parse(None, format!("+{digits}")).ok()?;
    valid(&number).filter(|address| address.digits() == digits)
}

fn valid(number: &phonenumber::PhoneNumber) -> Option<PhoneAddress> {
    let text = number.format().mode(phonenumber::Mode::E164).to_string();
    phonenumber::is_valid(number).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, numeric: bool, code: Option<&str>) -> Result<String, &'static str> {
        let country = code.map(|code| country(code).unwrap());
        understand(text, numeric, country).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn a_number_with_its_country_code_is_understood_however_it_is_written() {
        for text in [
            "+491701234567",
            "+49 170 1234567",
            "0049 (170) 123-4567",
            "+49/170.123-4567",
            "\u{202a}+49 170 1234567\u{202c}",
        ] {
            assert_eq!(read(text, false, None), Ok("+491701234567".to_owned()), "{text}");
        }
        assert_eq!(read("+1234567890", false, None), Ok("+1234567890".to_owned()));
    }

    #[test]
    fn a_zero_that_is_dialled_within_the_country_only_does_not_count() {
        for (text, number) in [
            ("+49 (0)170 1234567", "+491701234567"),
            ("0049(0)170/1234567", "+491701234567"),
            ("+49 ( 0 ) 170 1234567", "+491701234567"),
            ("\u{202a}+44 (0)20 7946 0018\u{202c}", "+442079460018"),
            ("+44(0)7911 123456", "+447911123456"),
        ] {
            assert_eq!(read(text, false, None), Ok(number.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_zero_that_belongs_to_the_number_stays() {
        for (text, number) in [
            ("+39 (0)6 69812345", "+390669812345"),
            ("+39 06 69812345", "+390669812345"),
            ("+39 (0)347 1234567", "+393471234567"),
            ("+34 (0)912 345 678", "+34912345678"),
            ("+49 170 (0)123456", "+491700123456"),
        ] {
            assert_eq!(read(text, false, None), Ok(number.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_number_without_one_is_of_the_default_country() {
        assert_eq!(read("0170 1234567", false, Some("DE")), Ok("+491701234567".to_owned()));
        assert_eq!(read("(202) 555-0123", false, Some("us")), Ok("+12025550123".to_owned()));
        assert_eq!(read("0170 1234567", false, None), Err("Invalid phone number format"));
        assert_eq!(read("1234567890", false, None), Err("Invalid phone number format"));
        assert_eq!(read("12", false, Some("DE")), Err("Phone number is not valid in the default country"));
    }

    #[test]
    fn a_spreadsheets_number_may_have_lost_its_plus() {
        assert_eq!(read("491701234567", true, None), Ok("+491701234567".to_owned()));
        assert_eq!(read("1701234567", true, Some("DE")), Ok("+491701234567".to_owned()));
        assert_eq!(read("491701234567", true, Some("US")), Ok("+491701234567".to_owned()));
        assert_eq!(read("12", true, None), Err("Invalid phone number format"));
    }

    #[test]
    fn what_is_no_number_says_why() {
        for (text, reason) in [
            ("  ", "Phone number is missing"),
            ("none", "Invalid phone number format"),
            ("+0987654321", "Invalid phone number format"),
            ("+", "Invalid phone number format"),
            ("+4912", "Phone number is too short"),
            ("+4912345678901234", "Phone number is too long"),
            ("+9991234567", "Phone number has an unknown country code"),
            ("4.91702E+11", "Phone number was shortened by a spreadsheet: format the column as text"),
        ] {
            assert_eq!(read(text, false, None), Err(reason), "{text}");
        }
    }

    #[test]
    fn only_countries_are_default_countries() {
        assert!(country("de").is_some());
        for code in ["", "D", "XX", "Germany"] {
            assert!(country(code).is_none(), "{code}");
        }
    }
}
