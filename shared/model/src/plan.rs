//! Plans of a workspace and the requests they allow.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{Display, EnumString, VariantArray};

/// What a workspace pays for.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Plan {
    /// 100 requests an hour, 1,000 a day.
    #[default]
    Free,
    /// 1,000 requests an hour, 10,000 a day.
    Pro,
    /// No limit, unless the workspace's settings set one.
    Enterprise,
}

/// How many requests are allowed; `None` is without limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// In each clock hour (UTC).
    pub per_hour: Option<u32>,
    /// In each day (UTC).
    pub per_day: Option<u32>,
}

impl Plan {
    /// The quota of this plan. An enterprise workspace's own stands in its settings as
    /// `rate_limits.requests_per_hour` and `rate_limits.requests_per_day`.
    pub fn quota(self, settings: &Value) -> Quota {
        let own =
            |name: &str| settings["rate_limits"][name].as_u64().and_then(|limit| u32::try_from(limit).ok());
        match self {
            Self::Free => Quota { per_hour: Some(100), per_day: Some(1_000) },
            Self::Pro => Quota { per_hour: Some(1_000), per_day: Some(10_000) },
            Self::Enterprise => {
                Quota { per_hour: own("requests_per_hour"), per_day: own("requests_per_day") }
            }
        }
    }
}

/// How much a workspace has used in the windows that are running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Requests in this hour, this one included.
    pub this_hour: u32,
    /// Requests in this day, this one included.
    pub this_day: u32,
}

/// How long a window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display)]
#[strum(serialize_all = "lowercase")]
pub enum Window {
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl Window {
    /// Its length in seconds.
    const fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

/// The tighter of a workspace's windows, as a client is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The window.
    pub window: Window,
    /// Requests allowed in the window.
    pub limit: u32,
    /// Requests left in the window.
    pub remaining: u32,
    /// When the window ends, in Unix seconds.
    pub reset_at: i64,
    /// Seconds until then, at least 1.
    pub seconds_to_reset: u32,
}

/// The answer of a quota to a usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The plan has no limit.
    Unlimited,
    /// The request is within the limit.
    Within(Limit),
    /// The request is over the limit.
    Exceeded(Limit),
}

impl Quota {
    /// Whether a request at `now`, counted in `usage`, is allowed. An exceeded window decides; otherwise the
    /// one with the fewest requests left is told.
    pub fn judge(self, usage: Usage, now: Timestamp) -> Verdict {
        let now = now.as_second();
        let windows =
            [(self.per_hour, usage.this_hour, Window::Hour), (self.per_day, usage.this_day, Window::Day)];
        let mut limits = windows.into_iter().filter_map(|(quota, used, window)| {
            let (limit, length) = (quota?, window.seconds());
            let reset_at = now - now.rem_euclid(length) + length;
            let seconds_to_reset = u32::try_from(reset_at - now).unwrap_or(1);
            Some((
                used > limit,
                Limit { window, limit, remaining: limit.saturating_sub(used), reset_at, seconds_to_reset },
            ))
        });
        let tightest = limits.by_ref().reduce(|a, b| match (a.0, b.0) {
            (true, true) => {
                if a.1.reset_at >= b.1.reset_at {
                    a
                } else {
                    b
                }
            }
            (true, false) => a,
            (false, true) => b,
            (false, false) => {
                if a.1.remaining <= b.1.remaining {
                    a
                } else {
                    b
                }
            }
        });
        match tightest {
            None => Verdict::Unlimited,
            Some((true, limit)) => Verdict::Exceeded(limit),
            Some((false, limit)) => Verdict::Within(limit),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_free_workspace_has_100_an_hour_and_1000_a_day() {
        let quota = Plan::Free.quota(&json!({}));
        let now = at("2026-01-01T10:59:30Z");

        let within = quota.judge(Usage { this_hour: 100, this_day: 100 }, now);
        let over_the_hour = quota.judge(Usage { this_hour: 101, this_day: 101 }, now);
        let over_the_day = quota.judge(Usage { this_hour: 1, this_day: 1_001 }, now);

        assert_eq!(
            within,
            Verdict::Within(Limit {
                window: Window::Hour,
                limit: 100,
                remaining: 0,
                reset_at: 1_767_265_200,
                seconds_to_reset: 30
            })
        );
        assert!(matches!(over_the_hour, Verdict::Exceeded(limit) if limit.seconds_to_reset == 30));
        assert!(
            matches!(over_the_day, Verdict::Exceeded(limit) if limit.limit == 1_000 && limit.window == Window::Day)
        );
    }

    #[test]
    fn an_enterprise_workspace_is_unlimited_unless_its_settings_say_otherwise() {
        let usage = Usage { this_hour: 50_000, this_day: 1_000_000 };
        let now = at("2026-01-01T00:00:00Z");

        let unlimited = Plan::Enterprise.quota(&json!({})).judge(usage, now);
        let own =
            Plan::Enterprise.quota(&json!({"rate_limits": {"requests_per_hour": 10}})).judge(usage, now);

        assert_eq!(unlimited, Verdict::Unlimited);
        assert!(matches!(own, Verdict::Exceeded(limit) if limit.limit == 10));
    }

    #[test]
    fn when_both_windows_are_exceeded_the_later_end_is_told() {
        let usage = Usage { this_hour: 101, this_day: 1_001 };
        let verdict = Plan::Free.quota(&json!({})).judge(usage, at("2026-01-01T10:00:00Z"));
        assert!(matches!(verdict, Verdict::Exceeded(limit) if limit.seconds_to_reset == 14 * 3_600));
    }
}
