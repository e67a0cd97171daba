//! What these tests begin with.

use axum::Router;
use contacts::{Services, router};
use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_runtime::Api;
use switchboard_service::Contacts;
use switchboard_service::contacts::imports::ContactImports;
use switchboard_testkit::{Answer, Business, Call, LocalBucket, World};

/// A business, and the function that serves it.
pub struct Stage {
    pub world: World,
    pub business: Business,
    pub router: Router,
    pub bucket: LocalBucket,
}

impl Stage {
    pub async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let bucket = world.aws.create_bucket().await;
        let gate = world.gate(&business.token_key);
        let imports = ContactImports::new(world.resources.clone(), gate.clone(), bucket.bucket.clone());
        let contacts = Contacts::new(world.resources.clone(), gate.clone());
        let router = router(Api::new(Services { contacts, imports }, gate));
        Self { world, business, router, bucket }
    }

    pub fn workspace_id(&self) -> Id {
        self.business.workspace.id
    }

    pub fn workspace(&self) -> String {
        uuid::spell(self.workspace_id())
    }

    /// Makes a call as the owner.
    pub async fn send(&self, call: Call) -> Answer {
        call.bearer(&self.business.owner.token).to(&self.router).await
    }

    /// Creates a contact with what `fields` say beside the number.
    pub async fn create(&self, number: &str, fields: Value) -> Answer {
        let mut body = json!({"workspace_id": self.workspace(), "phone_number": number});
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.send(Call::post("/api/contacts").json(&body)).await
    }

    /// The id of a new contact.
    pub async fn created(&self, number: &str, fields: Value) -> String {
        let answer = self.create(number, fields).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.str("/id")
    }

    pub async fn get(&self, id: &str) -> Answer {
        self.send(Call::get(format!("/api/contacts/{id}"))).await
    }

    pub async fn patch(&self, id: &str, body: Value) -> Answer {
        self.send(Call::patch(format!("/api/contacts/{id}")).json(&body)).await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.send(Call::delete(format!("/api/contacts/{id}"))).await
    }

    /// The owner's list, with what the query says beside the workspace.
    pub async fn list(&self, query: &str) -> Answer {
        self.send(Call::get(format!("/api/contacts?workspace_id={}{query}", self.workspace()))).await
    }

    /// Imports a file, with what the query says beside the workspace.
    pub async fn import(&self, name: &str, content: impl AsRef<[u8]>, query: &str) -> Answer {
        self.send(self.import_call(name, content, query)).await
    }

    pub fn import_call(&self, name: &str, content: impl AsRef<[u8]>, query: &str) -> Call {
        let head = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
        );
        let body = [head.as_bytes(), content.as_ref(), b"\r\n--x--\r\n"].concat();
        Call::post(format!("/api/contacts/import?workspace_id={}{query}", self.workspace()))
            .header("content-type", "multipart/form-data; boundary=x")
            .body(body)
    }
}

/// The names of a page's contacts, in order.
pub fn names(answer: &Answer) -> Vec<String> {
    let data = answer.json()["data"].as_array().unwrap().clone();
    data.iter().map(|contact| contact["name"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Several answers as one text, for snapshots.
pub fn together(answers: &[Answer]) -> String {
    answers
        .iter()
        .map(|answer| format!("{} {}", answer.status.as_u16(), answer.text()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What came of each row of an import, a line each.
pub fn rows(answer: &Answer) -> String {
    let results = answer.json()["results"].as_array().unwrap().clone();
    let line = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        format!("{} {} {} {}", row["row_number"], text("phone_number"), text("status"), text("reason"))
    };
    results.iter().map(|row| line(row).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
