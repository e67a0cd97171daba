//! Contacts in the store: writes, lists, searches and audiences.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::collections::BTreeMap;

use switchboard_model::Id;
use switchboard_model::contact::search::Search;
use switchboard_model::contact::{AudienceSource, ConsentSource, Contact, ContactFilter};
use switchboard_model::conversation::Customer;
use switchboard_model::page::Slice;
use switchboard_store::{Condition, ContactPage, ContactWrite, StoreError};
use switchboard_testkit::World;

const WORKSPACE: u64 = 7;

fn workspace() -> Id {
    Id::from_bits(WORKSPACE).unwrap()
}

fn contact(world: &World, customer: &str) -> Contact {
    let customer = Customer::from_whatsapp(customer).unwrap();
    Contact::new(world.resources.ids.next_id(), workspace(), customer, world.resources.now())
}

fn tagged(world: &World, customer: &str, name: &str, tags: &[&str], opted_in: bool) -> Contact {
    Contact {
        name: Some(name.to_owned()),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        opted_in,
        ..contact(world, customer)
    }
}

async fn create(world: &World, contact: Contact) -> Contact {
    world.store().write_contacts(&[ContactWrite::new(None, contact.clone())]).await.unwrap();
    contact
}

async fn change(world: &World, old: &Contact, change: impl FnOnce(&mut Contact)) -> Contact {
    let mut new = Contact { version: old.version + 1, ..old.clone() };
    change(&mut new);
    world.store().write_contacts(&[ContactWrite::new(Some(old.clone()), new.clone())]).await.unwrap();
    new
}

async fn page(world: &World, filter: &ContactFilter, limit: usize, offset: usize) -> ContactPage {
    let slice = Slice { limit, offset };
    world.store().contact_page(workspace(), filter, slice, world.resources.now()).await.unwrap()
}

fn of_tags(tags: &[&str]) -> ContactFilter {
    ContactFilter { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..ContactFilter::default() }
}

fn of_search(text: &str) -> ContactFilter {
    ContactFilter { search: Search::of(text).unwrap(), ..ContactFilter::default() }
}

async fn total(world: &World, filter: &ContactFilter) -> usize {
    page(world, filter, 1, 0).await.total
}

async fn names(world: &World, filter: &ContactFilter) -> Vec<String> {
    let found = page(world, filter, 100, 0).await.items;
    found.into_iter().map(|contact| contact.name.unwrap_or_default()).collect()
}

#[tokio::test]
async fn a_contact_reads_back_as_it_was_written() {
    let world = World::new().await;
    let mut ada = tagged(&world, "15550001111", "Ada Lovelace", &["vip", "a#b"], true);
    ada.vouch(ConsentSource::Created, Some(ada.id), world.resources.now());
    ada.attributes = BTreeMap::from([("city".to_owned(), "London".to_owned())]);
    create(&world, ada.clone()).await;

    assert_eq!(world.store().contact(workspace(), ada.id).await.unwrap(), Some(ada.clone()));
    let stranger = Id::from_bits(8).unwrap();
    assert_eq!(world.store().contact(stranger, ada.id).await.unwrap(), None);
    let known = world.store().contact_of_customer(workspace(), &ada.customer).await.unwrap();
    assert_eq!(known, Some(ada));
}

#[tokio::test]
async fn a_customer_is_one_contact() {
    let world = World::new().await;
    create(&world, contact(&world, "15550001111")).await;
    let again = ContactWrite::new(None, contact(&world, "15550001111"));

    let error = world.store().write_contacts(&[again]).await.unwrap_err();

    assert_eq!(error.condition(), Some(Condition::Contested));
    assert_eq!(total(&world, &ContactFilter::default()).await, 1);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_contested() {
    let world = World::new().await;
    let ada = create(&world, tagged(&world, "15550001111", "Ada", &[], true)).await;
    change(&world, &ada, |ada| ada.name = Some("Augusta".to_owned())).await;
    let late = Contact { version: ada.version + 1, name: None, ..ada.clone() };

    let error = world.store().write_contacts(&[ContactWrite::new(Some(ada), late)]).await.unwrap_err();

    assert!(matches!(error, StoreError::ConditionFailed(Condition::Contested)), "{error}");
    assert_eq!(names(&world, &of_search("aug")).await, ["Augusta"]);
}

#[tokio::test]
async fn lists_and_counts_follow_every_change() {
    let world = World::new().await;
    let ada = create(&world, tagged(&world, "15550001111", "Ada Lovelace", &["vip", "old"], true)).await;
    let all = ContactFilter::default();
    let opted_in = ContactFilter { opted_in: Some(true), ..of_tags(&["vip"]) };
    assert_eq!((total(&world, &all).await, total(&world, &opted_in).await), (1, 1));

    let ada = change(&world, &ada, |ada| {
        ada.opted_in = false;
        ada.tags = vec!["vip".to_owned(), "new".to_owned()];
        ada.name = Some("Ada Byron".to_owned());
    })
    .await;
    let out = ContactFilter { opted_in: Some(false), ..ContactFilter::default() };
    assert_eq!((total(&world, &opted_in).await, total(&world, &out).await), (0, 1));
    assert_eq!((total(&world, &of_tags(&["old"])).await, total(&world, &of_tags(&["new"])).await), (0, 1));
    assert!(names(&world, &of_search("lovelace")).await.is_empty());
    assert_eq!(names(&world, &of_tags(&["vip"])).await, ["Ada Byron"]);
    assert_eq!(names(&world, &of_search("byron")).await, ["Ada Byron"]);

    change(&world, &ada, |ada| ada.deleted_at = Some(ada.updated_at)).await;
    for filter in
        [all, out, of_tags(&["vip"]), of_tags(&["vip", "new"]), of_search("ada"), of_search("+1555")]
    {
        let page = page(&world, &filter, 10, 0).await;
        assert_eq!((page.items.len(), page.total), (0, 0), "{filter:?}");
    }
}

#[tokio::test]
async fn a_deleted_contacts_number_can_be_used_again() {
    let world = World::new().await;
    let first = create(&world, tagged(&world, "15550001111", "Ada", &["vip"], true)).await;
    let gone = change(&world, &first, |ada| ada.deleted_at = Some(ada.updated_at)).await;

    let id = world.resources.ids.next_id();
    let again = change(&world, &gone, |ada| {
        *ada = Contact { version: ada.version, ..gone.anew(id, gone.created_at) };
    })
    .await;

    assert_eq!(world.store().contact(workspace(), first.id).await.unwrap(), None);
    assert_eq!(world.store().contact(workspace(), id).await.unwrap(), Some(again));
    let page = page(&world, &ContactFilter::default(), 10, 0).await;
    assert_eq!((page.items[0].id, page.total), (id, 1));
}

#[tokio::test]
async fn filters_combine_and_the_newest_comes_first() {
    let world = World::new().await;
    for (customer, name, tags, opted_in) in [
        ("15550000001", "Zoë Berg", &["vip"][..], true),
        ("15550000002", "Ada Berg", &["vip", "old"][..], false),
        ("15550000003", "Bob Stone", &["old"][..], true),
        ("491701234567", "Zoe Stone", &[][..], true),
    ] {
        create(&world, tagged(&world, customer, name, tags, opted_in)).await;
        world.clock.advance(std::time::Duration::from_millis(5));
    }
    let both = of_tags(&["vip", "old", "none"]);
    let both_in = ContactFilter { opted_in: Some(true), ..both.clone() };
    let bergs_of_vip = ContactFilter { tags: vec!["vip".to_owned()], ..of_search("berg") };
    let out_of_555 = ContactFilter { opted_in: Some(false), ..of_search("+1555") };

    let cases = [both, both_in, bergs_of_vip, out_of_555, of_search("zoe"), of_search("0170 1234567")];
    let mut lines = Vec::new();
    for filter in cases {
        lines.push(names(&world, &filter).await.join(", "));
    }
    insta::assert_snapshot!(lines.join("\n"), @"
    Bob Stone, Ada Berg, Zoë Berg
    Bob Stone, Zoë Berg
    Ada Berg, Zoë Berg
    Ada Berg
    Zoe Stone, Zoë Berg
    Zoe Stone
    ");
}

#[tokio::test]
async fn who_has_a_number_and_a_hidden_id_is_one_contact() {
    let world = World::new().await;
    let ada = create(&world, contact(&world, "15550001111")).await;
    let hidden = Customer::from_whatsapp("US.13491208655302741918").unwrap();
    let ada = change(&world, &ada, |ada| ada.user_id = Some(hidden.clone())).await;

    assert_eq!(world.store().contact_of_customer(workspace(), &hidden).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn an_audience_of_named_contacts_keeps_their_order() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for at in 0..5 {
        ids.push(create(&world, contact(&world, &format!("1555000000{at}"))).await.id);
    }
    ids.reverse();
    let unknown = Id::from_bits(1).unwrap();
    let named = AudienceSource::Ids([&ids[..], &[unknown]].concat());

    assert_eq!(walk(&world, &named, 2).await, ids);
}

async fn walk(world: &World, source: &AudienceSource, limit: usize) -> Vec<Id> {
    let (mut seen, mut position) = (Vec::new(), None);
    loop {
        let (some, next) = world.store().audience_page(workspace(), source, position, limit).await.unwrap();
        assert!(some.len() <= limit);
        seen.extend(some.iter().map(|contact| contact.id));
        match next {
            Some(next) => position = Some(next),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn pages_at_the_edges_are_exact() {
    let world = World::new().await;
    let all = ContactFilter::default();
    assert_eq!(page(&world, &all, 20, 0).await, ContactPage::default());
    for count in [1, 19, 1] {
        for _ in 0..count {
            let at = world.resources.ids.next_id().bits() % 1_000_000;
            create(&world, contact(&world, &format!("1555{at:07}"))).await;
        }
        let known = total(&world, &all).await;
        let first = page(&world, &all, 20, 0).await;
        let second = page(&world, &all, 20, 20).await;
        assert_eq!((first.total, second.total), (known, known));
        assert_eq!((first.items.len(), second.items.len()), (known.min(20), known.saturating_sub(20)));
    }
    assert_eq!(total(&world, &all).await, 21);
}

#[tokio::test]
async fn another_number_of_whatsapps_leads_to_the_one_that_was_written_to() {
    let world = World::new().await;
    let customer = |digits: &str| Customer::from_whatsapp(digits).unwrap();
    let (addressed, wa_id) = (customer("525512345678"), customer("5215512345678"));

    for _ in 0..2 {
        world.store().note_spelling(workspace(), &wa_id, &addressed).await.unwrap();
    }

    let elsewhere = Id::from_bits(WORKSPACE + 1).unwrap();
    let found = [
        world.store().addressed_as(workspace(), &wa_id).await.unwrap(),
        world.store().addressed_as(workspace(), &addressed).await.unwrap(),
        world.store().addressed_as(elsewhere, &wa_id).await.unwrap(),
    ];
    assert_eq!(found, [Some(addressed), None, None]);
}
