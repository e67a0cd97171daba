//! Magic recipients: numbers that bring a fault on. The scheme is documented in the README, whose tables the
//! tests read.

use crate::codes;
use crate::failure::Failure;

/// What a magic recipient brings on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call is refused with this code.
    Refuse(u32),
    /// The message is accepted, and fails with this code in a status webhook.
    FailLater(u32),
    /// Something that is no error code.
    Behave(Behaviour),
}

/// Faults that are no error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Accepted; the connection is closed without an answer.
    LostAfterAcceptance,
    /// Not accepted; the connection is closed without an answer.
    LostBeforeAcceptance,
    /// Accepted; answered late.
    SlowAnswer,
    /// Not accepted; HTTP 500 with a web page.
    ErrorPage,
    /// Each status is delivered three times.
    DuplicateStatuses,
    /// `read`, then `delivered`, then `sent`.
    ReorderedStatuses,
    /// No status ever comes.
    NoStatuses,
    /// The `sent` status arrives before the answer does.
    StatusBeforeAnswer,
    /// The recipient does not use WhatsApp.
    NotOnWhatsapp,
    /// `sent`, and then nothing.
    OnlySent,
    /// `delivered` is skipped.
    ReadWithoutDelivered,
    /// Accepted; neither answer nor statuses come.
    LostWithoutStatuses,
    /// Accepted; the answer's JSON is cut off.
    BrokenAnswer,
    /// The `wa_id` is not the number that was given.
    OtherWaId,
    /// Accepted but held for quality assessment, then dropped.
    HeldForQuality,
    /// `sent`, then `failed`.
    FailedAfterSent,
    /// `failed`, then `delivered`, as with several devices.
    DeliveredAfterFailed,
}

/// Behaviours by the number that a recipient ends in, from 1.
const BEHAVIOURS: &[Behaviour] = &[
    Behaviour::LostAfterAcceptance,
    Behaviour::LostBeforeAcceptance,
    Behaviour::SlowAnswer,
    Behaviour::ErrorPage,
    Behaviour::DuplicateStatuses,
    Behaviour::ReorderedStatuses,
    Behaviour::NoStatuses,
    Behaviour::StatusBeforeAnswer,
    Behaviour::NotOnWhatsapp,
    Behaviour::OnlySent,
    Behaviour::ReadWithoutDelivered,
    Behaviour::LostWithoutStatuses,
    Behaviour::BrokenAnswer,
    Behaviour::OtherWaId,
    Behaviour::HeldForQuality,
    Behaviour::FailedAfterSent,
    Behaviour::DeliveredAfterFailed,
];

impl Behaviour {
    /// How the call ends if the message is not accepted.
    pub fn refusal(self) -> Option<Failure> {
        match self {
            Self::LostBeforeAcceptance => Some(Failure::Lost),
            Self::ErrorPage => Some(Failure::Page),
            _ => None,
        }
    }
}

/// A fault, and how many calls it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Magic {
    /// What happens.
    pub fault: Fault,
    /// How many calls per sender and recipient it happens to; none: to all.
    pub first_calls: Option<u32>,
}

/// The fault that a recipient, given as digits, stands for. Numbers that fit the scheme but name no known code
/// or behaviour are ordinary.
pub fn recipient(digits: &str) -> Option<Magic> {
    let rest = digits.strip_prefix("1555")?;
    let family = rest.chars().next()?;
    let argument = rest.get(1..)?;
    let (first_calls, number) = match family {
        '0' | '1' | '9' => (None, argument),
        '2' | '3' | '8' => (Some(argument.get(..1)?.parse().ok()?), argument.get(1..)?),
        _ => return None,
    };
    if number.len() != 7 {
        return None;
    }
    let number: u32 = number.parse().ok()?;
    let fault = match family {
        '0' | '2' => Fault::Refuse(codes::lookup(number)?.code),
        '1' | '3' => Fault::FailLater(codes::lookup(number)?.code),
        _ => Fault::Behave(*BEHAVIOURS.get(usize::try_from(number.checked_sub(1)?).ok()?)?),
    };
    Some(Magic { fault, first_calls })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn always(fault: Fault) -> Magic {
        Magic { fault, first_calls: None }
    }

    #[test]
    fn codes_are_read_from_the_number() {
        assert_eq!(recipient("155500130429"), Some(always(Fault::Refuse(130_429))));
        assert_eq!(recipient("155510131026"), Some(always(Fault::FailLater(131_026))));
        assert_eq!(recipient("155502494100"), Some(always(Fault::Refuse(2_494_100))));
    }

    #[test]
    fn transient_numbers_carry_a_count() {
        let magic = Magic { fault: Fault::Refuse(131_016), first_calls: Some(2) };
        assert_eq!(recipient("1555220131016"), Some(magic));
        let magic = Magic { fault: Fault::Behave(Behaviour::ErrorPage), first_calls: Some(1) };
        assert_eq!(recipient("1555810000004"), Some(magic));
    }

    #[test]
    fn the_readme_lists_every_behaviour() {
        let readme = include_str!("../README.md");
        for number in 1..=BEHAVIOURS.len() {
            assert!(readme.contains(&format!("| `+15559{number:07}` |")), "{number}");
        }
    }

    #[test]
    fn other_numbers_are_ordinary() {
        for digits in
            ["", "1555", "16505551234", "15550123456", "155509999999", "155590000000", "155590000099"]
        {
            assert_eq!(recipient(digits), None, "{digits}");
        }
        assert_eq!(recipient("1555é0131016"), None);
    }
}
