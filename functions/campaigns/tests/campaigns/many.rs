//! Lists of 10,000 campaigns and of 10,000 recipients, and their results.

use serde_json::Value;
use switchboard_model::campaign::CampaignStatus;
use switchboard_model::conversation::Customer;
use switchboard_model::id::spelling::uuid;
use switchboard_model::recipient::{
    FrozenParameters, NewRecipient, RecipientCounts, RecipientStatus, SkipReason, shard_of,
};
use switchboard_store::dynamodb::types::AttributeValue;
use switchboard_store::{Table, keys};
use switchboard_testkit::{Call, copied};

use crate::support::Stage;

const LIMIT: usize = 100;
const COUNTS: [usize; 4] = [1, LIMIT, LIMIT + 1, 10_000];

/// Looks at pages of a list that holds these names, at its beginning, in the middle and around its end.
async fn check_pages(names: &[String], page: impl AsyncFn(usize) -> Value) {
    let count = names.len();
    let last = count.saturating_sub(1);
    for offset in [0, 1, LIMIT, count / 2, last, count] {
        let page = page(offset).await;
        let listed: Vec<_> =
            page["data"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
        let expected: Vec<_> = names.iter().skip(offset).take(LIMIT).collect();
        assert_eq!(listed, expected, "{count} from {offset}");
        assert_eq!(page["total"], count, "from {offset}");
    }
}

async fn check_campaigns(stage: &Stage, names: &[String]) {
    let newest_first: Vec<_> = names.iter().rev().cloned().collect();
    for status in ["", "&status=draft"] {
        let page =
            async |offset: usize| stage.list(&format!("{status}&limit=100&offset={offset}")).await.json();
        check_pages(&newest_first, page).await;
    }
    assert_eq!(stage.list("&status=sending").await.json()["total"], 0);
}

#[tokio::test]
async fn campaigns_are_listed_in_right_pages_with_exact_totals() {
    let stage = Stage::new().await;
    check_campaigns(&stage, &[]).await;
    let (aws, workspace_id) = (&stage.world.aws, stage.business.workspace.id);
    let first = uuid::parse(&stage.created(&stage.draft()).await).unwrap();
    let mut names = vec!["Summer Sale 2024".to_owned()];
    let whole = aws.item(&keys::campaign(first)).await;
    let link = aws.item(&keys::listed_campaign(workspace_id, first)).await;
    let mut tally = aws.item(&keys::campaign_tally(workspace_id)).await;

    for count in COUNTS {
        let mut items = Vec::new();
        for number in names.len()..count {
            names.push(format!("Campaign {number}"));
            let id = stage.world.resources.ids.next_id();
            let (own, name) = (id.to_string(), names[number].clone());
            items.push(copied(&whole, &keys::campaign(id), &[("id", own.clone()), ("name", name)]));
            let all = keys::listed_campaign(workspace_id, id);
            let drafts = keys::listed_campaign_of_status(workspace_id, CampaignStatus::Draft, id);
            items.extend([all, drafts].map(|key| copied(&link, &key, &[("campaign_id", own.clone())])));
        }
        for name in ["all", "draft"] {
            tally.insert(name.to_owned(), AttributeValue::N(count.to_string()));
        }
        items.push(tally.clone());
        aws.put_items(Table::Main, &items).await;
        check_campaigns(&stage, &names).await;
    }
}

/// Makes the ledger of a campaign hold so many recipients, every tenth of whom is left out.
async fn fill_ledger(stage: &Stage, id: &str, count: usize) -> Vec<(Customer, String)> {
    let campaign_id = uuid::parse(id).unwrap();
    let customer = |number: usize| Customer::from_whatsapp(&(49_151_000_000 + number).to_string()).unwrap();
    let recipient = |number: usize| NewRecipient {
        customer: customer(number),
        contact_id: None,
        name: Some(format!("Contact {number}")),
        parameters: FrozenParameters::default(),
        skip: number.is_multiple_of(10).then_some(SkipReason::NotOptedIn),
    };
    // One of each sort is planned by the store.
    let samples: Vec<_> = (0..count.min(2)).map(recipient).collect();
    stage.world.store().plan_recipients(campaign_id, 1, &samples).await.unwrap();
    let mut sample_items = Vec::new();
    for sample in &samples {
        sample_items.push(stage.world.aws.item(&keys::recipient(campaign_id, &sample.customer)).await);
    }
    let rows: Vec<_> = (0..count).map(|number| (customer(number), format!("Contact {number}"))).collect();
    let copies = rows.iter().enumerate().skip(samples.len()).map(|(number, (customer, name))| {
        let sample = &sample_items[usize::from(!number.is_multiple_of(10))];
        let texts = [("customer", customer.as_str().to_owned()), ("name", name.clone())];
        copied(sample, &keys::recipient(campaign_id, customer), &texts)
    });
    let items: Vec<_> = copies.collect();
    stage.world.aws.put_items(Table::Messages, &items).await;
    let mut counts = RecipientCounts::default();
    let left_out = i64::try_from(count.div_ceil(10)).unwrap();
    counts.add(RecipientStatus::Skipped, Some(SkipReason::NotOptedIn), left_out);
    counts.add(RecipientStatus::Planned, None, i64::try_from(count).unwrap() - left_out);
    stage.store(id, |campaign| campaign.plan.counts = counts).await;
    rows
}

#[tokio::test]
async fn recipients_are_listed_in_right_pages_with_exact_totals() {
    let stage = Stage::new().await;
    let id = stage.created(&stage.complete()).await;
    for count in [0].into_iter().chain(COUNTS) {
        let mut rows = fill_ledger(&stage, &id, count).await;
        // The order of the ledger.
        rows.sort_by_key(|(customer, _)| (shard_of(customer), customer.as_str().to_owned()));
        let is_left_out = |name: &&String| name.ends_with('0');
        let names: Vec<String> = rows.into_iter().map(|(_, name)| name).collect();
        let (left_out, pending): (Vec<_>, Vec<_>) = names.iter().partition(is_left_out);
        let own = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>();

        for (query, names) in
            [("", names.clone()), ("&status=skipped", own(left_out)), ("&status=pending", own(pending))]
        {
            let page = async |offset: usize| {
                let path = format!("/api/campaigns/{id}/recipients?limit=100&offset={offset}{query}");
                stage.send(Call::get(path)).await.json()
            };
            check_pages(&names, page).await;
        }
    }
}

/// Rows of a part of the results.
const PART: usize = 5_000;

/// All parts of a campaign's results, from one `Link` to the next.
async fn parts_of_results(stage: &Stage, id: &str) -> Vec<String> {
    let (mut parts, mut next) = (Vec::new(), Some(format!("/api/campaigns/{id}/results.csv")));
    while let Some(path) = next {
        let answer = stage.send(Call::get(&path)).await;
        assert_eq!(answer.status, 200, "{answer}");
        let link = answer.header("link").map(str::to_owned);
        next = link.map(|link| {
            let path = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
            path.unwrap().to_owned()
        });
        parts.push(answer.text());
    }
    parts
}

#[tokio::test]
async fn the_parts_of_the_results_are_one_table_of_all_recipients() {
    let stage = Stage::new().await;
    let id = stage.created(&stage.complete()).await;
    for count in [0, 1, PART, PART + 1, 10_000] {
        let mut rows = fill_ledger(&stage, &id, count).await;
        rows.sort_by_key(|(customer, _)| (shard_of(customer), customer.as_str().to_owned()));

        let parts = parts_of_results(&stage, &id).await;

        let lengths: Vec<_> = parts.iter().map(|part| part.lines().count()).collect();
        let mut expected: Vec<_> = rows.chunks(PART).map(<[_]>::len).collect();
        expected.resize(expected.len().max(1), 0);
        expected[0] += 1;
        assert_eq!(lengths, expected, "{count}");
        let table = parts.concat();
        let mut lines = table.lines();
        assert!(lines.next().unwrap().starts_with("phone_number,name,"));
        let listed: Vec<_> =
            lines.map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
        let expected: Vec<_> =
            rows.iter().map(|(customer, name)| format!("+{},{name}", customer.as_str())).collect();
        assert_eq!(listed, expected, "{count}");
    }
}
