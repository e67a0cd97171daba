//! `GET /api/media`

use insta::assert_snapshot;
use serde_json::Value;
use switchboard_testkit::Answer;

use crate::support::{Files, MP4, PNG, statuses, together};

async fn some(count: usize) -> (Files, Vec<String>) {
    let files = Files::new().await;
    let mut ids = Vec::new();
    for at in 0..count {
        files.world.wait(1);
        let (name, content) = if at % 3 == 0 { ("film.mp4", MP4) } else { ("photo.png", PNG) };
        ids.insert(0, files.uploaded(name, content).await);
    }
    (files, ids)
}

fn ids(answer: &Answer) -> Vec<String> {
    let data = answer.json()["data"].as_array().unwrap().clone();
    data.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_workspace_without_files_has_an_empty_list() {
    let files = Files::new().await;
    assert_snapshot!(files.list("").await, @r#"
    200 {
      "data": [],
      "limit": 20,
      "offset": 0,
      "total": 0
    }
    "#);
}

#[tokio::test]
async fn pages_follow_one_another_from_the_newest_with_the_exact_total() {
    let (files, all) = some(22).await;

    let one = files.list("&limit=1").await;
    let first = files.list("").await;
    let second = files.list("&offset=20").await;
    let full = files.list("&limit=22").await;
    let more = files.list("&limit=23").await;
    let beyond = files.list("&limit=1&offset=22").await;

    assert_eq!((ids(&one), ids(&first)), (all[..1].to_vec(), all[..20].to_vec()));
    assert_eq!((ids(&second), ids(&full), ids(&more)), (all[20..].to_vec(), all.clone(), all.clone()));
    assert!(ids(&beyond).is_empty());
    for answer in [one, first, second, full, more, beyond] {
        assert_eq!(answer.json()["total"], 22);
    }
}

#[tokio::test]
async fn a_list_can_be_of_one_kind() {
    let (files, all) = some(4).await;
    files.delete(&all[1]).await;

    let images = files.list("&type=image").await;
    let videos = files.list("&type=video&limit=1").await;
    let documents = files.list("&type=document").await;

    assert_eq!((ids(&images), images.json()["total"].clone()), (vec![all[2].clone()], Value::from(1)));
    assert_eq!((ids(&videos), videos.json()["total"].clone()), (vec![all[0].clone()], Value::from(2)));
    assert_eq!(documents.json()["total"], 0);
}

#[tokio::test]
async fn wrong_queries_are_refused_by_place() {
    let files = Files::new().await;
    let answers = [
        files.get("").await,
        files.get("?workspace_id=workspace-uuid").await,
        files.list("&type=sticker&limit=0&offset=-1").await,
        files.list("&limit=101").await,
    ];
    assert_snapshot!(together(&answers[2..3]), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "type"
          ],
          "msg": "Input should be 'image', 'video', 'audio' or 'document'",
          "type": "enum"
        },
        {
          "loc": [
            "query",
            "limit"
          ],
          "msg": "Input should be greater than or equal to 1",
          "type": "out_of_range"
        },
        {
          "loc": [
            "query",
            "offset"
          ],
          "msg": "Input should be greater than or equal to 0",
          "type": "out_of_range"
        }
      ]
    }
    "#);
    assert_eq!(statuses(&answers), [422; 4]);
}
