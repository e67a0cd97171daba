use super::*;
use crate::address::PhoneAddress;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn contact() -> Contact {
    let number: PhoneAddress = "+15550001111".parse().unwrap();
    Contact::new(Id::from_bits(1).unwrap(), Id::from_bits(2).unwrap(), Customer::at(&number), at(100))
}

#[test]
fn nobody_is_opted_in_whom_nobody_vouches_for() {
    let mut contact = contact();
    assert!(!contact.opted_in);
    contact.vouch(ConsentSource::Import, None, at(100));
    assert!(contact.opted_in);
}

#[test]
fn whoever_vouches_does_not_outvote_the_customer() {
    let mut contact = contact();
    contact.decide(false, ConsentSource::Keyword, None, at(100));
    contact.vouch(ConsentSource::Import, None, at(200));
    assert!(!contact.opted_in);
}

#[test]
fn what_the_customer_said_earlier_outranks_what_was_presumed_later() {
    let mut contact = contact();
    contact.vouch(ConsentSource::Created, None, at(200));
    contact.decide(false, ConsentSource::Keyword, None, at(100));
    assert!(!contact.opted_in);
}

#[test]
fn older_news_never_overrides_newer() {
    let mut contact = contact();
    contact.decide(true, ConsentSource::Keyword, None, at(200));
    contact.decide(false, ConsentSource::Keyword, None, at(100));
    assert!(contact.opted_in);
    contact.decide(false, ConsentSource::Button, None, at(300));
    assert!(!contact.opted_in);
}

#[test]
fn of_two_decisions_in_one_second_the_opt_out_holds_in_either_order() {
    let (mut first, mut second) = (contact(), contact());
    first.decide(false, ConsentSource::Keyword, None, at(100));
    first.decide(true, ConsentSource::Keyword, None, at(100));
    second.decide(true, ConsentSource::Keyword, None, at(100));
    second.decide(false, ConsentSource::Keyword, None, at(100));
    assert!(!first.opted_in && !second.opted_in);
}

#[test]
fn an_opt_out_survives_deletion_and_a_presumption_does_not() {
    let (mut decided, mut presumed) = (contact(), contact());
    decided.decide(false, ConsentSource::Keyword, None, at(100));
    presumed.vouch(ConsentSource::Import, None, at(100));

    let mut decided = decided.anew(Id::from_bits(3).unwrap(), at(200));
    let presumed = presumed.anew(Id::from_bits(4).unwrap(), at(200));
    decided.vouch(ConsentSource::Import, None, at(200));

    assert!(!decided.opted_in);
    assert_eq!((presumed.opted_in, presumed.consent), (false, None));
}

#[test]
fn tags_are_trimmed_and_kept_once() {
    assert_eq!(tags([" vip", "customer", "vip "]).unwrap(), ["vip", "customer"]);
    let many: Vec<String> = (0..=TAGS_MAX).map(|at| at.to_string()).collect();
    assert!(tags(many.iter().map(String::as_str)).is_err());
    for text in ["", "a,b", "a;b", "a\nb", &"x".repeat(TAG_MAX_LENGTH + 1)] {
        assert!(tags([text]).is_err(), "{text}");
    }
}

#[test]
fn a_blank_name_is_none() {
    assert_eq!(name("  "), Ok(None));
    assert_eq!(name(" Ada "), Ok(Some("Ada".to_owned())));
    assert!(name(&"x".repeat(NAME_MAX_LENGTH + 1)).is_err());
    assert!(name("a\u{0}b").is_err());
}

#[test]
fn attributes_are_bounded() {
    let one = |name: &str, value: &str| attributes(BTreeMap::from([(name.to_owned(), value.to_owned())]));
    assert!(one("city", "").is_ok());
    assert!(one("", "x").is_err());
    assert!(one("city", &"x".repeat(ATTRIBUTE_VALUE_MAX_LENGTH + 1)).is_err());
    let many = (0..=ATTRIBUTES_MAX).map(|at| (at.to_string(), String::new())).collect();
    assert!(attributes(many).is_err());
}
