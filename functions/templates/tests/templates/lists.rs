//! `GET /api/templates`

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::id::spelling::uuid;
use switchboard_model::template::{Category, Template, TemplateStatus};
use switchboard_store::{Table, keys};
use switchboard_testkit::copied;

use crate::support::{Stage, refusals};

/// Stores `count` copies of a template, without Meta.
async fn fill(stage: &Stage, count: usize, change: impl Fn(usize, &mut Template)) {
    let pattern = stage.stored(&stage.created("pattern").await).await;
    let copies = (1..count).map(|index| {
        let mut copy = pattern.clone();
        copy.id = stage.world.resources.ids.next_id();
        copy.name = format!("template_{index:05}");
        copy.meta_template_id = Some(format!("9{index}").parse().unwrap());
        copy.version = 1;
        change(index, &mut copy);
        copy
    });
    for some in copies.collect::<Vec<_>>().chunks(16) {
        let store = stage.world.store();
        futures::future::try_join_all(some.iter().map(|copy| store.create_template(copy))).await.unwrap();
    }
}

fn names(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().unwrap();
    data.iter().map(|template| template["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_empty_list_is_a_page() {
    let stage = Stage::new().await;
    let answer = stage.list("").await;
    assert_snapshot!(answer, @r#"
    200 {
      "data": [],
      "limit": 20,
      "offset": 0,
      "total": 0
    }
    "#);
    assert_snapshot!(answer.cost(), @"3 calls, 1 round trips, 1 read units, 1 write units");
}

#[tokio::test]
async fn a_listed_template_shows_what_the_document_names() {
    let stage = Stage::new().await;
    stage.created("welcome").await;
    let mut page = stage.list("").await.json();
    page["data"][0]["meta_template_id"].take();
    assert_snapshot!(format!("{page:#}"), @r#"
    {
      "data": [
        {
          "category": "MARKETING",
          "id": "019b76da-a800-72ef-8d34-f707235132c7",
          "language": "en",
          "meta_template_id": null,
          "name": "welcome",
          "phone_number_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
          "status": "PENDING"
        }
      ],
      "limit": 20,
      "offset": 0,
      "total": 1
    }
    "#);
}

#[tokio::test]
async fn pages_hold_each_template_once_the_newest_first() {
    let stage = Stage::new().await;
    fill(&stage, 21, |_, _| {}).await;

    let whole = stage.list("&limit=100").await.json();
    let (first, second) = (stage.list("").await.json(), stage.list("&offset=20").await.json());
    let beyond = stage.list("&offset=21").await.json();

    assert_eq!(names(&whole)[0], "template_00020");
    assert_eq!(names(&whole)[20], "pattern");
    assert_eq!([names(&first), names(&second)].concat(), names(&whole));
    for page in [&whole, &first, &second, &beyond] {
        assert_eq!(page["total"], 21);
    }
    assert_eq!((names(&first).len(), names(&beyond).len()), (20, 0));
}

#[tokio::test]
async fn filters_narrow_the_list_and_its_total() {
    let stage = Stage::new().await;
    let other = stage.add_number("99", "9901", "EAAtest").await;
    let same_account = stage.add_number(crate::support::ACCOUNT, "7003", "EAAtest").await;
    fill(&stage, 12, |index, template| {
        if index % 2 == 0 {
            template.status = TemplateStatus::Approved;
        }
        if index % 3 == 0 {
            template.category = Category::Utility;
        }
        if index == 11 {
            template.business_id = "99".parse().unwrap();
            template.phone_number_id = other.id;
        }
    })
    .await;
    let total = async |query: String| stage.list(&query).await.json()["total"].as_u64().unwrap();

    assert_eq!(total("&status=APPROVED".into()).await, 5);
    assert_eq!(total("&status=pending&category=utility".into()).await, 2);
    assert_eq!(total(format!("&phone_number_id={}", uuid::spell(other.id))).await, 1);
    assert_eq!(total(format!("&phone_number_id={}", uuid::spell(stage.number.id))).await, 11);
    assert_eq!(total(format!("&phone_number_id={}", uuid::spell(same_account.id))).await, 11);
    assert_eq!(total("&phone_number_id=00000000-0000-7000-8000-000000000000".into()).await, 0);
}

#[tokio::test]
async fn a_query_that_makes_no_sense_is_refused() {
    let stage = Stage::new().await;
    let answer = stage.list("&status=GREAT&category=NEWS&limit=101&offset=-1").await;
    assert_snapshot!(refusals(&answer), @"
    query.status enum Input should be 'PENDING', 'IN_APPEAL', 'APPROVED', 'REJECTED', 'PAUSED', 'LIMIT_EXCEEDED', 'DISABLED', 'ARCHIVED', 'PENDING_DELETION' or 'DELETED'
    query.category enum Input should be 'MARKETING', 'UTILITY' or 'AUTHENTICATION'
    query.limit out_of_range Input should be less than or equal to 100
    query.offset out_of_range Input should be greater than or equal to 0
    ");
    assert_eq!(stage.list("&phone_number_id=abc").await.status, 422);
}

/// Makes there be `count` templates, all but the first as copies of its items; their names, the newest first.
async fn copy(stage: &Stage, first: &Template, names: &mut Vec<String>, count: usize) {
    let (aws, workspace_id) = (&stage.world.aws, first.workspace_id);
    let key = |name: &str| keys::template(workspace_id, &first.business_id, name, &first.language);
    let whole = aws.item(&key(&first.name)).await;
    let listed = aws.item(&keys::listed_template(workspace_id, first.id)).await;
    let mut items = Vec::new();
    for number in names.len()..count {
        let (id, name) = (stage.world.resources.ids.next_id(), format!("template_{number:05}"));
        let texts = [("id", id.to_string()), ("name", name.clone())];
        items.push(copied(&whole, &key(&name), &texts));
        items.push(copied(&listed, &keys::listed_template(workspace_id, id), &texts));
        names.insert(0, name);
    }
    aws.put_items(Table::Main, &items).await;
}

#[tokio::test]
async fn pages_are_right_and_totals_exact_up_to_10_000_templates() {
    const LIMIT: usize = 100;
    let stage = Stage::new().await;
    let first = stage.stored(&stage.created("pattern").await).await;
    let mut newest_first = vec![first.name.clone()];
    for count in [1, LIMIT, LIMIT + 1, 10_000] {
        copy(&stage, &first, &mut newest_first, count).await;
        for offset in [0, 1, LIMIT, count / 2, count - 1, count] {
            let page = stage.list(&format!("&limit={LIMIT}&offset={offset}")).await.json();
            let expected: Vec<_> = newest_first.iter().skip(offset).take(LIMIT).cloned().collect();
            assert_eq!((names(&page), &page["total"]), (expected, &json!(count)), "from {offset}");
        }
    }
}
