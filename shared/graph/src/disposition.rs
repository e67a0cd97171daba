//! What each of Meta's error codes asks of a sender (Meta, "Cloud API error codes", with what other senders
//! found out where Meta is silent).
//!
//! | code | what happened | disposition |
//! |---|---|---|
//! | 0, 190 | the token is invalid or has expired | stop the number |
//! | 1 | unknown, possibly Meta's fault | retry twice |
//! | 2, 131016, 133004 | Meta is out of service | retry, from 5 s |
//! | 3 | a capability is missing (in spite of HTTP 500) | permanent |
//! | 4, 80007, 80008, 613 | the app or account makes too many calls | retry, from 60 s or as the headers say |
//! | 10, 200 to 299, 131005 | a permission is missing | stop the number |
//! | 33 | the number was deleted or never was | stop the number |
//! | 100, 131008, 131009, 131021, 131051, 135000 | the request is wrong | permanent |
//! | 368, 131031 | the account is blocked or locked | stop the account |
//! | 130429 | the number's throughput is used up | slow down |
//! | 130472 | the recipient is part of an experiment of Meta | permanent |
//! | 130497 | the account may not write to this country | permanent |
//! | 131000 | unknown | retry thrice |
//! | 131026 | the recipient can't be reached on WhatsApp | permanent |
//! | 131030 | a test number, and the recipient is not on its list | permanent |
//! | 131037 | the number's display name is not approved | stop the number |
//! | 131042 | payment | stop the account |
//! | 131045 | the number is not registered rightly (in spite of HTTP 500) | stop the number |
//! | 131047 | outside the customer service window | permanent |
//! | 131048 | too much of what was sent is reported as spam | hold campaigns, 4 h |
//! | 131049 | the recipient gets enough marketing already | rest the recipient, 24 h |
//! | 131050 | the recipient stopped marketing | opted out |
//! | 131052 | a customer's media can't be fetched; not of a send | permanent |
//! | 131053 | the media is refused or could not be fetched | media refused |
//! | 131056 | too much to one recipient | pair rate |
//! | 131057 | the number's throughput is being raised | retry, from 60 s |
//! | 131062 | not to a business-scoped id | permanent |
//! | 131063, 134100, 134102 | templates of this sort go by another API | permanent |
//! | 131064 | the messaging limit was lowered | hold campaigns, 4 h |
//! | 132000, 132005, 132007, 132008, 132012, 132018 | the template's parameters are wrong | permanent |
//! | 132001, 132015 | the template is missing or paused | hold campaigns |
//! | 132016 | the template is disabled | end campaigns |
//! | 132068, 132069 | the flow is blocked or throttled | permanent |
//! | 133000, 133005, 133006, 133008, 133009, 133010 | the number is not registered | stop the number |
//! | 133015 | the number was deregistered a moment ago | retry, from 5 min |
//! | 133016 | too many registrations | retry, from 1 h |
//! | 134011 | payment terms are not accepted | permanent |
//! | 134101 | the template is being synchronised | retry, from 10 min |
//! | 2494100 | the number is under maintenance | retry, from 60 s |
//!
//! A code that is not listed, or none at all: retry thrice where Meta calls it transient, where the HTTP status
//! is 408, 429 or from 500 on, or where there is no code; permanent otherwise.

use std::time::Duration;

use strum::Display;

use crate::{NO_CODE, Refusal};

/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// The pair rate is 4^X seconds, X from 0 (Meta, "Cloud API error codes", 131056).
const PAIR_RATE_BASE: u32 = 4;
const UNLIMITED: u32 = u32::MAX;

/// What a sender does about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Disposition {
    /// Try again, ever more slowly.
    Retry {
        /// Wait before the first retry.
        first: Duration,
        /// Each further wait is this many times as long, up to an hour.
        factor: u32,
        /// Most retries; after them the message fails.
        at_most: u32,
    },
    /// The number sends too fast: slow its pace, then try again in a second. Always (130429).
    SlowDown,
    /// Too much to one recipient: try again after 4^X seconds. Others are not concerned (131056).
    PairRate,
    /// Nothing can be sent from this number until somebody acts. The message waits.
    StopNumber,
    /// Nothing can be sent from any number of this business account until somebody acts. The message waits.
    StopAccount,
    /// The message fails, and campaigns of the account or template should pause.
    HoldCampaigns {
        /// After this they may go on by themselves; `None`: somebody, or news of the template, must resume them.
        resume_after: Option<Duration>,
    },
    /// The message fails, and so do campaigns of the template: it will not be sent again (132016).
    EndCampaigns,
    /// The message fails, and this recipient should get no marketing for so long. Trying again sooner makes
    /// Meta hold back more (131049).
    RestRecipient {
        /// How long.
        rest: Duration,
    },
    /// The message fails, and the recipient wants no marketing (131050).
    OptedOut,
    /// The message fails, unless its media was a link, which Meta may fail to fetch: then retry (131053).
    MediaRefused,
    /// The message fails: sent again it would be refused again.
    Permanent,
}

/// What becomes of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Try again after this.
    Again(Duration),
    /// It waits until its number or account may send.
    Wait,
    /// It has failed.
    Fail,
}

const fn retry(first_seconds: u64, factor: u32, at_most: u32) -> Disposition {
    Disposition::Retry { first: Duration::from_secs(first_seconds), factor, at_most }
}

impl Disposition {
    /// The disposition of a refusal: that of its code, with the wait that Meta's headers name.
    pub fn of(refusal: &Refusal) -> Self {
        let passing = refusal.is_transient
            || refusal.code == NO_CODE
            || matches!(refusal.http_status, 408 | 429 | 500..);
        let disposition =
            Self::of_code(refusal.code).unwrap_or(if passing { retry(5, 4, 3) } else { Self::Permanent });
        match (disposition, refusal.retry_after) {
            (Self::Retry { first, factor, at_most }, Some(wait)) => {
                Self::Retry { first: first.max(wait), factor, at_most }
            }
            _ => disposition,
        }
    }

    /// The disposition of a code, for what the webhook reports too; `None` if it is not in the table.
    pub fn of_code(code: i64) -> Option<Self> {
        Some(match code {
            1 => retry(5, 4, 2),
            2 | 131_016 | 133_004 => retry(5, 2, UNLIMITED),
            4 | 613 | 80_007 | 80_008 | 131_057 | 2_494_100 => retry(60, 2, UNLIMITED),
            131_000 => retry(5, 4, 3),
            133_015 => retry(300, 1, UNLIMITED),
            133_016 => retry(3_600, 1, UNLIMITED),
            134_101 => retry(600, 1, UNLIMITED),
            130_429 => Self::SlowDown,
            131_056 => Self::PairRate,
            0
            | 10
            | 33
            | 190
            | 200..=299
            | 131_005
            | 131_037
            | 131_045
            | 133_000
            | 133_005
            | 133_006
            | 133_008
            | 133_009
            | 133_010 => Self::StopNumber,
            368 | 131_031 | 131_042 => Self::StopAccount,
            131_048 | 131_064 => Self::HoldCampaigns { resume_after: Some(Duration::from_hours(4)) },
            132_001 | 132_015 => Self::HoldCampaigns { resume_after: None },
            132_016 => Self::EndCampaigns,
            131_049 => Self::RestRecipient { rest: Duration::from_hours(24) },
            131_050 => Self::OptedOut,
            131_053 => Self::MediaRefused,
            3 | 100 | 130_472 | 130_497 | 131_008 | 131_009 | 131_021 | 131_026 | 131_030 | 131_047
            | 131_051 | 131_052 | 131_062 | 131_063 | 132_000 | 132_005 | 132_007 | 132_008 | 132_012
            | 132_018 | 132_068 | 132_069 | 134_011 | 134_100 | 134_102 | 135_000 => Self::Permanent,
            _ => return None,
        })
    }

    /// Whether it concerns whatever a campaign has left to send, and not one recipient.
    pub const fn concerns_campaign(self) -> bool {
        matches!(self, Self::StopNumber | Self::StopAccount | Self::HoldCampaigns { .. } | Self::EndCampaigns)
    }

    /// What becomes of a message that was refused with the same code `refusals` times before, one after the other.
    /// Waits are without jitter; the caller adds it.
    pub fn next(self, refusals: u32) -> Next {
        match self {
            Self::Retry { at_most, .. } if refusals >= at_most => Next::Fail,
            Self::Retry { first, factor, .. } => Next::Again(grown(first, factor, refusals)),
            Self::SlowDown => Next::Again(Duration::from_secs(1)),
            Self::PairRate => Next::Again(grown(Duration::from_secs(1), PAIR_RATE_BASE, refusals)),
            Self::StopNumber | Self::StopAccount => Next::Wait,
            Self::HoldCampaigns { .. }
            | Self::EndCampaigns
            | Self::RestRecipient { .. }
            | Self::OptedOut
            | Self::MediaRefused
            | Self::Permanent => Next::Fail,
        }
    }
}

/// `first` times `factor` to the power of `times`, up to the longest wait or to `first` if that is longer.
fn grown(first: Duration, factor: u32, times: u32) -> Duration {
    first.saturating_mul(factor.saturating_pow(times)).min(LONGEST_WAIT.max(first))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(code: i64, http_status: u16) -> Refusal {
        Refusal::read(http_status, &json!({"code": code}))
    }

    #[test]
    fn every_code_has_its_disposition() {
        let hold = Disposition::HoldCampaigns { resume_after: None };
        let hold_hours = Disposition::HoldCampaigns { resume_after: Some(Duration::from_hours(4)) };
        let rest = Disposition::RestRecipient { rest: Duration::from_hours(24) };
        let expected: &[(Disposition, &[i64])] = &[
            (retry(5, 4, 2), &[1]),
            (retry(5, 2, UNLIMITED), &[2, 131_016, 133_004]),
            (retry(60, 2, UNLIMITED), &[4, 613, 80_007, 80_008, 131_057, 2_494_100]),
            (retry(5, 4, 3), &[131_000]),
            (retry(300, 1, UNLIMITED), &[133_015]),
            (retry(3_600, 1, UNLIMITED), &[133_016]),
            (retry(600, 1, UNLIMITED), &[134_101]),
            (Disposition::SlowDown, &[130_429]),
            (Disposition::PairRate, &[131_056]),
            (Disposition::StopNumber, &[0, 10, 33, 190, 200, 250, 299, 131_005, 131_037, 131_045]),
            (Disposition::StopNumber, &[133_000, 133_005, 133_006, 133_008, 133_009, 133_010]),
            (Disposition::StopAccount, &[368, 131_031, 131_042]),
            (hold_hours, &[131_048, 131_064]),
            (hold, &[132_001, 132_015]),
            (Disposition::EndCampaigns, &[132_016]),
            (rest, &[131_049]),
            (Disposition::OptedOut, &[131_050]),
            (Disposition::MediaRefused, &[131_053]),
            (
                Disposition::Permanent,
                &[3, 100, 130_472, 130_497, 131_008, 131_009, 131_021, 131_026, 131_030],
            ),
            (
                Disposition::Permanent,
                &[131_047, 131_051, 131_052, 131_062, 131_063, 132_000, 132_005, 132_007],
            ),
            (
                Disposition::Permanent,
                &[132_008, 132_012, 132_018, 132_068, 132_069, 134_011, 134_100, 134_102],
            ),
            (Disposition::Permanent, &[135_000]),
        ];
        for (disposition, codes) in expected {
            for code in *codes {
                for status in [400, 500] {
                    assert_eq!(refusal(*code, status).disposition(), *disposition, "{code}");
                }
            }
        }
    }

    #[test]
    fn a_code_outside_the_table_is_retried_only_where_it_may_pass() {
        assert_eq!(refusal(199, 400).disposition(), Disposition::Permanent);
        assert_eq!(refusal(300, 403).disposition(), Disposition::Permanent);
        for passing in [refusal(999_999, 503), refusal(999_999, 429), Refusal::unexplained(403)] {
            assert_eq!(passing.disposition(), retry(5, 4, 3));
        }
        let transient = Refusal { is_transient: true, ..refusal(999_999, 400) };
        assert_eq!(transient.disposition().next(2), Next::Again(Duration::from_secs(80)));
        assert_eq!(transient.disposition().next(3), Next::Fail);
    }

    #[test]
    fn waits_grow_up_to_an_hour() {
        let waits = |disposition: Disposition| [0, 1, 2, 3, 50].map(|times| disposition.next(times));
        let seconds = |seconds: [u64; 5]| seconds.map(|seconds| Next::Again(Duration::from_secs(seconds)));
        assert_eq!(waits(Disposition::PairRate), seconds([1, 4, 16, 64, 3_600]));
        assert_eq!(waits(refusal(2, 503).disposition()), seconds([5, 10, 20, 40, 3_600]));
        assert_eq!(waits(Disposition::SlowDown), seconds([1; 5]));
        assert_eq!(Disposition::StopNumber.next(0), Next::Wait);
        assert_eq!(Disposition::Permanent.next(0), Next::Fail);
    }

    #[test]
    fn the_headers_may_ask_for_a_longer_wait() {
        let told = Refusal { retry_after: Some(Duration::from_hours(2)), ..refusal(80_007, 400) };
        assert_eq!(told.disposition().next(0), Next::Again(Duration::from_hours(2)));
    }
}
