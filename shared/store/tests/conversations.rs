//! Conversations in the local DynamoDB: an inbox of 10,000.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::collections::HashMap;

use switchboard_meter::Meter;
use switchboard_model::conversation::{
    Conversation, ConversationChange, ConversationFilter, ConversationKey, Customer, LastMessage,
};
use switchboard_model::message::Direction;
use switchboard_model::page::Slice;
use switchboard_model::{Id, Timestamp};
use switchboard_store::dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use switchboard_store::keys::{self, Key};
use switchboard_store::{Store, Table};
use switchboard_testkit::World;

const MANY: usize = 10_000;

type Item = HashMap<String, AttributeValue>;

fn id(bits: u64) -> Id {
    Id::from_bits(bits).unwrap()
}

/// The conversation that is the `at`th by age; every third has unread messages.
fn conversation(at: usize) -> Conversation {
    let time = Timestamp::from_second(1_767_225_600 + i64::try_from(at).unwrap()).unwrap();
    let customer = Customer::from_whatsapp(&format!("1555{at:07}")).unwrap();
    Conversation {
        id: Id::new(time, u64::try_from(at).unwrap()),
        workspace_id: id(1),
        key: ConversationKey { phone_number_id: id(3), customer },
        business_number: "+1234567890".to_owned(),
        profile_name: None,
        last_inbound: None,
        last_message: LastMessage {
            message_id: id(4),
            direction: Direction::Inbound,
            kind: "text".to_owned(),
            text: Some("hi".to_owned()),
            at: time,
        },
        unread: u32::from(at.is_multiple_of(3)),
        receipted: None,
        assignee: None,
        created_at: time,
        version: 1,
    }
}

async fn item(world: &World, key: &Key) -> Item {
    let request = world.aws.dynamodb().get_item().table_name(world.aws.table_names().of(key.table));
    let request = request.key("pk", AttributeValue::S(key.pk.clone()));
    request.key("sk", AttributeValue::S(key.sk.clone())).send().await.unwrap().item.unwrap()
}

/// `item` as it is of another conversation.
fn like(item: &Item, key: &Key, conversation: &Conversation) -> Item {
    let mut item = item.clone();
    item.insert("pk".to_owned(), AttributeValue::S(key.pk.clone()));
    item.insert("sk".to_owned(), AttributeValue::S(key.sk.clone()));
    let customer = conversation.key.customer.as_str().to_owned();
    item.insert("customer".to_owned(), AttributeValue::S(customer));
    item.insert("unread".to_owned(), AttributeValue::N(conversation.unread.to_string()));
    if item.contains_key("version") {
        item.insert("id".to_owned(), AttributeValue::S(conversation.id.to_string()));
    }
    item
}

/// Stores `MANY` conversations, all but the first as copies of its items.
async fn store_many(world: &World) {
    let first = conversation(0);
    let change = ConversationChange { before: None, after: first.clone() };
    begin(world.store(), &change).await;
    let head = item(world, &keys::conversation(&first.key)).await;
    let entry = item(world, &keys::inbox_entry(&first)).await;
    let mut tally = item(world, &keys::inbox_tally(first.workspace_id, first.id)).await;
    tally.insert("conversations".to_owned(), AttributeValue::N(MANY.to_string()));
    let copies = (1..MANY).map(conversation).flat_map(|copy| {
        let (at, place) = (keys::conversation(&copy.key), keys::inbox_entry(&copy));
        [like(&head, &at, &copy), like(&entry, &place, &copy)]
    });
    let items: Vec<_> = copies.chain([tally]).collect();
    let table = world.aws.table_names().messages;
    let client = world.aws.dynamodb();
    for some in items.chunks(25) {
        let puts = some.iter().map(|item| {
            let put = PutRequest::builder().set_item(Some(item.clone())).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        });
        client.batch_write_item().request_items(&table, puts.collect()).send().await.unwrap();
    }
}

async fn begin(store: &Store, change: &ConversationChange) {
    store.update_conversation(change).await.unwrap();
}

/// The ages of the conversations of a page, and the total.
async fn page(store: &Store, filter: &ConversationFilter, limit: usize, offset: usize) -> (Vec<i64>, usize) {
    let inbox = store.conversations(id(1), filter, Slice { limit, offset }).await.unwrap();
    assert!(!inbox.truncated);
    let page = inbox.page;
    let ages = page.items.iter().map(|conversation| {
        let digits = conversation.key.customer.as_str().strip_prefix("1555").unwrap();
        digits.parse::<i64>().unwrap()
    });
    (ages.collect(), page.total)
}

#[tokio::test]
async fn pages_of_an_inbox_of_10_000_are_exact() {
    let world = World::new().await;
    let (all, store) = (ConversationFilter::default(), world.store());
    assert_eq!(page(store, &all, 20, 0).await, (vec![], 0));
    store_many(&world).await;

    assert_eq!(page(store, &all, 3, 0).await, (vec![9_999, 9_998, 9_997], MANY));
    assert_eq!(page(store, &all, 2, 5_000).await, (vec![4_999, 4_998], MANY));
    assert_eq!(page(store, &all, 100, 9_999).await, (vec![0], MANY));
    assert_eq!(page(store, &all, 100, MANY).await, (vec![], MANY));
    assert_eq!(page(store, &all, 100, 0).await.0, (9_900..10_000_i64).rev().collect::<Vec<_>>());

    let unread = ConversationFilter { unread: Some(true), ..ConversationFilter::default() };
    assert_eq!(page(store, &unread, 2, 0).await, (vec![9_999, 9_996], 3_334));
    assert_eq!(page(store, &unread, 100, 3_332).await, (vec![3, 0], 3_334));
    let read = ConversationFilter { unread: Some(false), ..ConversationFilter::default() };
    assert_eq!(page(store, &read, 1, 0).await, (vec![9_998], 6_666));
    let nobodys = ConversationFilter { assignee: Some(id(9)), ..ConversationFilter::default() };
    assert_eq!(page(store, &nobodys, 20, 0).await, (vec![], 0));
}

#[tokio::test]
async fn an_inbox_is_looked_through_in_a_bounded_number_of_calls() {
    const BULKY: usize = 96;
    let world = World::new().await;
    let store = world.store();
    // All in one part of the inbox, with entries of which a call answers with two.
    let first = conversation(0);
    begin(store, &ConversationChange { before: None, after: first.clone() }).await;
    let head = world.aws.item(&keys::conversation(&first.key)).await;
    let entry = world.aws.item(&keys::inbox_entry(&first)).await;
    let copies = (1..BULKY).map(|at| conversation(at * 4)).flat_map(|mut copy| {
        copy.unread = 1;
        let (at, place) = (keys::conversation(&copy.key), keys::inbox_entry(&copy));
        let mut bulky = like(&entry, &place, &copy);
        bulky.insert("bulk".to_owned(), AttributeValue::S("x".repeat(350_000)));
        [like(&head, &at, &copy), bulky]
    });
    for item in copies {
        world.aws.put_items(Table::Messages, &[item]).await;
    }
    let unread = ConversationFilter { unread: Some(true), ..ConversationFilter::default() };

    let meter = Meter::default();
    let newest =
        meter.scope(store.conversations(id(1), &unread, Slice { limit: 20, offset: 0 })).await.unwrap();
    let all = ConversationFilter::default();
    let beyond = store.conversations(id(1), &all, Slice { limit: 20, offset: BULKY }).await.unwrap();

    // Eight of the one part, one of each other, and one for the conversations of the page.
    assert_eq!(meter.reading().calls, 12);
    assert!(newest.truncated && newest.page.total < BULKY, "{}", newest.page.total);
    assert_eq!(newest.page.items.first().map(|newest| &newest.key), Some(&conversation(4 * (BULKY - 1)).key));
    assert!(beyond.truncated && beyond.page.items.is_empty());
}
