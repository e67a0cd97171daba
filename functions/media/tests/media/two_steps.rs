//! `POST /api/media/uploads` and `POST /api/media/{media_id}/complete`.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_testkit::Call;

use crate::support::{Files, MP4, PNG, SVG, nobodys, statuses, together};

const MEBIBYTE: usize = 1024 * 1024;

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

#[tokio::test]
async fn a_completed_file_lies_where_no_client_can_write() {
    let files = Files::new().await;
    let id = files.announced("film.mp4", "video/mp4", MP4).await;
    files.put(&id, MP4).await;

    files.complete(&id).await;

    assert_eq!(files.bucket.content(&files.key(&id)).await, MP4);
    let stored = files.stored(&id).await.unwrap();
    assert_eq!((stored.file_name.as_str(), stored.file_size), ("film.mp4", MP4.len() as u64));
    assert_eq!(stored.uploaded_by, Some(files.business.owner.user_id));
}

#[tokio::test]
async fn completing_again_changes_nothing() {
    let files = Files::new().await;
    let id = files.announced("film.mp4", "video/mp4", MP4).await;
    files.put(&id, MP4).await;
    let first = files.complete(&id).await;

    let again = files.complete(&id).await;
    files.world.wait(2 * 24 * 60 * 60);
    let call = Call::post(format!("/api/media/{id}/complete"));
    let later = call.bearer(&files.business.api_key).to(&files.router).await;

    assert_eq!((again.status.as_u16(), again.json()), (200, first.json()));
    assert_eq!((later.status.as_u16(), later.str("/id")), (200, id));
}

#[tokio::test]
async fn before_it_is_uploaded_a_file_is_incomplete() {
    let files = Files::new().await;
    let id = files.announced("film.mp4", "video/mp4", MP4).await;
    assert_snapshot!(files.complete(&id).await, @r#"
    409 {
      "detail": "Media has not been uploaded completely"
    }
    "#);
    assert_eq!(files.get(&format!("/{id}")).await.status, 404);
    assert_eq!(files.complete(&nobodys()).await.status, 404);
}

#[tokio::test]
async fn what_is_announced_is_checked_at_once() {
    let files = Files::new().await;
    let good = files.announcement("film.mp4", "video/mp4", MP4);
    let answers = [
        files.announce(&json!({})).await,
        files
            .announce(&with(with(good.clone(), "file_name", json!("a/b.mp4")), "sha256", json!("abc")))
            .await,
        files.announce(&with(good.clone(), "file_size", json!(0))).await,
        files.announce(&with(good.clone(), "file_size", json!(-1))).await,
        files.announce(&with(good.clone(), "file_name", json!("photo.png"))).await,
        files.announce(&with(good, "mime_type", json!("video/quicktime"))).await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "workspace_id"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file_name"
          ],
          "msg": "File name should not contain a path",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "sha256"
          ],
          "msg": "should be a SHA-256 digest in 64 hexadecimal digits or in base64",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file_size"
          ],
          "msg": "Input should be from 1 to 104857600 for files of type video",
          "type": "out_of_range"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file_size"
          ],
          "msg": "Input should be from 1 to 104857600 for files of type video",
          "type": "out_of_range"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file_name"
          ],
          "msg": "The file is of type video/mp4, but its name ends in .png",
          "type": "value_error"
        }
      ]
    }
    415 {
      "detail": "video/quicktime files can't be sent by WhatsApp. Allowed are image/jpeg, image/png, video/mp4, video/3gpp, audio/aac, audio/amr, audio/mpeg, audio/mp4, audio/ogg (Opus), application/pdf, text/plain, and documents of Word, Excel and PowerPoint"
    }
    "#);
}

#[tokio::test]
async fn each_kind_has_its_largest_size() {
    let files = Files::new().await;
    for (name, mime_type, most) in [
        ("a.png", "image/png", 16),
        ("a.mp3", "audio/mpeg", 16),
        ("a.mp4", "video/mp4", 100),
        ("a.pdf", "application/pdf", 100),
    ] {
        let body = files.announcement(name, mime_type, b"x");
        let largest = files.announce(&with(body.clone(), "file_size", json!(most * MEBIBYTE))).await;
        let larger = files.announce(&with(body, "file_size", json!(most * MEBIBYTE + 1))).await;
        assert_eq!(statuses(&[largest, larger.clone()]), [201, 422], "{mime_type}");
        let most = format!("Input should be from 1 to {}", most * MEBIBYTE);
        assert!(larger.text().contains(&most), "{larger}");
    }
}

#[tokio::test]
async fn a_file_that_is_larger_than_whatsapp_takes_is_stored_and_says_so() {
    let files = Files::new().await;
    let mut content = PNG.to_vec();
    content.resize(6 * MEBIBYTE, 0);
    let id = files.announced("photo.png", "image/png", &content).await;
    files.put(&id, &content).await;

    let answer = files.complete(&id).await;

    assert_eq!((answer.status.as_u16(), answer.json()["sendable"].clone()), (200, json!(false)));
    assert_eq!(answer.str("/not_sendable_reason"), "WhatsApp takes image files of at most 5242880 bytes");
}

#[tokio::test]
async fn what_is_not_as_announced_is_refused_and_deleted() {
    let files = Files::new().await;
    let other_type = files.announced("film.mp4", "video/mp4", PNG).await;
    files.put(&other_type, PNG).await;
    let other_size = files.announced("film.mp4", "video/mp4", MP4).await;
    files.put(&other_size, &[MP4, b"more"].concat()).await;
    let other_content = files.announced("film.mp4", "video/mp4", MP4).await;
    files.put(&other_content, &[b'x'; 24]).await;
    let never_taken = files.announced("notes.txt", "text/plain", SVG).await;
    files.put(&never_taken, SVG).await;

    let mut answers = Vec::new();
    for id in [&other_type, &other_size, &other_content, &never_taken] {
        answers.push(files.complete(id).await);
        assert_eq!(files.complete(id).await.status, 404);
    }

    assert_snapshot!(together(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "mime_type"
          ],
          "msg": "The file is of type image/png, but video/mp4 was announced",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file_size"
          ],
          "msg": "The file has 28 bytes, but 24 were announced",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "sha256"
          ],
          "msg": "The file is not the one that was announced",
          "type": "value_error"
        }
      ]
    }
    415 {
      "detail": "image/svg+xml files can't be sent by WhatsApp. Allowed are image/jpeg, image/png, video/mp4, video/3gpp, audio/aac, audio/amr, audio/mpeg, audio/mp4, audio/ogg (Opus), application/pdf, text/plain, and documents of Word, Excel and PowerPoint"
    }
    "#);
    assert!(files.bucket.keys().await.is_empty());
    assert_eq!(files.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn office_documents_are_known_by_what_stands_at_their_end() {
    let files = Files::new().await;
    let mut content = b"PK\x03\x04".to_vec();
    content.resize(MEBIBYTE, 0);
    for name in ["[Content_Types].xml", "word/document.xml"] {
        let mut entry = vec![0; 46];
        entry[..4].copy_from_slice(b"PK\x01\x02");
        entry[28] = u8::try_from(name.len()).unwrap();
        content.extend([entry.as_slice(), name.as_bytes()].concat());
    }
    let mime_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let id = files.announced("letter.docx", mime_type, &content).await;
    files.put(&id, &content).await;
    assert_eq!(files.complete(&id).await.str("/mime_type"), mime_type);
}

#[tokio::test]
async fn what_is_not_completed_within_a_day_is_forgotten() {
    let files = Files::new().await;
    let id = files.announced("film.mp4", "video/mp4", MP4).await;
    files.put(&id, MP4).await;
    files.world.wait(24 * 60 * 60);
    let call = Call::post(format!("/api/media/{id}/complete"));
    assert_eq!(call.bearer(&files.business.api_key).to(&files.router).await.status, 404);
}
