use std::fmt::Write;

use super::*;
use crate::Id;
use crate::campaign::{Audience, Plan, Variables};

fn draft() -> Campaign {
    Campaign {
        id: Id::NONE,
        workspace_id: Id::NONE,
        phone_number_id: Id::NONE,
        template_id: None,
        name: "Summer Sale 2024".to_owned(),
        status: CampaignStatus::Draft,
        pause: None,
        failure: None,
        audience: Audience::default(),
        variables: Variables::new(),
        schedule: None,
        timer: 0,
        run: 0,
        turn: 0,
        plan: Plan::default(),
        retry: None,
        created_by: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        started_at: None,
        ended_at: None,
        deleted_at: None,
        version: 1,
    }
}

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn later() -> Schedule {
    Schedule { at: 1_000, time_zone: None }
}

fn after(steps: &[&dyn Fn(&mut Campaign)]) -> Campaign {
    let mut campaign = draft();
    for step in steps {
        step(&mut campaign);
    }
    campaign
}

/// Every state, as it is reached.
fn states() -> Vec<(&'static str, Campaign)> {
    let schedule = |campaign: &mut Campaign| campaign.schedule(later()).unwrap();
    let start = |campaign: &mut Campaign| assert!(campaign.start(now()).unwrap());
    let planned = |campaign: &mut Campaign| campaign.plan.done = true;
    let pause = |campaign: &mut Campaign| assert!(campaign.pause(now(), HaltReason::Requested).unwrap());
    let fail = |campaign: &mut Campaign| {
        assert!(campaign.fail(now(), HaltReason::Unready { message: "no template".to_owned() }).unwrap());
    };
    let complete = |campaign: &mut Campaign| assert!(campaign.complete(now()).unwrap());
    let cancel = |campaign: &mut Campaign| assert!(campaign.cancel(now()).unwrap());
    vec![
        ("draft", draft()),
        ("scheduled", after(&[&schedule])),
        ("failed at its time", after(&[&schedule, &fail])),
        ("sending, being planned", after(&[&start])),
        ("sending", after(&[&start, &planned])),
        ("paused", after(&[&start, &planned, &pause])),
        ("failed", after(&[&start, &planned, &fail])),
        ("completed", after(&[&start, &planned, &complete])),
        ("cancelled", after(&[&start, &planned, &cancel])),
    ]
}

type Operation = dyn Fn(&mut Campaign) -> Result<bool, DomainError>;

fn operations() -> Vec<(&'static str, Box<Operation>)> {
    let meta = || HaltReason::Meta { code: 190, message: "Access token has expired".to_owned() };
    vec![
        ("edit", Box::new(|campaign| campaign.check_editable().map(|()| true))),
        ("schedule", Box::new(|campaign| campaign.schedule(later()).map(|()| true))),
        ("await start", Box::new(|campaign| campaign.await_start().map(|()| true))),
        ("unschedule", Box::new(|campaign| campaign.unschedule().map(|()| true))),
        ("start", Box::new(|campaign| campaign.start(now()))),
        ("pause", Box::new(move |campaign| campaign.pause(now(), meta()))),
        ("cancel", Box::new(|campaign| campaign.cancel(now()))),
        ("retry", Box::new(|campaign| campaign.retry(now()))),
        ("complete", Box::new(|campaign| campaign.complete(now()))),
        ("fail", Box::new(move |campaign| campaign.fail(now(), meta()))),
        ("delete", Box::new(|campaign| campaign.delete(now()).map(|()| true))),
    ]
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn every_operation_in_every_state() {
    let mut table = String::new();
    for (name, state) in states() {
        for (operation, apply) in operations() {
            let mut campaign = state.clone();
            let outcome = match apply(&mut campaign) {
                Ok(true) if campaign.deleted_at.is_some() => "deleted".to_owned(),
                Ok(true) => format!("{}, run {}", campaign.state(), campaign.run),
                Ok(false) => "nothing changes".to_owned(),
                Err(error) => {
                    assert_eq!(campaign, state, "{operation} of {name} changed something and failed");
                    error.to_string()
                }
            };
            writeln!(table, "{name} | {operation} | {outcome}").unwrap();
        }
    }
    insta::assert_snapshot!(table, @"
    draft | edit | draft, run 0
    draft | schedule | scheduled, run 0
    draft | await start | scheduled, run 0
    draft | unschedule | draft, run 0
    draft | start | sending, run 1
    draft | pause | Campaign can't be paused while it is draft
    draft | cancel | cancelled, run 0
    draft | retry | Campaign can't be retried while it is draft
    draft | complete | Campaign can't be completed while it is draft
    draft | fail | Campaign can't be failed while it is draft
    draft | delete | deleted
    scheduled | edit | scheduled, run 0
    scheduled | schedule | scheduled, run 0
    scheduled | await start | scheduled, run 0
    scheduled | unschedule | draft, run 0
    scheduled | start | sending, run 1
    scheduled | pause | Campaign can't be paused while it is scheduled
    scheduled | cancel | cancelled, run 0
    scheduled | retry | Campaign can't be retried while it is scheduled
    scheduled | complete | Campaign can't be completed while it is scheduled
    scheduled | fail | failed, run 0
    scheduled | delete | deleted
    failed at its time | edit | failed, run 0
    failed at its time | schedule | scheduled, run 0
    failed at its time | await start | scheduled, run 0
    failed at its time | unschedule | failed, run 0
    failed at its time | start | sending, run 1
    failed at its time | pause | Campaign can't be paused while it is failed
    failed at its time | cancel | cancelled, run 0
    failed at its time | retry | Campaign can't be retried while it is failed
    failed at its time | complete | Campaign can't be completed while it is failed
    failed at its time | fail | nothing changes
    failed at its time | delete | deleted
    sending, being planned | edit | Campaign can't be changed while it is sending
    sending, being planned | schedule | Campaign can't be changed while it is sending
    sending, being planned | await start | Campaign can't be scheduled while it is sending
    sending, being planned | unschedule | Campaign can't be changed while it is sending
    sending, being planned | start | nothing changes
    sending, being planned | pause | paused, run 1
    sending, being planned | cancel | cancelled, run 1
    sending, being planned | retry | Campaign can't be retried while it is sending
    sending, being planned | complete | Campaign can't be completed while it is sending
    sending, being planned | fail | failed, run 1
    sending, being planned | delete | Campaign can't be deleted while it is sending
    sending | edit | Campaign can't be changed while it is sending
    sending | schedule | Campaign can't be changed while it is sending
    sending | await start | Campaign can't be scheduled while it is sending
    sending | unschedule | Campaign can't be changed while it is sending
    sending | start | nothing changes
    sending | pause | paused, run 1
    sending | cancel | cancelled, run 1
    sending | retry | Campaign can't be retried while it is sending
    sending | complete | completed, run 1
    sending | fail | failed, run 1
    sending | delete | Campaign can't be deleted while it is sending
    paused | edit | Campaign can't be changed while it is paused
    paused | schedule | Campaign can't be changed while it is paused
    paused | await start | Campaign can't be scheduled while it is paused
    paused | unschedule | Campaign can't be changed while it is paused
    paused | start | sending, run 2
    paused | pause | nothing changes
    paused | cancel | cancelled, run 1
    paused | retry | sending, run 2
    paused | complete | Campaign can't be completed while it is paused
    paused | fail | failed, run 1
    paused | delete | deleted
    failed | edit | Campaign can't be changed while it is failed
    failed | schedule | Campaign can't be changed while it is failed
    failed | await start | Campaign can't be scheduled while it is failed
    failed | unschedule | Campaign can't be changed while it is failed
    failed | start | sending, run 2
    failed | pause | Campaign can't be paused while it is failed
    failed | cancel | cancelled, run 1
    failed | retry | sending, run 2
    failed | complete | Campaign can't be completed while it is failed
    failed | fail | nothing changes
    failed | delete | deleted
    completed | edit | Campaign can't be changed while it is completed
    completed | schedule | Campaign can't be changed while it is completed
    completed | await start | Campaign can't be scheduled while it is completed
    completed | unschedule | Campaign can't be changed while it is completed
    completed | start | Campaign can't be started while it is completed
    completed | pause | Campaign can't be paused while it is completed
    completed | cancel | Campaign can't be cancelled while it is completed
    completed | retry | sending, run 2
    completed | complete | nothing changes
    completed | fail | Campaign can't be failed while it is completed
    completed | delete | deleted
    cancelled | edit | Campaign can't be changed while it is cancelled
    cancelled | schedule | Campaign can't be changed while it is cancelled
    cancelled | await start | Campaign can't be scheduled while it is cancelled
    cancelled | unschedule | Campaign can't be changed while it is cancelled
    cancelled | start | Campaign can't be started while it is cancelled
    cancelled | pause | Campaign can't be paused while it is cancelled
    cancelled | cancel | nothing changes
    cancelled | retry | Campaign can't be retried while it is cancelled
    cancelled | complete | Campaign can't be completed while it is cancelled
    cancelled | fail | Campaign can't be failed while it is cancelled
    cancelled | delete | deleted
    ");
}

#[test]
fn whoever_starts_again_keeps_the_plan_and_begins_a_run() {
    let mut campaign = draft();
    campaign.start(now()).unwrap();
    campaign.plan.batch = 3;
    campaign.turn = 5;
    campaign.pause(now(), HaltReason::Requested).unwrap();

    assert!(campaign.start(Timestamp::MAX).unwrap());

    assert_eq!((campaign.run, campaign.turn, campaign.plan.batch), (2, 0, 3));
    assert_eq!(campaign.started_at, Some(now()));
    assert!(campaign.is_sending(2) && !campaign.is_sending(1));
}

#[test]
fn a_retry_that_was_paused_goes_on_where_it_was() {
    let mut campaign = draft();
    campaign.start(now()).unwrap();
    campaign.plan.done = true;
    campaign.complete(now()).unwrap();
    campaign.retry(now()).unwrap();
    let half = Some(RetryCheckpoint { position: Some("half".to_owned()) });
    campaign.retry.clone_from(&half);

    campaign.pause(now(), HaltReason::Requested).unwrap();
    campaign.start(now()).unwrap();

    assert_eq!(campaign.retry, half);
    assert_eq!(campaign.ended_at, None);
}

#[test]
fn a_pause_of_the_template_is_over_with_it_unless_somebody_asked_for_a_pause_since() {
    let template = Id::from_bits(7).unwrap();
    let paused = |reason: HaltReason| {
        let mut campaign = Campaign { template_id: Some(template), ..draft() };
        campaign.start(now()).unwrap();
        assert!(campaign.pause(now(), reason).unwrap());
        campaign
    };
    let spam = || HaltReason::Meta { code: 131_048, message: "Spam rate limit hit".to_owned() };
    let mut with_it = paused(HaltReason::template_paused());

    assert!(with_it.is_paused_with(template));
    assert!(!with_it.is_paused_with(Id::NONE));
    assert!(!paused(HaltReason::Requested).is_paused_with(template));
    assert!(!paused(spam()).is_paused_with(template));
    assert!(!with_it.pause(now(), spam()).unwrap());
    assert!(with_it.is_paused_with(template));

    assert!(with_it.pause(now(), HaltReason::Requested).unwrap());
    assert!(!with_it.is_paused_with(template));
    assert!(!with_it.pause(now(), HaltReason::template_paused()).unwrap());
    assert!(!with_it.is_paused_with(template));
}
