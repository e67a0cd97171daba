//! Campaigns on the local DynamoDB: patterns G1 to G8.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use switchboard_model::campaign::{
    Audience, Campaign, CampaignStatus, HaltReason, Plan, RetryCheckpoint, Schedule, Variables,
};
use switchboard_model::page::Slice;
use switchboard_model::{Id, Timestamp};
use switchboard_store::{Condition, StoreError};
use switchboard_testkit::{Business, World};

struct Stage {
    world: World,
    business: Business,
}

impl Stage {
    async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        Self { world, business }
    }

    fn draft(&self, name: &str) -> Campaign {
        let now = self.world.resources.now();
        Campaign {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            phone_number_id: self.business.number.id,
            template_id: None,
            name: name.to_owned(),
            status: CampaignStatus::Draft,
            pause: None,
            failure: None,
            audience: Audience { tags: vec!["vip".to_owned()], ..Audience::default() },
            variables: Variables::new(),
            schedule: None,
            timer: 0,
            run: 0,
            turn: 0,
            plan: Plan::default(),
            retry: None,
            created_by: Some(self.business.owner.user_id),
            created_at: now,
            updated_at: now,
            started_at: None,
            ended_at: None,
            deleted_at: None,
            version: 1,
        }
    }

    async fn created(&self, name: &str) -> Campaign {
        let campaign = self.draft(name);
        self.world.store().create_campaign(&campaign).await.unwrap();
        campaign
    }

    async fn changed(&self, campaign: &mut Campaign, change: impl FnOnce(&mut Campaign)) {
        let was = campaign.status;
        change(campaign);
        campaign.version += 1;
        self.world.store().update_campaign(campaign, was).await.unwrap();
    }

    async fn started(&self) -> Campaign {
        let mut campaign = self.created("started").await;
        self.changed(&mut campaign, |campaign| assert!(campaign.start(Timestamp::UNIX_EPOCH).unwrap())).await;
        campaign
    }

    async fn list(
        &self,
        status: Option<CampaignStatus>,
        limit: usize,
        offset: usize,
    ) -> (Vec<String>, usize) {
        let slice = Slice { limit, offset };
        let workspace_id = self.business.workspace.id;
        let page = self.world.store().campaigns_of_workspace(workspace_id, status, slice).await.unwrap();
        (page.items.into_iter().map(|campaign| campaign.name).collect(), page.total)
    }
}

fn contested<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert_eq!(result.unwrap_err().condition(), Some(Condition::Contested));
}

#[tokio::test]
async fn what_was_stored_reads_back() {
    let stage = Stage::new().await;
    let mut campaign = stage.created("Summer Sale 2024").await;
    let store = stage.world.store();
    assert_eq!(store.campaign(campaign.id).await.unwrap().as_ref(), Some(&campaign));

    stage
        .changed(&mut campaign, |campaign| {
            campaign.schedule(Schedule { at: 1, time_zone: Some("Europe/Berlin".to_owned()) }).unwrap();
            campaign.fail(Timestamp::UNIX_EPOCH, HaltReason::Unready { message: "x".to_owned() }).unwrap();
            campaign.plan.customers = vec![];
        })
        .await;
    assert_eq!(store.campaign(campaign.id).await.unwrap(), Some(campaign));
    assert_eq!(store.campaign(Id::NONE).await.unwrap(), None);
}

#[tokio::test]
async fn of_two_changes_of_the_same_campaign_one_comes_first() {
    let stage = Stage::new().await;
    let campaign = stage.created("once").await;
    let (mut one, mut other) = (campaign.clone(), campaign);
    stage.changed(&mut one, |one| assert!(one.start(Timestamp::UNIX_EPOCH).unwrap())).await;

    other.name = "twice".to_owned();
    other.version += 1;
    contested(stage.world.store().update_campaign(&other, CampaignStatus::Draft).await);
    other.deleted_at = Some(Timestamp::UNIX_EPOCH);
    contested(stage.world.store().delete_campaign(&other).await);
    assert_eq!(stage.list(Some(CampaignStatus::Sending), 10, 0).await, (vec!["once".to_owned()], 1));
    assert_eq!(stage.list(Some(CampaignStatus::Draft), 10, 0).await, (vec![], 0));
}

#[tokio::test]
async fn lists_have_the_newest_first_and_exact_totals() {
    let stage = Stage::new().await;
    assert_eq!(stage.list(None, 10, 0).await, (vec![], 0));
    for name in ["a", "b", "c"] {
        stage.created(name).await;
    }
    let names = |text: &str| text.chars().map(|name| name.to_string()).collect::<Vec<_>>();
    assert_eq!(stage.list(None, 10, 0).await, (names("cba"), 3));
    assert_eq!(stage.list(None, 2, 0).await, (names("cb"), 3));
    assert_eq!(stage.list(None, 2, 2).await, (names("a"), 3));
    assert_eq!(stage.list(None, 2, 3).await, (vec![], 3));

    let mut deleted = stage.created("d").await;
    deleted.delete(Timestamp::UNIX_EPOCH).unwrap();
    deleted.version += 1;
    stage.world.store().delete_campaign(&deleted).await.unwrap();
    assert_eq!(stage.list(None, 10, 0).await, (names("cba"), 3));
    assert_eq!(stage.list(Some(CampaignStatus::Draft), 1, 1).await, (names("b"), 3));
    assert!(stage.world.store().campaign(deleted.id).await.unwrap().unwrap().deleted_at.is_some());
}

#[tokio::test]
async fn a_plan_goes_on_from_the_batch_that_was_read_and_from_no_other() {
    let stage = Stage::new().await;
    let campaign = stage.started().await;
    let next = Plan { batch: 1, ..campaign.plan.clone() };
    let store = stage.world.store();

    let saved = store.save_plan(&campaign, &next).await.unwrap();

    assert_eq!((saved.plan.batch, saved.version), (1, campaign.version + 1));
    assert_eq!(store.campaign(campaign.id).await.unwrap(), Some(saved));
    contested(store.save_plan(&campaign, &next).await);
}

#[tokio::test]
async fn turns_and_retries_belong_to_a_run_that_is_being_sent() {
    let stage = Stage::new().await;
    let store = stage.world.store();
    let campaign = stage.started().await;

    let mut next = store.end_campaign_turn(&campaign).await.unwrap();
    assert_eq!(next.turn, 1);
    contested(store.end_campaign_turn(&campaign).await);

    let half = RetryCheckpoint { position: Some("half".to_owned()) };
    next = store.save_retry(&next, Some(&half)).await.unwrap();
    contested(store.save_retry(&campaign, None).await);
    let mut ended = store.save_retry(&next, None).await.unwrap();
    assert_eq!(ended.retry, None);

    let read = ended.clone();
    stage
        .changed(&mut ended, |campaign| {
            assert!(campaign.pause(Timestamp::UNIX_EPOCH, HaltReason::Requested).unwrap());
        })
        .await;
    contested(store.end_campaign_turn(&read).await);
    contested(store.save_retry(&read, Some(&half)).await);
}

#[tokio::test]
async fn a_workspace_that_is_gone_gets_no_campaign() {
    let stage = Stage::new().await;
    let mut campaign = stage.draft("late");
    campaign.workspace_id = stage.world.resources.ids.next_id();
    contested(stage.world.store().create_campaign(&campaign).await);
}
