use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + seconds).unwrap()
}

fn ms(seconds: i64) -> i64 {
    at(seconds).as_millisecond()
}

fn sign(outcome: Outcome) -> Sign {
    Sign { outcome, status: None, retry_after: None, python: false }
}

fn hanging(unanswered: u32) -> Health {
    Health {
        unanswered,
        spared_until: ms(15),
        failing_since: Some(ms(0)),
        failed_at: ms(0),
        ..Health::default()
    }
}

fn spared(until: i64, pause: u64) -> Admission {
    Admission::Spared { until: at(until), pause: Duration::from_secs(pause) }
}

#[test]
fn who_does_not_answer_three_times_is_spared_longer_and_longer() {
    let admits = |unanswered, seconds| hanging(unanswered).admits(at(seconds), Duration::ZERO);
    assert_eq!([0, 1, 2].map(|unanswered| admits(unanswered, 0)), [Admission::Free; 3]);
    assert_eq!(
        [3, 4, 8].map(|unanswered| admits(unanswered, 0)),
        [spared(15, 15), spared(15, 30), spared(15, 300)]
    );
    assert_eq!(admits(3, 15), Admission::Probe);

    let pauses =
        [0, 2, 3, 8].map(|unanswered| match hanging(unanswered).finds(sign(Outcome::TimedOut), at(0)) {
            Finding::Unanswered { pause, probe, .. } => (pause.as_secs(), probe),
            finding => panic!("{finding:?}"),
        });
    assert_eq!(pauses, [(15, false), (15, false), (30, true), (300, true)]);
}

#[test]
fn of_a_receiver_that_is_well_and_stays_so_there_is_nothing_to_keep() {
    let taken = |health: Health, python| health.finds(Sign { python, ..sign(Outcome::Delivered) }, at(0));
    let well = Health { well_at: ms(0), busy_until: ms(9), ..Health::default() };
    assert_eq!(taken(Health::default(), false), Finding::Nothing);
    assert_eq!(taken(well, false), Finding::Nothing);
    assert_eq!(taken(well, true), Finding::Well { python: true });
    assert_eq!(taken(Health { python: true, ..well }, true), Finding::Nothing);
    assert_eq!(taken(hanging(1), false), Finding::Well { python: false });
}

#[test]
fn who_is_busy_is_left_alone_for_as_long_as_it_asks() {
    let asks = |status, retry_after: Option<u64>| {
        let sign = Sign {
            status: Some(status),
            retry_after: retry_after.map(Duration::from_secs),
            ..sign(Outcome::Refused)
        };
        match Health::default().finds(sign, at(0)) {
            Finding::Refused { busy_for, .. } => busy_for.map(|asked| asked.as_secs()),
            finding => panic!("{finding:?}"),
        }
    };
    assert_eq!(asks(429, Some(2)), Some(2));
    assert_eq!(asks(429, None), Some(15));
    assert_eq!(asks(429, Some(86_400)), Some(600));
    assert_eq!(asks(429, Some(0)), None);
    assert_eq!([502, 503, 504].map(|status| asks(status, Some(30))), [Some(30); 3]);
    assert_eq!([502, 503, 504].map(|status| asks(status, None)), [None; 3]);
    assert_eq!([400, 401, 500].map(|status| asks(status, Some(30))), [None; 3]);
}

#[test]
fn who_was_busy_is_free_after_that_and_whoever_waited_long_enough_goes_anyway() {
    let busy = Health { busy_until: ms(60), busy_for: 60_000, ..Health::default() };
    let waited = |seconds| Duration::from_secs(seconds);
    assert_eq!(busy.admits(at(59), waited(479)), spared(60, 60));
    assert_eq!(busy.admits(at(60), waited(0)), Admission::Free);
    assert_eq!(busy.admits(at(59), waited(480)), Admission::Free);
    let and_hanging = Health { unanswered: 3, spared_until: ms(70), ..busy };
    assert_eq!(and_hanging.admits(at(59), waited(480)), spared(70, 15));
}

#[test]
fn who_fails_for_five_days_is_hopeless() {
    let failing = Health { failing_since: Some(ms(0)), ..Health::default() };
    assert!(!failing.is_hopeless(at(5 * 86_400 - 1)));
    assert!(failing.is_hopeless(at(5 * 86_400)));
    assert!(!Health::default().is_hopeless(at(5 * 86_400)));
}

#[test]
fn a_failure_more_than_a_day_and_a_half_after_the_last_one_begins_a_new_run() {
    let anew = |outcome, hours: i64| match hanging(1).finds(sign(outcome), at(hours * 3_600)) {
        Finding::Refused { anew, .. } | Finding::Unanswered { anew, .. } => anew,
        finding => panic!("{finding:?}"),
    };
    for outcome in [Outcome::Refused, Outcome::TimedOut, Outcome::Unreachable, Outcome::AddressRefused] {
        assert_eq!((anew(outcome, 36), anew(outcome, 37)), (false, true), "{outcome}");
    }
}
