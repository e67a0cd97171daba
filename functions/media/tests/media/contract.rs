//! The documented shapes, field by field.

use insta::assert_snapshot;
use switchboard_testkit::Call;

use crate::support::{Files, MP4, PNG, shown};

#[tokio::test]
async fn an_uploaded_file_has_the_documented_shape() {
    let files = Files::new().await;
    assert_snapshot!(shown(&files.upload("photo.png", PNG).await), @r#"
    201 {
      "created_at": "2026-01-01T00:00:00Z",
      "file_name": "photo.png",
      "file_size": 26,
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "message_id": null,
      "mime_type": "image/png",
      "not_sendable_reason": null,
      "original_url": null,
      "sendable": true,
      "sha256": "9aec502661f0c4d8fcda948fa0f807c3e2d659a299735419a77200ed59159a18",
      "storage_url": "/media/0P1GWY000QF6F/0P1GWY000QF6J?…",
      "type": "image",
      "updated_at": "2026-01-01T00:00:00Z",
      "uploaded_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
}

#[tokio::test]
async fn a_file_is_read_as_it_was_uploaded() {
    let files = Files::new().await;
    let uploaded = files.upload("photo.png", PNG).await;
    let read = files.get(&format!("/{}", uploaded.str("/id"))).await;
    assert_eq!((read.status.as_u16(), read.json()), (200, uploaded.json()));
}

#[tokio::test]
async fn a_list_has_the_documented_shape() {
    let files = Files::new().await;
    files.uploaded("photo.png", PNG).await;
    assert_snapshot!(files.list("").await, @r#"
    200 {
      "data": [
        {
          "created_at": "2026-01-01T00:00:00Z",
          "file_name": "photo.png",
          "file_size": 26,
          "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
          "mime_type": "image/png",
          "sendable": true,
          "type": "image",
          "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
        }
      ],
      "limit": 20,
      "offset": 0,
      "total": 1
    }
    "#);
}

#[tokio::test]
async fn an_announced_file_is_uploaded_by_a_request_of_its_own() {
    let files = Files::new().await;
    let answer = files.announce(&files.announcement("film.mp4", "video/mp4", MP4)).await;
    assert_snapshot!(shown(&answer), @r#"
    201 {
      "created_at": "2026-01-01T00:00:00Z",
      "file_name": "film.mp4",
      "file_size": 24,
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "mime_type": "video/mp4",
      "sha256": "c8c5af84ac765d911a9ab05bc9a19d15d0b1bc5cf0654eff4469ce536410654e",
      "status": "pending",
      "type": "video",
      "upload": {
        "expires_at": "2026-01-01T01:00:00Z",
        "expires_in_minutes": 60,
        "headers": {
          "content-type": "video/mp4",
          "x-amz-checksum-sha256": "yMWvhKx2XZEamrBbyaGdFdCxvFzwZU7/RGnOU2QQZU4="
        },
        "method": "PUT",
        "url": "/uploads/0P1GWY000QF6F/0P1GWY000QF6J?…",
      },
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
}

#[tokio::test]
async fn a_completed_file_has_the_shape_of_an_uploaded_one() {
    let files = Files::new().await;
    let id = files.announced("film.mp4", "video/mp4", MP4).await;
    files.put(&id, MP4).await;
    files.world.wait(60);
    assert_snapshot!(shown(&files.complete(&id).await), @r#"
    200 {
      "created_at": "2026-01-01T00:00:00Z",
      "file_name": "film.mp4",
      "file_size": 24,
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "message_id": null,
      "mime_type": "video/mp4",
      "not_sendable_reason": null,
      "original_url": null,
      "sendable": true,
      "sha256": "c8c5af84ac765d911a9ab05bc9a19d15d0b1bc5cf0654eff4469ce536410654e",
      "storage_url": "/media/0P1GWY000QF6F/0P1GWY000QF6J?…",
      "type": "video",
      "updated_at": "2026-01-01T00:01:00Z",
      "uploaded_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
}

#[tokio::test]
async fn a_download_is_redirected_to_an_address() {
    let files = Files::new().await;
    let id = files.uploaded("photo.png", PNG).await;

    let answer = files.get(&format!("/{id}/download")).await;

    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (307, ""));
    let location = answer.header("location").unwrap();
    assert!(location.contains(&files.key(&id)) && location.contains("X-Amz-Expires=3600"), "{location}");
}

#[tokio::test]
async fn an_address_tells_when_it_stops_working() {
    let files = Files::new().await;
    let id = files.uploaded("photo.png", PNG).await;
    assert_snapshot!(shown(&files.get(&format!("/{id}/url?expiry_minutes=120")).await), @r#"
    200 {
      "expires_at": "2026-01-01T02:00:00Z",
      "expires_in_minutes": 120,
      "url": "/media/0P1GWY000QF6F/0P1GWY000QF6J?…",
    }
    "#);
    for (query, minutes) in [("", 60), ("?expiry_minutes=5", 5), ("?expiry_minutes=1440", 1_440)] {
        let answer = files.get(&format!("/{id}/url{query}")).await;
        assert_eq!(answer.json()["expires_in_minutes"], minutes);
        assert!(answer.str("/url").contains(&format!("X-Amz-Expires={}", minutes * 60)));
    }
}

#[tokio::test]
async fn an_address_works_from_5_to_1440_minutes() {
    let files = Files::new().await;
    let id = files.uploaded("photo.png", PNG).await;
    let mut answers = Vec::new();
    for minutes in ["4", "1441", "-60", "hour", ""] {
        answers.push(files.get(&format!("/{id}/url?expiry_minutes={minutes}")).await);
    }
    assert_snapshot!(crate::support::together(&answers[2..4]), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "expiry_minutes"
          ],
          "msg": "Input should be between 5 and 1440",
          "type": "out_of_range"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "expiry_minutes"
          ],
          "msg": "Input should be a valid integer",
          "type": "type_error"
        }
      ]
    }
    "#);
    assert_eq!(crate::support::statuses(&answers), [422; 5]);
}

#[tokio::test]
async fn a_deleted_file_is_gone_and_its_object_waits_for_the_outbox() {
    let files = Files::new().await;
    let id = files.uploaded("photo.png", PNG).await;

    let deleted = files.delete(&id).await;

    assert_eq!((deleted.status.as_u16(), deleted.text().as_str()), (204, ""));
    for path in [format!("/{id}"), format!("/{id}/url"), format!("/{id}/download")] {
        let answer = files.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.str("/detail")), (404, "Media not found".to_owned()));
    }
    assert_eq!(files.delete(&id).await.status, 404);
    assert_eq!(files.complete(&id).await.status, 404);
    assert_eq!(files.list("").await.json()["total"], 0);
    assert!(files.stored(&id).await.unwrap().deleted_at.is_some());
    assert_eq!(files.bucket.content(&files.key(&id)).await, PNG);
}

#[tokio::test]
async fn unknown_paths_and_methods_keep_the_shape() {
    let files = Files::new().await;
    let path = files.get("/a/b/c").await;
    let method = files.send(Call::patch("/api/media")).await;
    assert_eq!(path.str("/detail"), "Not Found");
    assert_eq!(method.str("/detail"), "Method Not Allowed");
}
