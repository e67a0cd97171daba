use proptest::prelude::*;

use super::*;

fn id(bits: u64) -> Id {
    Id::from_bits(bits).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn claimed() -> Recipient {
    Recipient {
        campaign_id: id(1),
        customer: Customer::from_whatsapp("15550001111").unwrap(),
        contact_id: None,
        name: None,
        parameters: FrozenParameters::default(),
        status: RecipientStatus::Planned,
        skip: None,
        claim: Some(RecipientClaim { message_id: id(2), run: 1, at: at(1) }),
        slot: None,
        sent_at: None,
        delivered_at: None,
        read_at: None,
        failed_at: None,
        failure: None,
    }
}

fn failed(code: i64, second: i64) -> Progress {
    Progress {
        status: Status::Failed,
        failed_at: Some(at(second)),
        failure: Some(Failure { code, title: code.to_string(), details: None }),
        ..Progress::default()
    }
}

#[test]
fn a_row_follows_its_message() {
    let sent = Progress { status: Status::Sent, sent_at: Some(at(5)), ..Progress::default() };
    let told = claimed().told(id(2), &sent).unwrap();
    assert_eq!((told.status, told.sent_at), (RecipientStatus::Sent, Some(at(5))));
    assert_eq!(told.told(id(2), &sent), None, "no news");
}

#[test]
fn news_of_another_message_change_nothing() {
    let read = Progress { status: Status::Read, read_at: Some(at(5)), ..Progress::default() };
    assert_eq!(claimed().told(id(3), &read), None);
    assert_eq!(Recipient { claim: None, ..claimed() }.told(id(2), &read), None);
}

#[test]
fn marketing_that_meta_holds_back_leaves_the_recipient_out() {
    for (code, reason) in [(131_049, SkipReason::MarketingLimit), (131_050, SkipReason::MarketingStopped)] {
        let told = claimed().told(id(2), &failed(code, 5)).unwrap();
        assert_eq!((told.status, told.skip), (RecipientStatus::Skipped, Some(reason)));
    }
    let told = claimed().told(id(2), &failed(131_026, 5)).unwrap();
    assert_eq!((told.status, told.skip), (RecipientStatus::Failed, None));
}

#[test]
fn a_row_that_is_tried_again_forgets_its_message() {
    let again = claimed().told(id(2), &failed(131_026, 5)).unwrap().planned_again();
    assert_eq!(again, Recipient { claim: None, ..claimed() });
}

#[test]
fn shards_are_used_evenly_and_stay_as_they_are() {
    let mut used = [0_u32; SHARDS as usize];
    for number in 0..16_000_u64 {
        let customer = Customer::from_whatsapp(&(4_915_000_000_000 + number).to_string()).unwrap();
        used[usize::from(shard_of(&customer))] += 1;
    }
    assert!(used.iter().all(|count| (850..1_150).contains(count)), "{used:?}");
    assert_eq!(shard_of(&Customer::from_whatsapp("15550001111").unwrap()), 4);
}

#[test]
fn counts_add_up_and_forget_zeros() {
    let mut counts = RecipientCounts::default();
    counts.add(RecipientStatus::Planned, None, 3);
    counts.add(RecipientStatus::Skipped, Some(SkipReason::NotOptedIn), 1);
    let mut change = RecipientCounts::default();
    change.add(RecipientStatus::Planned, None, -3);
    change.add(RecipientStatus::Sent, None, 3);
    counts += &change;
    assert_eq!((counts.of(RecipientStatus::Planned), counts.of(RecipientStatus::Sent)), (0, 3));
    assert_eq!((counts.skipped_for(SkipReason::NotOptedIn), counts.total()), (1, 4));
    assert_eq!(counts.statuses().count(), 2);
}

/// What a message looks like after some of its reports, in the order in which they arrived.
fn states() -> impl Strategy<Value = Vec<Progress>> {
    let reports = vec![0_u8, 1, 2, 3];
    (Just(reports).prop_shuffle(), proptest::collection::vec(any::<bool>(), 4)).prop_map(|(order, twice)| {
        let mut progress = Progress::default();
        let mut states = Vec::new();
        for kind in order {
            let (status, second) = match kind {
                0 => (Status::Sent, 10),
                1 => (Status::Failed, 11),
                2 => (Status::Delivered, 12),
                _ => (Status::Read, 13),
            };
            match status {
                Status::Sent => progress.sent_at = Some(at(second)),
                Status::Failed => {
                    progress.failed_at = Some(at(second));
                    progress.failure = failed(131_026, second).failure;
                }
                Status::Delivered => progress.delivered_at = Some(at(second)),
                _ => progress.read_at = Some(at(second)),
            }
            progress.status = progress.status.max(status);
            states.push(progress.clone());
            if twice[usize::from(kind)] {
                states.push(progress.clone());
            }
        }
        states
    })
}

proptest! {
    #[test]
    fn news_in_any_order_and_twice_end_in_the_same_row(states in states(), order in any::<u64>()) {
        let mut shuffled = states;
        let count = shuffled.len();
        for (from, seed) in (0..count).zip(std::iter::successors(Some(order), |seed| Some(seed.rotate_left(7) ^ 0x9e37))) {
            shuffled.swap(from, usize::try_from(seed % count as u64).unwrap());
        }
        let row = shuffled.iter().fold(claimed(), |row, progress| row.told(id(2), progress).unwrap_or(row));
        prop_assert_eq!(row.status, RecipientStatus::Read);
        prop_assert_eq!((row.sent_at, row.failed_at), (Some(at(10)), Some(at(11))));
        prop_assert_eq!((row.delivered_at, row.read_at), (Some(at(12)), Some(at(13))));
    }
}
