//! `POST /api/media`: what is taken and what is not.

use insta::assert_snapshot;
use switchboard_testkit::Call;

use crate::support::{Files, MP4, PNG, SVG, form, together};

const MEBIBYTE: usize = 1024 * 1024;

fn png(bytes: usize) -> Vec<u8> {
    let mut content = PNG.to_vec();
    content.resize(bytes, 0);
    content
}

#[tokio::test]
async fn the_type_is_what_the_bytes_say() {
    let files = Files::new().await;
    for (name, content, kind, mime_type) in [
        ("photo", PNG, "image", "image/png"),
        ("film.mp4", MP4, "video", "video/mp4"),
        ("song.mp3", b"ID3\x03\0\0\0\0\0\0".as_slice(), "audio", "audio/mpeg"),
        ("invoice.pdf", b"%PDF-1.7\n".as_slice(), "document", "application/pdf"),
        ("notes.md", b"# Notes".as_slice(), "document", "text/plain"),
    ] {
        let answer = files.upload(name, content).await;
        assert_eq!((answer.str("/type"), answer.str("/mime_type")), (kind.to_owned(), mime_type.to_owned()));
        assert_eq!(files.bucket.content(&files.key(&answer.str("/id"))).await, content);
    }
}

#[tokio::test]
async fn what_whatsapp_does_not_take_is_refused_with_what_it_takes() {
    let files = Files::new().await;
    for (name, content) in [
        ("drawing.svg", SVG),
        ("drawing.txt", SVG),
        ("moving.gif", b"GIF89a\x01\0\x01\0".as_slice()),
        ("picture.bmp", b"BM\x46\0\0\0".as_slice()),
        ("film.mov", b"\0\0\0\x18ftypqt  \0\0\x02\0".as_slice()),
        ("page.html", b"<html><script>".as_slice()),
        ("program.exe", b"MZ\x90\0".as_slice()),
        ("noise.bin", b"\x01\x02\x03".as_slice()),
    ] {
        let answer = files.upload(name, content).await;
        assert_eq!(answer.status, 415, "{name}: {answer}");
    }
    assert_snapshot!(files.upload("drawing.svg", SVG).await, @r#"
    415 {
      "detail": "image/svg+xml files can't be sent by WhatsApp. Allowed are image/jpeg, image/png, video/mp4, video/3gpp, audio/aac, audio/amr, audio/mpeg, audio/mp4, audio/ogg (Opus), application/pdf, text/plain, and documents of Word, Excel and PowerPoint"
    }
    "#);
    assert!(files.bucket.keys().await.is_empty());
    assert_eq!(files.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn names_that_say_otherwise_or_hold_a_path_and_empty_files_are_refused() {
    let files = Files::new().await;
    let answers = [
        files.upload("film.mp4", PNG).await,
        files.upload("../../etc/passwd.png", PNG).await,
        files.upload("C:\\\\photo.png", PNG).await,
        files.upload("photo.png", b"").await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file"
          ],
          "msg": "The file is of type image/png, but its name ends in .mp4",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file"
          ],
          "msg": "File name should not contain a path",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file"
          ],
          "msg": "File name should not contain a path",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "file"
          ],
          "msg": "File should not be empty",
          "type": "string_too_short"
        }
      ]
    }
    "#);
    assert!(files.bucket.keys().await.is_empty());
    assert_eq!(files.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn what_is_missing_in_a_form_is_told_at_once() {
    let files = Files::new().await;
    let answers = [
        files
            .send(
                Call::post("/api/media")
                    .header("content-type", "multipart/form-data; boundary=xyz")
                    .body("--xyz--\r\n"),
            )
            .await,
        files.send(form("workspace-uuid", None, PNG)).await,
        files.send(Call::post("/api/media").json(&serde_json::json!({}))).await,
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
        },
        {
          "loc": [
            "body",
            "file"
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
            "workspace_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "file"
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
            "body"
          ],
          "msg": "Body should be multipart/form-data: its Content-Type names no boundary",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_file_of_4_mib_fits_and_a_larger_one_is_sent_another_way() {
    let files = Files::new().await;
    let largest = files.upload("photo.png", &png(4 * MEBIBYTE)).await;
    let larger = files.upload("photo.png", &png(4 * MEBIBYTE + 1)).await;
    let far_larger = files.upload("photo.png", &png(4 * MEBIBYTE + 100_000)).await;

    assert_eq!(largest.status, 201);
    assert_snapshot!(larger, @r#"
    413 {
      "detail": "File is too large for a direct upload: at most 4194304 bytes are allowed. Ask for an upload URL with POST /api/media/uploads instead."
    }
    "#);
    assert_eq!(far_larger.to_string(), larger.to_string());
    assert_eq!(files.bucket.keys().await.len(), 1);
}

#[tokio::test]
async fn a_file_without_a_person_is_an_api_keys() {
    let files = Files::new().await;
    let call = form(&files.workspace_id(), Some("photo.png"), PNG).bearer(&files.business.api_key);
    let answer = call.to(&files.router).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()["uploaded_by"].clone()),
        (201, serde_json::Value::Null)
    );
}
