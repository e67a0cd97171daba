//! What these tests begin with.

use axum::Router;
use media::router;
use serde_json::{Value, json};
use std::fmt::Write;
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::media::ContentDigest;
use switchboard_runtime::Api;
use switchboard_service::MediaFiles;
use switchboard_testkit::{Answer, Business, Call, LocalBucket, World};

pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06";
pub const MP4: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2";
pub const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";

/// A business, and the function that keeps its files.
pub struct Files {
    pub world: World,
    pub business: Business,
    pub bucket: LocalBucket,
    pub router: Router,
}

impl Files {
    pub async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let bucket = world.aws.create_bucket().await;
        let gate = world.gate(&business.token_key);
        let service = MediaFiles::new(world.resources.clone(), gate.clone(), bucket.bucket.clone());
        let router = router(Api::new(service, gate));
        Self { world, business, bucket, router }
    }

    pub fn workspace_id(&self) -> String {
        uuid::spell(self.business.workspace.id)
    }

    /// Makes a call as the owner.
    pub async fn send(&self, call: Call) -> Answer {
        call.bearer(&self.business.owner.token).to(&self.router).await
    }

    /// Uploads a file in one request.
    pub async fn upload(&self, file_name: &str, content: &[u8]) -> Answer {
        self.send(form(&self.workspace_id(), Some(file_name), content)).await
    }

    /// The id of an uploaded file.
    pub async fn uploaded(&self, file_name: &str, content: &[u8]) -> String {
        let answer = self.upload(file_name, content).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.str("/id")
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Call::get(format!("/api/media{path}"))).await
    }

    pub async fn list(&self, query: &str) -> Answer {
        self.get(&format!("?workspace_id={}{query}", self.workspace_id())).await
    }

    /// What announces a file.
    pub fn announcement(&self, file_name: &str, mime_type: &str, content: &[u8]) -> Value {
        json!({
            "workspace_id": self.workspace_id(),
            "file_name": file_name,
            "mime_type": mime_type,
            "file_size": content.len(),
            "sha256": ContentDigest::of(content).to_string(),
        })
    }

    pub async fn announce(&self, body: &Value) -> Answer {
        self.send(Call::post("/api/media/uploads").json(body)).await
    }

    /// The id of an announced file.
    pub async fn announced(&self, file_name: &str, mime_type: &str, content: &[u8]) -> String {
        let answer = self.announce(&self.announcement(file_name, mime_type, content)).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.str("/id")
    }

    /// Puts content where an announced file is uploaded to, as if the address had let it pass.
    pub async fn put(&self, id: &str, content: &[u8]) {
        let key = format!("uploads/{}/{}", self.business.workspace.id, uuid::parse(id).unwrap());
        let request = self.bucket.client.put_object().bucket(&self.bucket.name).key(key);
        let request = request.checksum_sha256(ContentDigest::of(content).to_base64());
        request.body(content.to_vec().into()).send().await.unwrap();
    }

    pub async fn complete(&self, id: &str) -> Answer {
        self.send(Call::post(format!("/api/media/{id}/complete"))).await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.send(Call::delete(format!("/api/media/{id}"))).await
    }

    /// What is stored of a file.
    pub async fn stored(&self, id: &str) -> Option<switchboard_model::media::Media> {
        self.world.store().media(uuid::parse(id).unwrap()).await.unwrap()
    }

    /// The name of the object of a file.
    pub fn key(&self, id: &str) -> String {
        format!("media/{}/{}", self.business.workspace.id, uuid::parse(id).unwrap())
    }
}

/// A form with a file.
pub fn form(workspace_id: &str, file_name: Option<&str>, content: &[u8]) -> Call {
    let mut body = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"workspace_id\"\r\n\r\n{workspace_id}\r\n--xyz\r\n\
         Content-Disposition: form-data; name=\"file\""
    );
    if let Some(file_name) = file_name {
        let _ = write!(body, "; filename=\"{file_name}\"");
    }
    body += "\r\nContent-Type: application/octet-stream\r\n\r\n";
    let body = [body.as_bytes(), content, b"\r\n--xyz--\r\n"].concat();
    Call::post("/api/media").header("content-type", "multipart/form-data; boundary=xyz").body(body)
}

/// A media id that nobody has.
pub fn nobodys() -> String {
    uuid::spell(Id::from_bits(7).unwrap())
}

/// An answer whose addresses are cut where their signature begins, and whose ids of buckets are left out.
pub fn shown(answer: &Answer) -> String {
    let mut text = String::new();
    for line in answer.to_string().lines() {
        match (line.find("http://"), line.find("/media/").or_else(|| line.find("/uploads/"))) {
            (Some(start), Some(path)) => {
                let end = line.find('?').unwrap_or(line.len());
                let _ = writeln!(text, "{}{}?…\",", &line[..start], &line[path..end]);
            }
            _ => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}

pub fn together(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

pub fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status.as_u16()).collect()
}
