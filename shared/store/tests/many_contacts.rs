//! Lists and audiences of 10,000 contacts.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use switchboard_meter::Meter;
use switchboard_model::Id;
use switchboard_model::contact::search::Search;
use switchboard_model::contact::{AudienceSource, Contact, ContactFilter};
use switchboard_model::conversation::Customer;
use switchboard_model::page::Slice;
use switchboard_store::dynamodb::types::AttributeValue;
use switchboard_store::keys::{self, ContactList, Key};
use switchboard_store::{ContactPage, ContactWrite, Table};
use switchboard_testkit::{Item, World, copied};

const COUNT: usize = 10_000;
/// Every tenth contact has it.
const TAG: &str = "tenth";

fn workspace() -> Id {
    Id::from_bits(7).unwrap()
}

fn contact(world: &World, customer: u64, tags: &[&str]) -> Contact {
    let customer = Customer::from_whatsapp(&customer.to_string()).unwrap();
    let id = world.resources.ids.next_id();
    let contact = Contact::new(id, workspace(), customer, world.resources.now());
    Contact { opted_in: true, tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..contact }
}

async fn create(world: &World, contact: &Contact) {
    world.store().write_contacts(&[ContactWrite::new(None, contact.clone())]).await.unwrap();
}

async fn page(world: &World, filter: &ContactFilter, limit: usize, offset: usize) -> ContactPage {
    let slice = Slice { limit, offset };
    world.store().contact_page(workspace(), filter, slice, world.resources.now()).await.unwrap()
}

fn ids(page: &ContactPage) -> Vec<Id> {
    page.items.iter().map(|contact| contact.id).collect()
}

async fn walk(world: &World, source: &AudienceSource, limit: usize) -> Vec<Id> {
    let (mut seen, mut position) = (Vec::new(), None);
    loop {
        let (some, next) = world.store().audience_page(workspace(), source, position, limit).await.unwrap();
        seen.extend(some.iter().map(|contact| contact.id));
        match next {
            Some(next) => position = Some(next),
            None => return seen,
        }
    }
}

/// Stores contacts in batches: the items that the store makes of one of each sort, with other keys. The local
/// DynamoDB would take minutes for as many transactions.
async fn many(world: &World) -> Vec<Contact> {
    let (all, tagged) = (ContactList::All, ContactList::Tagged(TAG.to_owned()));
    let (plain, tenth) = (contact(world, 16_660_000_000, &[]), contact(world, 16_660_000_001, &[TAG]));
    let elsewhere =
        |contact: &Contact| Contact { workspace_id: Id::from_bits(8).unwrap(), ..contact.clone() };
    let (plain, tenth) = (elsewhere(&plain), elsewhere(&tenth));
    create(world, &plain).await;
    create(world, &tenth).await;
    let mut items = Vec::new();
    let mut contacts = Vec::with_capacity(COUNT);
    let mut counts: BTreeMap<(ContactList, u8), usize> = BTreeMap::new();
    let lists_of = |contact: &Contact| {
        [&all].into_iter().chain((!contact.tags.is_empty()).then_some(&tagged)).cloned().collect::<Vec<_>>()
    };
    let mut samples: HashMap<bool, (Item, Item)> = HashMap::new();
    for sample in [&plain, &tenth] {
        let whole = world.aws.item(&keys::contact(sample.workspace_id, &sample.customer)).await;
        let listed = world.aws.item(&keys::listed_contact(sample.workspace_id, &all, true, sample.id)).await;
        samples.insert(sample.tags.is_empty(), (whole, listed));
    }
    for at in 0..COUNT {
        let tags: &[&str] = if at % 10 == 0 { &[TAG] } else { &[] };
        let contact = contact(world, 17_770_000_000 + at as u64, tags);
        let (whole, listed) = &samples[&tags.is_empty()];
        items.push(item(whole, &keys::contact(workspace(), &contact.customer), &contact));
        for list in lists_of(&contact) {
            items.push(item(listed, &keys::listed_contact(workspace(), &list, true, contact.id), &contact));
            *counts.entry((list, keys::contact_shard(&contact.customer))).or_default() += 1;
        }
        contacts.push(contact);
    }
    let shard = keys::contact_shard(&plain.customer);
    let sample = world.aws.item(&keys::contact_count(plain.workspace_id, &all, shard)).await;
    for ((list, shard), count) in counts {
        let mut counted = copied(&sample, &keys::contact_count(workspace(), &list, shard), &[]);
        for name in ["all", "opted_in", "changes"] {
            counted.insert(name.to_owned(), AttributeValue::N(count.to_string()));
        }
        items.push(counted);
    }
    world.aws.put_items(Table::Main, &items).await;
    contacts
}

fn item(sample: &Item, key: &Key, contact: &Contact) -> Item {
    let mut texts = vec![("id", contact.id.to_string()), ("customer", contact.customer.as_str().to_owned())];
    if sample.contains_key("workspace_id") {
        texts.push(("workspace_id", workspace().to_string()));
    }
    copied(sample, key, &texts)
}

#[tokio::test]
async fn pages_of_10_000_contacts_are_exact() {
    let world = World::new().await;
    let many = many(&world).await;
    let newest_first: Vec<Id> = many.iter().rev().map(|contact| contact.id).collect();
    let all = ContactFilter::default();

    let mut seen = Vec::new();
    loop {
        let page = page(&world, &all, 900, seen.len()).await;
        assert_eq!(page.total, COUNT);
        seen.extend(ids(&page));
        if page.items.len() < 900 {
            break;
        }
    }
    assert_eq!(seen, newest_first);
    assert_eq!(ids(&page(&world, &all, 3, 7_777).await), newest_first[7_777..7_780]);
    let beyond = page(&world, &all, 3, usize::MAX).await;
    assert_eq!((beyond.items.len(), beyond.total), (0, COUNT));

    // A change makes bookmarks void: the list has moved on by one.
    let newcomer = contact(&world, 15_550_001_111, &[]);
    create(&world, &newcomer).await;
    let shifted = page(&world, &all, 1, 7_778).await;
    assert_eq!((ids(&shifted), shifted.total), (vec![newest_first[7_777]], COUNT + 1));
    assert_eq!(ids(&page(&world, &all, 1, 0).await), [newcomer.id]);
}

/// Stores so many contacts, each with 25 KB of attributes.
async fn bulky(world: &World, count: usize) {
    let mut sample = contact(world, 16_660_000_000, &[]);
    sample.workspace_id = Id::from_bits(8).unwrap();
    sample.attributes = (0..50).map(|at| (format!("attribute {at}"), "x".repeat(500))).collect();
    create(world, &sample).await;
    let whole = world.aws.item(&keys::contact(sample.workspace_id, &sample.customer)).await;
    let items = (0..count).map(|at| {
        let contact = contact(world, 17_770_000_000 + at as u64, &[]);
        item(&whole, &keys::contact(workspace(), &contact.customer), &contact)
    });
    world.aws.put_items(Table::Main, &items.collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn a_search_makes_a_bounded_number_of_calls() {
    let world = World::new().await;
    bulky(&world, 720).await;
    let searched = ContactFilter { search: Search::of("+1777000").unwrap(), ..ContactFilter::default() };

    let meter = Meter::default();
    let found = meter.scope(page(&world, &searched, 20, 0)).await;

    // 16 for whole contacts, one for the tags of the filter and two for the other indexes.
    let calls = meter.reading().calls;
    assert!((16..=19).contains(&calls), "{calls} calls");
    assert!(found.truncated && (1..720).contains(&found.total), "{} found", found.total);
    assert_eq!(found.items.len(), 20);
}

#[tokio::test]
async fn filters_of_10_000_contacts_are_exact_and_audiences_whole() {
    let world = World::new().await;
    let many = many(&world).await;
    let tagged = |tags: &[&str]| ContactFilter {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..ContactFilter::default()
    };
    let searched = ContactFilter { search: Search::of("+1777000").unwrap(), ..ContactFilter::default() };
    let opted_out = ContactFilter { opted_in: Some(false), ..tagged(&[TAG]) };
    let both = ContactFilter { search: Search::of("+17770009").unwrap(), ..tagged(&[TAG]) };

    for (filter, expected) in [
        (tagged(&[TAG]), 1_000),
        (tagged(&[TAG, "none"]), 1_000),
        (searched.clone(), COUNT),
        (opted_out, 0),
        (both, 100),
    ] {
        let page = page(&world, &filter, 1, 0).await;
        assert_eq!((page.total, page.truncated), (expected, false), "{filter:?}");
    }
    create(&world, &contact(&world, 177_700_099_999, &[])).await;
    let more = page(&world, &searched, 1, 0).await;
    assert_eq!((more.total, more.truncated), (COUNT, true));

    let everybody = walk(&world, &AudienceSource::All, 1_000).await;
    assert_eq!((everybody.len(), everybody.iter().collect::<BTreeSet<_>>().len()), (COUNT + 1, COUNT + 1));
    let tenth = walk(&world, &AudienceSource::Tag(TAG.to_owned()), 300).await;
    let expected: Vec<Id> = many.iter().step_by(10).rev().map(|contact| contact.id).collect();
    assert_eq!(tenth, expected);
}

/// Stores so many contacts in the index of words, with this name and tag and no item beside it.
async fn under_words(world: &World, name: &str, words: &[&str], count: usize) -> Vec<Id> {
    let mut sample = contact(world, 16_660_000_000, &[TAG]);
    sample.workspace_id = world.resources.ids.next_id();
    sample.name = Some(name.to_owned());
    create(world, &sample).await;
    let listed = world.aws.item(&keys::contact_word(sample.workspace_id, words[0], sample.id)).await;
    let (mut items, mut ids) = (Vec::new(), Vec::with_capacity(count));
    for at in 0..count {
        let contact = contact(world, 17_770_000_000 + at as u64, &[TAG]);
        let copy = |word: &&str| item(&listed, &keys::contact_word(workspace(), word, contact.id), &contact);
        items.extend(words.iter().map(copy));
        ids.push(contact.id);
    }
    world.aws.put_items(Table::Main, &items).await;
    ids
}

/// Makes the tag count so many contacts.
async fn count_tag(world: &World, count: usize) {
    let sample = contact(world, 16_660_000_001, &[TAG]);
    let sample = Contact { workspace_id: Id::from_bits(8).unwrap(), ..sample };
    create(world, &sample).await;
    let list = ContactList::Tagged(TAG.to_owned());
    let shard = keys::contact_shard(&sample.customer);
    let counted = world.aws.item(&keys::contact_count(sample.workspace_id, &list, shard)).await;
    let mut counted = copied(&counted, &keys::contact_count(workspace(), &list, shard), &[]);
    for name in ["all", "opted_in"] {
        counted.insert(name.to_owned(), AttributeValue::N(count.to_string()));
    }
    world.aws.put_items(Table::Main, &[counted]).await;
}

#[tokio::test]
async fn of_several_words_the_rarest_finds_what_the_others_hold_too_many_of() {
    let world = World::new().await;
    under_words(&world, "Contacts People", &["contacts", "people"], COUNT + 1).await;
    // The newest stand last, behind as many as are looked at.
    let rare = under_words(&world, "Ann Contacts", &["contacts", "ann"], 3).await;
    count_tag(&world, COUNT + 1).await;
    let newest_first: Vec<Id> = rare.into_iter().rev().collect();
    let search = |text: &str, tags: &[&str]| ContactFilter {
        search: Search::of(text).unwrap(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..ContactFilter::default()
    };

    for (tags, counts) in [(&[] as &[&str], 0), (&[TAG], 1)] {
        for text in ["contacts ann", "ann contacts", "a contacts"] {
            let meter = Meter::default();
            let found = meter.scope(page(&world, &search(text, tags), 20, 0)).await;
            assert_eq!(
                (ids(&found), found.total, found.truncated),
                (newest_first.clone(), 3, false),
                "{text}"
            );
            assert_eq!(meter.reading().calls, 2 + counts, "{text}");
        }
        let meter = Meter::default();
        let common = meter.scope(page(&world, &search("contacts people", tags), 20, 0)).await;
        assert_eq!((common.total, common.truncated), (COUNT, true));
        let calls = meter.reading().calls;
        assert!(calls <= 16 + counts, "{calls} calls");
    }
}
