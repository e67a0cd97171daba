//! From changes of the tables to the queue of sends.

use serde_json::json;
use switchboard_model::Timestamp;
use switchboard_model::campaign::{Campaign, HaltReason, Schedule};
use switchboard_model::contact::import::{Import, ImportCounts, ImportStatus};
use switchboard_model::media::{ContentDigest, Media, MediaKind};
use switchboard_model::message::{Attachment, Content, Report, ReportKind};
use switchboard_model::phone_number::Stop;
use switchboard_model::template::TemplateStatus;
use switchboard_service::campaigns::ApprovedTemplate;
use switchboard_service::media_jobs::MediaJob;
use switchboard_store::MessageKey;
use switchboard_store::keys;
use switchboard_testkit::{create_template, draft_campaign, with_account};

use crate::stage::{Stage, nothing};

#[tokio::test]
async fn new_messages_are_queued_in_order() {
    let stage = Stage::new().await;
    let (first, second) = (stage.queue("15550001111").await, stage.queue("15550001111").await);
    let images = (stage.message_image(&first).await, stage.message_image(&second).await);

    let taken = stage.follow(vec![(nothing(), images.0), (nothing(), images.1)]).await;

    assert!(taken);
    // A FIFO queue gives out one batch of a group: both, in order.
    assert_eq!(stage.queued().await, [first, second]);
}

#[tokio::test]
async fn a_replayed_stream_queues_nothing_twice() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111").await;
    let image = stage.message_image(&key).await;

    for _ in 0..3 {
        stage.follow(vec![(nothing(), image.clone())]).await;
    }

    assert_eq!(stage.queued().await, [key]);
    assert!(stage.queued().await.is_empty());
}

#[tokio::test]
async fn a_message_that_is_on_its_way_is_not_queued() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111").await;
    let old = stage.message_image(&key).await;
    let report = Report { kind: ReportKind::Sent, at: stage.world.resources.now() };
    stage.world.store().report_progress(&key, &report, None).await.unwrap();

    stage.follow(vec![(old, stage.message_image(&key).await)]).await;

    assert!(stage.queued().await.is_empty());
}

#[tokio::test]
async fn when_a_number_may_send_again_its_parked_messages_are_queued_oldest_first() {
    let stage = Stage::new().await;
    let mut parked = Vec::new();
    for _ in 0..12 {
        let key = stage.queue("15550001111").await;
        stage.world.store().park_message(&key).await.unwrap();
        parked.push(key);
    }
    let stop = Stop { code: 190, message: "Authentication Error".to_owned(), at: 0 };
    stage.change_number(|number| number.stopped = Some(stop)).await;

    let (old, new) = stage.change_number(|number| number.stopped = None).await;
    stage.follow(vec![(old, new)]).await;

    let mut queued = stage.queued().await;
    queued.extend(stage.queued().await);
    assert_eq!(queued, parked);
    assert!(stage.world.store().parked_messages(stage.business.number.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn when_a_number_is_deleted_its_parked_messages_are_queued_to_fail() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111").await;
    stage.world.store().park_message(&key).await.unwrap();
    let image = keys::phone_number(stage.business.number.id);
    let old = stage.image(&image).await;
    let mut number = stage.business.number.clone();
    number.delete(stage.world.resources.now());
    number.version += 1;
    stage.world.store().delete_phone_number(&number).await.unwrap();

    stage.follow(vec![(old, stage.image(&image).await)]).await;

    assert_eq!(stage.queued().await, [key]);
}

#[tokio::test]
async fn a_change_of_a_number_that_may_send_anyway_queues_nothing() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111").await;
    stage.world.store().park_message(&key).await.unwrap();

    let (old, new) = stage.change_number(|number| number.display_name = "Sales".to_owned()).await;
    stage.follow(vec![(old, new)]).await;

    assert!(stage.queued().await.is_empty());
}

#[tokio::test]
async fn an_unreadable_item_does_not_hold_up_the_others() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111").await;
    let mut broken = stage.message_image(&key).await;
    broken["v"] = json!({"N": "99"});
    let good = stage.message_image(&key).await;

    let taken = stage.follow(vec![(nothing(), broken), (nothing(), good)]).await;

    assert!(taken);
    assert_eq!(stage.queued().await, [key]);
}

#[tokio::test]
async fn when_the_queue_is_gone_the_changes_are_delivered_again() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111").await;
    stage.sends.client.delete_queue().queue_url(&stage.sends.url).send().await.unwrap();

    assert!(!stage.follow(vec![(nothing(), stage.message_image(&key).await)]).await);
}

#[tokio::test]
async fn an_import_is_queued_when_its_file_is_there_and_once() {
    let stage = Stage::new().await;
    let now = stage.world.resources.now();
    let mut import = Import {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        file_name: "contacts.csv".to_owned(),
        file_size: 1,
        default_country: None,
        status: ImportStatus::AwaitingUpload,
        failure: None,
        pieces: 0,
        counts: ImportCounts::default(),
        created_by: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let key = keys::contact_import(import.id);
    stage.world.store().create_contact_import(&import).await.unwrap();
    let awaiting = stage.image(&key).await;
    (import.status, import.version) = (ImportStatus::Processing, 2);
    stage.world.store().update_contact_import(&import).await.unwrap();
    let waiting = stage.image(&key).await;
    (import.pieces, import.version) = (1, 3);
    stage.world.store().update_contact_import(&import).await.unwrap();
    let begun = stage.image(&key).await;

    assert!(
        stage
            .follow(vec![(nothing(), awaiting.clone()), (awaiting, waiting.clone()), (waiting, begun)])
            .await
    );

    let id = import.id;
    assert_eq!(stage.imports.take().await, [json!({"import_id": id}).to_string()]);
}

#[tokio::test]
async fn files_that_customers_send_are_fetched_once() {
    let stage = Stage::new().await;
    let raw = json!({"image": {"id": "8001", "mime_type": "image/jpeg"}});
    let mut content = Content::Received {
        kind: "image".to_owned(),
        text: None,
        attachment: Attachment::announced_in("image", &raw),
        raw,
    };
    let message = stage.business.receives(&stage.world, "15550001111", content.clone()).await;
    let key = MessageKey::from(&message);
    let image = stage.message_image(&key).await;
    if let Content::Received { attachment, .. } = &mut content {
        *attachment = Some(Attachment::Lost { reason: "gone".to_owned() });
    }
    stage.world.store().give_up_attachment(&key, &content).await.unwrap();

    stage.follow(vec![(nothing(), image.clone()), (image, stage.message_image(&key).await)]).await;

    let job = serde_json::to_string(&MediaJob::Fetch(key)).unwrap();
    assert_eq!(stage.media_jobs.take().await, [job]);
}

#[tokio::test]
async fn the_content_of_a_deleted_file_is_let_go_once() {
    let stage = Stage::new().await;
    let (id, now) = (stage.world.resources.ids.next_id(), stage.world.resources.now());
    let media = Media {
        id,
        workspace_id: stage.business.workspace.id,
        kind: MediaKind::Image,
        file_name: "photo.png".to_owned(),
        file_size: 1,
        mime_type: "image/png".to_owned(),
        sha256: ContentDigest::of(b"x"),
        uploaded_by: None,
        received_in: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    stage.world.store().create_media(&media).await.unwrap();
    let stored = stage.image(&keys::media(id)).await;
    stage.world.store().delete_media(&media, now).await.unwrap();
    let deleted = stage.image(&keys::media(id)).await;

    stage
        .follow(vec![(nothing(), stored.clone()), (stored, deleted.clone()), (deleted.clone(), deleted)])
        .await;

    let job = MediaJob::Retire { workspace_id: media.workspace_id, media_id: id };
    assert_eq!(stage.media_jobs.take().await, [serde_json::to_string(&job).unwrap()]);
}

impl Stage {
    /// Changes a campaign in the store and lets the worker see it.
    async fn change_campaign(&self, campaign: &mut Campaign, change: impl FnOnce(&mut Campaign)) {
        let key = keys::campaign(campaign.id);
        let (old, was) = (self.image(&key).await, campaign.status);
        change(campaign);
        campaign.version += 1;
        self.world.store().update_campaign(campaign, was).await.unwrap();
        let change = (old, self.image(&key).await);
        // A stream may deliver a change twice.
        assert!(self.follow(vec![change.clone(), change]).await);
    }

    async fn campaign(&self) -> Campaign {
        let campaign = draft_campaign(&self.world, &self.business);
        self.world.store().create_campaign(&campaign).await.unwrap();
        campaign
    }

    async fn timers(&self) -> Vec<String> {
        let list = self.timers.client.list_schedules().group_name(&self.timers.group).send().await.unwrap();
        list.schedules.into_iter().filter_map(|timer| timer.name).collect()
    }
}

/// Seconds to a moment at which no timer of the local AWS, which has the real time, rings while a test looks at it.
const IN_70_YEARS: i64 = 3_976_214_400 - 1_767_225_600;

fn at(seconds: i64) -> Schedule {
    Schedule { at: (1_767_225_600 + seconds) * 1_000, time_zone: None }
}

#[tokio::test]
async fn each_run_of_a_campaign_begins_with_a_step() {
    let stage = Stage::new().await;
    let mut campaign = stage.campaign().await;
    let id = campaign.id;

    stage
        .change_campaign(&mut campaign, |campaign| assert!(campaign.start(Timestamp::UNIX_EPOCH).unwrap()))
        .await;

    let step = format!(r#"{{"campaign_id":"{id}","run":1,"turn":0}}"#);
    assert_eq!(stage.steps.take().await, [step.clone(), step]);

    stage.change_campaign(&mut campaign, |campaign| campaign.name = "Other".to_owned()).await;
    let reason = HaltReason::Requested;
    stage
        .change_campaign(&mut campaign, |campaign| {
            assert!(campaign.pause(Timestamp::UNIX_EPOCH, reason).unwrap());
        })
        .await;
    assert!(stage.steps.take().await.is_empty());
}

#[tokio::test]
async fn a_timer_follows_the_schedule_of_its_campaign() {
    let stage = Stage::new().await;
    let mut campaign = stage.campaign().await;
    let id = campaign.id;

    stage.change_campaign(&mut campaign, |campaign| campaign.schedule(at(IN_70_YEARS)).unwrap()).await;
    assert_eq!(stage.timers().await, [format!("campaign-{id}-1")]);
    let timer = stage.timers.client.get_schedule().group_name(&stage.timers.group);
    let timer = timer.name(format!("campaign-{id}-1")).send().await.unwrap();
    assert_eq!(timer.schedule_expression(), Some("at(2096-01-01T00:00:00)"));
    let target = timer.target().unwrap();
    let message = format!(r#"{{"campaign_id":"{id}","run":0,"turn":0,"timer":1}}"#);
    assert_eq!((target.arn(), target.input()), (stage.timers.queue_arn.as_str(), Some(message.as_str())));

    stage.change_campaign(&mut campaign, |campaign| campaign.schedule(at(IN_70_YEARS + 1)).unwrap()).await;
    assert_eq!(stage.timers().await, [format!("campaign-{id}-2")]);
    stage.change_campaign(&mut campaign, |campaign| campaign.name = "Other".to_owned()).await;
    assert_eq!(stage.timers().await, [format!("campaign-{id}-2")]);
    stage
        .change_campaign(&mut campaign, |campaign| assert!(campaign.cancel(Timestamp::UNIX_EPOCH).unwrap()))
        .await;
    assert!(stage.timers().await.is_empty());
}

#[tokio::test]
async fn a_schedule_that_is_due_by_now_is_queued_at_once() {
    let stage = Stage::new().await;
    let mut campaign = stage.campaign().await;

    stage.change_campaign(&mut campaign, |campaign| campaign.schedule(at(-1)).unwrap()).await;

    assert!(stage.timers().await.is_empty());
    assert!(stage.steps.take().await[0].contains("\"timer\":1"));
}

#[tokio::test]
async fn a_template_that_meta_approves_is_queued_for_the_campaigns_that_wait_for_it() {
    let mut stage = Stage::new().await;
    with_account(&stage.world, &mut stage.business).await;
    let mut template = create_template(&stage.world, &stage.business, "sale", "Hello!").await;
    let key = keys::template(template.workspace_id, &template.business_id, "sale", &template.language);
    let mut images = vec![nothing(), stage.image(&key).await];
    for status in [TemplateStatus::Approved, TemplateStatus::Paused, TemplateStatus::Approved] {
        template.status = status;
        template.version += 1;
        stage.world.store().update_template(&template).await.unwrap();
        images.push(stage.image(&key).await);
    }

    let changes = images.windows(2).map(|pair| (pair[0].clone(), pair[1].clone()));
    assert!(stage.follow(changes.collect()).await);

    let (workspace_id, approved_template_id) = (template.workspace_id, template.id);
    let approved = ApprovedTemplate { workspace_id, approved_template_id };
    assert_eq!(stage.steps.take().await, [serde_json::to_string(&approved).unwrap()]);
}
