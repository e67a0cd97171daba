//! The steps of a campaign, on the local AWS.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use aws_lambda_events::event::sqs::SqsEvent;
use campaign_planner::Worker;
use serde_json::{Value, json};
use switchboard_model::campaign::variables::{Source, Variable};
use switchboard_model::campaign::{Audience, Campaign, CampaignStatus, HaltReason, Schedule};
use switchboard_model::contact::Contact;
use switchboard_model::phone_number::Stop;
use switchboard_model::recipient::{
    FrozenParameters, NewRecipient, RecipientCounts, RecipientStatus, SkipReason,
};
use switchboard_model::template::TemplateStatus;
use switchboard_model::{Id, Timestamp};
use switchboard_runtime::queue::Queue;
use switchboard_service::campaign_sends::Dispatch;
use switchboard_service::campaigns::{
    ApprovedTemplate, CampaignControl, CampaignStep, CampaignSteps, StepLimits, Taken,
};
use switchboard_store::ContactWrite;
use switchboard_testkit::{
    Business, LocalQueue, World, create_contacts, create_template, draft_campaign, metered, with_account,
};

fn taker(world: &World) -> CampaignSteps {
    let dispatch = Dispatch::new(world.resources.clone(), 80.0);
    let limits = StepLimits { batches: 1, time: Duration::from_secs(20) };
    CampaignSteps::new(world.resources.clone(), dispatch, limits)
}

struct Stage {
    world: World,
    business: Business,
    worker: Worker,
    steps: LocalQueue,
    sends: LocalQueue,
}

impl Stage {
    async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let mut business = Box::pin(Business::new(&world)).await;
        with_account(&world, &mut business).await;
        let (steps, sends) = (world.aws.create_queue("steps").await, world.aws.create_queue("sends").await);
        let queue = |queue: &LocalQueue| Queue::new(queue.client.clone(), queue.url.clone());
        let worker = Worker::new(taker(&world), queue(&steps), queue(&sends));
        Self { world, business, worker, steps, sends }
    }

    /// A campaign with a template that greets by name, for contacts with these tags.
    async fn campaign(&self, tags: &[&str]) -> Campaign {
        let template = create_template(&self.world, &self.business, "sale", "Hello {{1}}!").await;
        let name = Variable { source: Source::Name, fallback: None };
        let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        let campaign = Campaign {
            template_id: Some(template.id),
            variables: [("1".parse().unwrap(), name)].into(),
            audience: Audience { tags, ..Audience::default() },
            ..draft_campaign(&self.world, &self.business)
        };
        self.world.store().create_campaign(&campaign).await.unwrap();
        campaign
    }

    async fn change(&self, id: Id, change: impl FnOnce(&mut Campaign)) {
        let mut campaign = self.stored(id).await;
        let was = campaign.status;
        change(&mut campaign);
        campaign.version += 1;
        self.world.store().update_campaign(&campaign, was).await.unwrap();
    }

    async fn started(&self, tags: &[&str]) -> Id {
        let id = self.campaign(tags).await.id;
        let now = self.world.resources.now();
        self.change(id, |campaign| assert!(campaign.start(now).unwrap())).await;
        id
    }

    async fn stored(&self, id: Id) -> Campaign {
        self.world.store().campaign(id).await.unwrap().unwrap()
    }

    /// Delivers a step; whether the worker is done with it.
    async fn deliver(&self, step: &CampaignStep) -> bool {
        self.deliver_body(&serde_json::to_string(step).unwrap()).await
    }

    async fn deliver_body(&self, body: &str) -> bool {
        let record = json!({"messageId": "0", "receiptHandle": "r", "body": body, "attributes": {},
            "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q", "awsRegion": "us-east-1"});
        let event: SqsEvent = serde_json::from_value(json!({"Records": [record]})).unwrap();
        self.worker.handle(event).await.batch_item_failures.is_empty()
    }

    /// The steps that are queued and due.
    async fn queued(&self) -> Vec<CampaignStep> {
        self.steps.take().await.iter().map(|body| serde_json::from_str(body).unwrap()).collect()
    }

    /// Plans everybody, a batch a step; how many steps it took.
    async fn plan(&self, id: Id) -> usize {
        let mut steps = 0;
        while !self.stored(id).await.plan.done {
            let campaign = self.stored(id).await;
            assert!(self.deliver(&step(&campaign)).await);
            steps += 1;
        }
        steps
    }

    /// What the campaign says of its recipients, which must be what the ledger has.
    async fn counts(&self, id: Id) -> RecipientCounts {
        let store = self.world.store();
        let mut counts = self.stored(id).await.plan.counts;
        counts += &store.recipient_moves(id).await.unwrap();
        assert_eq!(counts, store.count_ledger(id).await.unwrap());
        counts
    }
}

fn step(campaign: &Campaign) -> CampaignStep {
    CampaignStep { campaign_id: campaign.id, run: campaign.run, turn: campaign.turn, timer: None }
}

#[tokio::test]
async fn everybody_is_planned_in_batches_and_then_handed_out() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 450, 440, &["vip"]).await;
    let id = stage.started(&["vip"]).await;

    let steps = stage.plan(id).await;

    assert!((3..=5).contains(&steps), "{steps}");
    let counts = stage.counts(id).await;
    assert_eq!((counts.of(RecipientStatus::Planned), counts.skipped_for(SkipReason::NotOptedIn)), (440, 10));
    stage.queued().await;
    let campaign = stage.stored(id).await;
    assert!(stage.deliver(&step(&campaign)).await);
    let send: Value = serde_json::from_str(&stage.sends.take().await[0]).unwrap();
    assert_eq!((&send["campaign_id"], &send["run"]), (&json!(id), &json!(1)));
    assert_eq!(stage.stored(id).await.turn, campaign.turn + 1);
}

#[tokio::test]
async fn planning_writes_little_more_than_the_rows() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 1_000, 1_000, &["vip"]).await;
    let id = stage.started(&["vip"]).await;
    let steps = taker(&stage.world);
    let (mut writes, mut batches) = (0.0, 0.0);

    while !stage.stored(id).await.plan.done {
        let next = step(&stage.stored(id).await);
        let (taken, reading) = metered(Box::pin(steps.take(&next))).await;
        taken.unwrap();
        writes += reading.write_units;
        batches += 1.0;
    }

    let rows = 1_000.0;
    assert_eq!(stage.counts(id).await.total(), 1_000);
    // What fixes a batch is about 5 KB, of which the local DynamoDB counts one unit; beside it a step ends its turn.
    let as_billed = writes + 4.0 * batches;
    assert!((as_billed - rows) / rows < 0.2, "{writes} in {batches} batches");
}

#[tokio::test]
async fn the_whole_workspace_means_those_who_opted_in() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 30, 12, &[]).await;
    let id = stage.started(&[]).await;

    stage.plan(id).await;

    let counts = stage.counts(id).await;
    assert_eq!((counts.of(RecipientStatus::Planned), counts.total()), (12, 12));
}

#[tokio::test]
async fn a_contact_with_two_of_the_tags_is_told_once() {
    let stage = Stage::new().await;
    let contacts = create_contacts(&stage.world, &stage.business, 20, 20, &["vip", "new"]).await;
    stage.world.wait(60);
    let id = stage.started(&["vip", "new"]).await;
    stage
        .change(id, |campaign| {
            campaign.audience.contact_ids = contacts.iter().map(|contact| contact.id).collect();
        })
        .await;

    stage.plan(id).await;

    assert_eq!(stage.counts(id).await.total(), 20);
}

#[tokio::test]
async fn a_planner_may_die_between_any_two_writes() {
    let stage = Stage::new().await;
    let contacts = create_contacts(&stage.world, &stage.business, 450, 450, &["vip"]).await;
    let id = stage.started(&["vip"]).await;
    let store = stage.world.store();
    let mut deleted = 0;

    while !stage.stored(id).await.plan.done {
        let campaign = stage.stored(id).await;
        // One died after half of the rows. What it wrote stays, whatever becomes of the contacts.
        let half: Vec<_> = campaign.plan.customers.iter().step_by(2).collect();
        let rows = half.iter().map(|customer| NewRecipient {
            customer: (*customer).clone(),
            contact_id: None,
            name: None,
            parameters: FrozenParameters::default(),
            skip: None,
        });
        store.plan_recipients(id, campaign.plan.batch, &rows.collect::<Vec<_>>()).await.unwrap();
        for customer in half.iter().take(3) {
            let gone = contacts.iter().find(|contact| contact.customer == **customer).unwrap();
            let new = Contact {
                deleted_at: Some(stage.world.resources.now()),
                version: gone.version + 1,
                ..gone.clone()
            };
            store.write_contacts(&[ContactWrite::new(Some(gone.clone()), new)]).await.unwrap();
            deleted += 1;
        }
        // Two take over at once, of whom one may have to look again, and the step is delivered once more when it is
        // over.
        let next = step(&campaign);
        let (one, other) = futures::join!(stage.deliver(&next), stage.deliver(&next));
        assert!(one || other);
        assert!(stage.deliver(&next).await);
        let turns = stage.queued().await.into_iter().map(|step| step.turn);
        assert!(turns.clone().all(|turn| turn == campaign.turn + 1), "{:?}", turns.collect::<Vec<_>>());
    }

    assert!(deleted > 0);
    assert_eq!(stage.counts(id).await.total(), 450);
}

#[tokio::test]
async fn a_step_that_was_taken_is_followed_even_if_its_taker_died() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 300, 300, &["vip"]).await;
    let id = stage.started(&["vip"]).await;
    let first = step(&stage.stored(id).await);
    assert!(stage.deliver(&first).await);
    let follow = CampaignStep { turn: 1, ..first.clone() };
    assert_eq!(stage.queued().await, std::slice::from_ref(&follow));

    assert!(stage.deliver(&first).await);
    assert_eq!(stage.queued().await, std::slice::from_ref(&follow));
    assert!(stage.deliver(&follow).await);
    stage.queued().await;
    assert!(stage.deliver(&first).await);
    assert!(stage.queued().await.is_empty(), "an old step is followed no more");
}

#[tokio::test]
async fn a_step_that_somebody_else_is_at_is_not_done_with() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 1, 1, &["vip"]).await;
    let id = stage.started(&["vip"]).await;
    stage.plan(id).await;
    let campaign = stage.stored(id).await;
    let Taken::HandOut(hand_out) = taker(&stage.world).take(&step(&campaign)).await.unwrap() else {
        panic!("recipients are handed out")
    };

    stage.world.store().end_campaign_turn(&campaign).await.unwrap();
    let contested = taker(&stage.world).handed_out(*hand_out).await.unwrap_err();

    assert!(contested.is_contested());
}

#[tokio::test]
async fn steps_of_another_run_and_of_what_is_not_sending_are_dropped() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 5, 5, &["vip"]).await;
    let id = stage.started(&["vip"]).await;
    let first = step(&stage.stored(id).await);
    let now = stage.world.resources.now();
    stage.change(id, |campaign| assert!(campaign.pause(now, HaltReason::Requested).unwrap())).await;
    assert!(stage.deliver(&first).await);
    stage.change(id, |campaign| assert!(campaign.start(now).unwrap())).await;
    assert!(stage.deliver(&first).await);
    assert!(stage.deliver(&CampaignStep { campaign_id: Id::NONE, ..first }).await);
    assert!(!stage.deliver_body("no step").await);

    assert_eq!(stage.stored(id).await.plan.batch, 0);
    assert!(stage.queued().await.is_empty());
}

#[tokio::test]
async fn a_campaign_that_has_nobody_left_to_tell_is_completed() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 3, 0, &["vip"]).await;
    let id = stage.started(&["vip"]).await;

    stage.plan(id).await;
    stage.queued().await;
    let campaign = stage.stored(id).await;
    if campaign.status == CampaignStatus::Sending {
        assert!(stage.deliver(&step(&campaign)).await);
    }

    assert_eq!(stage.stored(id).await.status, CampaignStatus::Completed);
    assert!(stage.queued().await.is_empty());
}

#[tokio::test]
async fn a_timer_starts_a_campaign_once_and_only_the_last_one_does() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 3, 3, &["vip"]).await;
    let id = stage.campaign(&["vip"]).await.id;
    let at = |second: i64| Schedule { at: 1_767_225_600_000 + second * 1_000, time_zone: None };
    stage.change(id, |campaign| campaign.schedule(at(60)).unwrap()).await;
    stage.change(id, |campaign| campaign.schedule(at(120)).unwrap()).await;
    stage.world.wait(120);

    assert!(stage.deliver(&CampaignStep::starting(id, 1)).await);
    assert_eq!(stage.stored(id).await.status, CampaignStatus::Scheduled);
    for _ in 0..2 {
        assert!(stage.deliver(&CampaignStep::starting(id, 2)).await);
        let campaign = stage.stored(id).await;
        assert_eq!((campaign.status, campaign.run), (CampaignStatus::Sending, 1));
    }
}

#[tokio::test]
async fn a_campaign_that_is_not_ready_at_its_time_has_failed_with_the_reason() {
    let stage = Stage::new().await;
    let id = stage.campaign(&["nobody"]).await.id;
    let at = Schedule { at: 1_767_225_600_000, time_zone: None };
    stage.change(id, |campaign| campaign.schedule(at).unwrap()).await;

    assert!(stage.deliver(&CampaignStep::starting(id, 1)).await);

    let campaign = stage.stored(id).await;
    assert_eq!(campaign.status, CampaignStatus::Failed);
    let reason = campaign.failure.unwrap().reason;
    assert_eq!(
        reason.message(),
        Some("Campaign can't be started: there is nobody in its audience to send it to")
    );
}

#[tokio::test]
async fn whoever_sends_ends_only_the_run_that_they_belong_to() {
    let stage = Stage::new().await;
    let id = stage.started(&["vip"]).await;
    let control = CampaignControl::new(stage.world.resources.clone());
    let reason = HaltReason::Meta { code: 132_015, message: "Template is paused".to_owned() };

    assert!(!control.pause(id, 0, reason.clone()).await.unwrap());
    assert!(!control.complete(id, 1).await.unwrap(), "not everybody is planned");
    assert!(control.pause(id, 1, reason.clone()).await.unwrap());
    assert!(!control.pause(id, 1, reason.clone()).await.unwrap());

    let campaign = stage.stored(id).await;
    assert!(campaign.is_paused());
    assert_eq!(campaign.pause.unwrap().reason, reason);
}

impl Stage {
    /// Another campaign like this one, being sent.
    async fn started_like(&self, id: Id) -> Id {
        let draft = draft_campaign(&self.world, &self.business);
        let like = self.stored(id).await;
        let copy = Campaign { template_id: like.template_id, variables: like.variables, ..draft };
        self.world.store().create_campaign(&copy).await.unwrap();
        self.change(copy.id, |campaign| assert!(campaign.start(Timestamp::UNIX_EPOCH).unwrap())).await;
        copy.id
    }

    async fn pause(&self, id: Id, reason: HaltReason) {
        let control = CampaignControl::new(self.world.resources.clone());
        assert!(control.pause(id, 1, reason).await.unwrap());
    }

    /// Lets Meta say this of a template, and delivers what the outbox makes of an approval.
    async fn approve(&self, template_id: Id, status: TemplateStatus) {
        let mut template = self.world.store().template(template_id).await.unwrap().unwrap();
        template.status = status;
        template.version += 1;
        self.world.store().update_template(&template).await.unwrap();
        let workspace_id = self.business.workspace.id;
        let approved = ApprovedTemplate { workspace_id, approved_template_id: template_id };
        assert!(self.deliver_body(&serde_json::to_string(&approved).unwrap()).await);
    }
}

#[tokio::test]
async fn campaigns_that_were_paused_with_their_template_go_on_with_it_and_no_others() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 3, 3, &["vip"]).await;
    let paused = stage.started(&["vip"]).await;
    let (asked, spam) = (stage.started_like(paused).await, stage.started_like(paused).await);
    let template_id = stage.stored(paused).await.template_id.unwrap();
    for id in [paused, asked] {
        stage.pause(id, HaltReason::template_paused()).await;
    }
    let requested = |campaign: &mut Campaign| {
        assert!(campaign.pause(Timestamp::UNIX_EPOCH, HaltReason::Requested).unwrap());
    };
    stage.change(asked, requested).await;
    stage.pause(spam, HaltReason::Meta { code: 131_048, message: "Spam rate limit hit".to_owned() }).await;
    let noted = stage.world.store().template(template_id).await.unwrap().unwrap().status;

    stage.approve(template_id, TemplateStatus::Paused).await;
    let too_soon = stage.stored(paused).await.is_paused();
    for _ in 0..2 {
        stage.approve(template_id, TemplateStatus::Approved).await;
    }

    assert_eq!((noted, too_soon), (TemplateStatus::Paused, true));
    let resumed = stage.stored(paused).await;
    assert_eq!((resumed.status, resumed.run), (CampaignStatus::Sending, 2));
    for id in [asked, spam] {
        assert!(stage.stored(id).await.is_paused());
    }
}

#[tokio::test]
async fn a_campaign_that_can_not_go_on_with_its_template_says_why() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 1, 1, &["vip"]).await;
    let id = stage.started(&["vip"]).await;
    stage.pause(id, HaltReason::template_paused()).await;
    let mut number = stage.business.number.clone();
    number.stopped = Some(Stop { code: 190, message: "Access token has expired".to_owned(), at: 0 });
    number.version += 1;
    stage.world.store().update_phone_number(&number).await.unwrap();

    stage.approve(stage.stored(id).await.template_id.unwrap(), TemplateStatus::Approved).await;

    let campaign = stage.stored(id).await;
    assert!(campaign.is_paused());
    let message = campaign.pause.unwrap().reason.message().unwrap().to_owned();
    assert!(message.contains("Access token has expired"), "{message}");
}
