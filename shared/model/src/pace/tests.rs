use proptest::prelude::*;

use super::*;

const NOW: i64 = 1_800_000_000 * SECOND;

#[test]
fn reserved_moments_are_a_gap_apart_and_never_shared() {
    let (pace, first) = Pace::default().reserve(NOW, 3);
    let (_, second) = pace.reserve(NOW, 1);
    assert_eq!(first, [NOW, NOW + 12_500, NOW + 25_000]);
    assert_eq!(second, [NOW + 37_500]);
}

#[test]
fn unused_moments_of_the_past_are_not_saved_up() {
    let (pace, _) = Pace::default().reserve(NOW, 1);
    let (_, later) = pace.reserve(NOW + 10 * SECOND, 2);
    assert_eq!(later, [NOW + 10 * SECOND, NOW + 10 * SECOND + 12_500]);
}

#[test]
fn a_refusal_brings_the_rate_down_to_what_was_let_through() {
    let slowed = Pace::default().note_accepted(NOW, 5).slow_down(NOW);
    assert!((slowed.rate(NOW) - 4.75).abs() < 0.001);
    assert_eq!(slowed.epoch, 1);
}

#[test]
fn what_was_accepted_long_ago_does_not_count() {
    let pace = Pace::default().note_accepted(NOW - 5 * SECOND, 50).note_accepted(NOW - SECOND, 7);
    assert!((pace.slow_down(NOW).rate(NOW) - 7.0 * MARGIN).abs() < 0.001);
}

#[test]
fn a_learned_rate_is_held_for_a_minute_and_then_rises_to_the_default() {
    let slowed = Pace::default().note_accepted(NOW, 5).slow_down(NOW);
    assert!((slowed.rate(NOW + 59 * SECOND) - 4.75).abs() < 0.001);
    assert!(slowed.rate(NOW + 61 * SECOND) > 4.9);
    assert!((slowed.rate(NOW + 3_600 * SECOND) - DEFAULT_PER_SECOND).abs() < 0.001);
}

/// The most moments that lie in one second.
fn busiest_second(mut moments: Vec<i64>) -> usize {
    moments.sort_unstable();
    let from = |start: &i64| moments.iter().filter(|at| (*start..start + SECOND).contains(at)).count();
    moments.iter().map(from).max().unwrap_or(0)
}

#[test]
fn campaigns_get_four_fifths_and_single_messages_the_rest() {
    let (pace, campaign) = Pace::default().reserve_for_campaigns(NOW, 640);
    let (_, single) = pace.reserve(NOW, 161);
    assert_eq!(campaign[1] - campaign[0], 15_625, "64 a second");
    assert_eq!(pace.campaigns_until(), NOW + 10 * SECOND);
    assert_eq!(single[1] - single[0], 62_500, "16 a second");
    assert!(single[160] >= NOW + 10 * SECOND);
    assert!(busiest_second([campaign, single].concat()) <= 81);
}

#[test]
fn single_messages_get_what_they_need_when_the_run_is_over() {
    let (mut pace, mut now) = (Pace::default(), NOW);
    let mut waited = 0;
    for second in 0..30 {
        if pace.campaigns_until() < now + SECOND {
            pace = pace.reserve_for_campaigns(now, 100).0;
        }
        let (next, single) = pace.reserve(now, 60);
        pace = next;
        if second >= 20 {
            waited = waited.max(single[59] - now);
        }
        now += SECOND;
    }
    assert!(pace.campaign_rate(now) < 25.0, "{}", pace.campaign_rate(now));
    assert!(waited < 5 * SECOND, "{waited}");
}

#[test]
fn campaigns_wait_behind_what_single_messages_hold() {
    let (pace, single) = Pace::default().reserve(NOW, 400);
    let (_, campaign) = pace.reserve_for_campaigns(NOW, 100);
    assert!(campaign[0] > single[399]);
}

#[test]
fn a_campaign_never_stands_still() {
    let pace = (0..10).fold(Pace::default(), |pace, second| pace.reserve(NOW + second * SECOND, 80).0);
    assert!((pace.campaign_rate(NOW + 9 * SECOND) - 4.0).abs() < 0.001);
}

#[test]
fn a_refusal_gives_up_what_campaigns_hold() {
    let (pace, _) = Pace::default().reserve_for_campaigns(NOW, 640);
    let (_, campaign) = pace.note_accepted(NOW, 40).slow_down(NOW).reserve_for_campaigns(NOW, 1);
    assert_eq!(campaign, [NOW + SECOND]);
}

#[test]
fn a_pace_that_was_stored_before_there_were_campaigns_can_be_read() {
    let stored = serde_json::json!({
        "next_free_at": 1, "per_second": 80.0, "full_per_second": 80.0, "learned_at": 0, "epoch": 0,
        "accepted": [0, 0], "window_second": 0,
    });
    let pace: Pace = serde_json::from_value(stored).unwrap();
    assert_eq!(pace.campaigns_until(), 0);
}

proptest! {
    #[test]
    fn together_they_never_exceed_the_rate(
        per_second in 1_u32..100,
        steps in proptest::collection::vec((any::<bool>(), 1_usize..60, 0_i64..3_000_000), 1..60),
    ) {
        let mut pace = Pace::at_most(f64::from(per_second));
        let (mut now, mut moments) = (NOW, Vec::new());
        for (campaign, count, passed) in steps {
            now += passed;
            let (next, reserved) =
                if campaign { pace.reserve_for_campaigns(now, count) } else { pace.reserve(now, count) };
            pace = next;
            moments.extend(reserved);
        }
        // Two rows of moments that begin anywhere: each may have one more in a second than its rate.
        let most = per_second as usize + 2;
        prop_assert!(busiest_second(moments.clone()) <= most, "{} of {}", busiest_second(moments), most);
    }
}
