//! Inboxes around a page, and timelines of 10,000 messages.

use switchboard_model::id::spelling::uuid;
use switchboard_store::{Table, keys};
use switchboard_testkit::copied;

use crate::stage::{ADA, Stage};

const LIMIT: usize = 100;

#[tokio::test]
async fn an_inbox_is_listed_exactly_where_it_has_none_one_a_page_and_one_more() {
    const PAGE: usize = 20;
    let stage = Stage::new().await;
    let mut expected: Vec<String> = Vec::new();
    for count in [0, 1, PAGE, PAGE + 1] {
        for at in expected.len()..count {
            let customer = format!("1555000{at:04}");
            stage.hears(&customer, "hi").await;
            expected.insert(0, format!("+{customer}"));
        }
        let total = u64::try_from(count).unwrap();
        for filter in ["", "&unread=true"] {
            let (first, second) = expected.split_at(count.min(PAGE));
            assert_eq!(stage.customers(filter).await, (first.to_vec(), total), "{filter}");
            let behind = stage.customers(&format!("{filter}&offset={PAGE}")).await;
            assert_eq!(behind, (second.to_vec(), total), "{filter}");
        }
    }
}

#[tokio::test]
async fn a_timeline_of_10_000_messages_has_right_pages_and_the_exact_total() {
    let stage = Stage::new().await;
    let first = stage.hears(ADA, "hi").await;
    let id = stage.conversation_of(&first).await;
    let key = |message_id| keys::message(&first.conversation, message_id);
    let sample = stage.world.aws.item(&key(first.id)).await;
    let mut newest_first = vec![uuid::spell(first.id)];
    for count in [1, LIMIT, LIMIT + 1, 10_000] {
        let ids = (newest_first.len()..count).map(|_| stage.world.resources.ids.next_id());
        let ids: Vec<_> = ids.collect();
        let copies = ids.iter().map(|own| copied(&sample, &key(*own), &[("id", own.to_string())]));
        stage.world.aws.put_items(Table::Messages, &copies.collect::<Vec<_>>()).await;
        newest_first.splice(0..0, ids.into_iter().rev().map(uuid::spell));

        for offset in [0, 1, LIMIT, count / 2, count - 1, count] {
            let query = format!("?limit={LIMIT}&offset={offset}");
            let page = stage.call(Stage::messages(&id, &query)).await.json();
            let data = page["data"].as_array().unwrap().iter();
            let listed: Vec<_> = data.map(|message| message["id"].as_str().unwrap()).collect();
            let expected: Vec<_> = newest_first.iter().skip(offset).take(LIMIT).collect();
            assert_eq!(listed, expected, "{count} from {offset}");
            assert_eq!(page["total"], count);
            if let Some(before) = offset.checked_sub(1).and_then(|at| newest_first.get(at)) {
                let query = format!("?limit={LIMIT}&before={before}");
                let page = stage.call(Stage::messages(&id, &query)).await.json();
                let data = page["data"].as_array().unwrap().iter();
                let listed: Vec<_> = data.map(|message| message["id"].as_str().unwrap()).collect();
                assert_eq!(listed, expected, "{count} before {offset}");
            }
        }
    }
}
