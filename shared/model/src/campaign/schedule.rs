//! When a campaign starts by itself.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::field::{Reason, Refusal};

/// How far ahead a campaign can be scheduled.
pub const FURTHEST: Duration = Duration::from_hours(366 * 24);
/// Most characters of a time or a time zone; more is none.
const TEXT_MAX_LENGTH: usize = 64;

/// When a campaign starts by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The moment, in Unix milliseconds.
    pub at: i64,
    /// The IANA name of the time zone that it was given in, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
}

/// What is wrong with a schedule, and with which part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleRefusal {
    /// The moment.
    At(Refusal),
    /// The time zone.
    TimeZone(Refusal),
}

impl Schedule {
    /// The moment that `at` says: RFC 3339 with an offset, or a local time in the time zone `time_zone`, an IANA
    /// name. A local time that the clocks skip is as much later; of one that comes twice it is the first.
    pub fn parse(at: &str, time_zone: Option<&str>) -> Result<Self, ScheduleRefusal> {
        let zone = time_zone.map(zone).transpose().map_err(ScheduleRefusal::TimeZone)?;
        let (zone, name) = zone.unzip();
        let moment = moment(at.trim(), zone).map_err(ScheduleRefusal::At)?;
        Ok(Self { at: moment.as_millisecond(), time_zone: name })
    }

    /// The moment.
    pub fn moment(&self) -> Timestamp {
        Timestamp::from_millisecond(self.at).unwrap_or(Timestamp::MAX)
    }

    /// Refuses a moment that is not after `now`, or too far away.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.moment() <= now {
            return Err(Refusal::new(Reason::OutOfRange, "should be in the future"));
        }
        if self.moment().duration_since(now)
            > SignedDuration::try_from(FURTHEST).unwrap_or(SignedDuration::MAX)
        {
            return Err(Refusal::new(Reason::OutOfRange, "should be within a year"));
        }
        Ok(())
    }
}

fn zone(name: &str) -> Result<(TimeZone, String), Refusal> {
    let refusal = || Refusal::new(Reason::BadValue, "should be an IANA time zone such as 'Europe/Berlin'");
    if name.len() > TEXT_MAX_LENGTH {
        return Err(refusal());
    }
    let zone = TimeZone::get(name.trim()).map_err(|_| refusal())?;
    let name = zone.iana_name().ok_or_else(refusal)?.to_owned();
    Ok((zone, name))
}

fn moment(text: &str, zone: Option<TimeZone>) -> Result<Timestamp, Refusal> {
    let refusal = |message| Refusal::new(Reason::BadValue, message);
    if text.len() <= TEXT_MAX_LENGTH {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(moment);
        }
        if let Ok(local) = text.parse::<DateTime>() {
            let zone =
                zone.ok_or_else(|| refusal("should have an offset such as 'Z', or a timezone beside it"))?;
            let moment = zone.to_timestamp(local);
            return moment.map_err(|_| refusal("should be a time that there is"));
        }
    }
    Err(refusal("should be a time such as '2026-01-31T09:00:00Z', or a local time with a timezone beside it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at: &str, zone: Option<&str>) -> String {
        match Schedule::parse(at, zone) {
            Ok(schedule) => schedule.moment().to_string(),
            Err(ScheduleRefusal::At(refusal)) => format!("at: {}", refusal.message),
            Err(ScheduleRefusal::TimeZone(refusal)) => format!("zone: {}", refusal.message),
        }
    }

    #[test]
    fn a_moment_has_an_offset_or_a_time_zone() {
        assert_eq!(moment("2026-01-31T09:00:00Z", None), "2026-01-31T09:00:00Z");
        assert_eq!(moment("2026-01-31T09:00:00+01:00", Some("Asia/Tokyo")), "2026-01-31T08:00:00Z");
        assert_eq!(moment("2026-07-31T09:00:00", Some("Europe/Berlin")), "2026-07-31T07:00:00Z");
        assert_eq!(moment("2026-07-31 09:00", Some("europe/berlin")), "2026-07-31T07:00:00Z");
        assert_eq!(
            moment("2026-07-31T09:00:00", None),
            "at: should have an offset such as 'Z', or a timezone beside it"
        );
    }

    #[test]
    fn a_local_time_that_the_clocks_skip_or_repeat_is_one_moment() {
        assert_eq!(moment("2026-03-29T02:30:00", Some("Europe/Berlin")), "2026-03-29T01:30:00Z");
        assert_eq!(moment("2026-10-25T02:30:00", Some("Europe/Berlin")), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn what_is_no_time_or_no_zone_is_refused() {
        for at in ["", "tomorrow", "2026-02-30T09:00:00Z", "1767225600", &"9".repeat(100)] {
            assert!(moment(at, None).starts_with("at: "), "{at}");
        }
        for zone in ["", "Mars/Olympus", "../../etc/passwd", &"x".repeat(100)] {
            assert!(moment("2026-07-31T09:00:00", Some(zone)).starts_with("zone: "), "{zone}");
        }
    }

    #[test]
    fn only_the_next_year_will_do() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let check = |at| Schedule::parse(at, None).unwrap().check(now);
        assert!(check("2026-01-01T00:00:00Z").is_err());
        assert!(check("2025-12-31T23:59:59Z").is_err());
        assert!(check("2026-01-01T00:00:01Z").is_ok());
        assert!(check("2027-01-02T00:00:00Z").is_ok());
        assert!(check("2027-01-02T00:00:01Z").is_err());
    }
}
