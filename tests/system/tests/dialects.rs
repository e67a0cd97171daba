//! Two dialects, one domain: what is written in one is read in the other.

use serde_json::{Value, json};
use switchboard_model::id::spelling::{prefixed, uuid};
use system_tests::{Api, Business, Program, Stack, beside_others};

/// A workspace as both dialects see it.
struct Office {
    business: Business,
    team: Api,
}

impl Office {
    async fn new() -> Self {
        let stack = Stack::running();
        let business = Business::new(&stack).await;
        let team = stack.api().with(&business.api_token().await);
        Self { business, team }
    }

    async fn owners_view(&self, of: &str) -> Value {
        let answer =
            self.business.api.get(&format!("/api/workspaces/{}{of}", self.business.workspace_id)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body
    }

    async fn log(&self, action: &str) -> Value {
        self.owners_view(&format!("/audit-logs?action={action}")).await["data"].clone()
    }

    /// What a receiver is told when the owner answers a message of a program.
    async fn callback(&self) -> Value {
        let mut receiver = Program::start("receiver.js", &[]);
        let url = format!("http://127.0.0.1:{}/", receiver.line().await);
        receiver.tell(self.owners_view("").await["webhook_secret"].as_str().unwrap());
        let asked = json!({
            "channelId": "general",
            "content": "Deploy?",
            "messageType": "interactive",
            "actions": [{"actionId": "approve", "label": "Approve"}],
            "callbackUrl": url,
        });
        let sent = self.team.post("/api/v1/messages", asked).await;
        let id = sent.body["message"]["id"].as_str().unwrap_or_else(|| panic!("{}", sent.text)).to_owned();
        let answered =
            self.business.api.post(&format!("/api/v1/messages/{id}/actions/approve"), json!({})).await;
        assert_eq!(answered.status, 200, "{}", answered.text);
        receiver.json().await["body"].take()
    }

    fn address(&self, name: &str) -> String {
        format!("{name}-{}@example.com", self.business.meta_id)
    }
}

fn of<'a>(list: &'a Value, field: &str, value: &Value) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|one| one[field] == *value);
    found.unwrap_or_else(|| panic!("no {field} {value} in {list}"))
}

/// An id of the Workspace Messaging API as the other dialect spells it.
fn as_uuid(prefix: &str, id: &Value) -> Value {
    json!(uuid::spell(prefixed::parse(prefix, id.as_str().unwrap()).unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_program_adds_is_a_member_for_people_too() {
    let _turn = beside_others().await;
    let office = Office::new().await;
    let email = office.address("program");

    let added = office.team.post("/api/v1/members", json!({"email": email, "role": "admin"})).await;

    let member = &added.body["member"];
    let members = office.owners_view("/members").await;
    let seen = of(&members, "id", &as_uuid("member_", &member["id"]));
    assert_eq!(seen["role"], "ADMIN");
    assert_eq!(seen["user_id"], as_uuid("user_", &member["userId"]));
    assert_eq!(json!(office.business.workspace_id), as_uuid("workspace_", &member["workspaceId"]));
    let told = office.log("member.added_via_api").await;
    assert_eq!(told[0]["resource_id"], seen["id"]);
    assert_eq!(told[0]["actor"]["type"], "api_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_owner_adds_is_a_member_for_programs_too() {
    let _turn = beside_others().await;
    let office = Office::new().await;
    let email = office.address("owner");
    let path = format!("/api/workspaces/{}/members", office.business.workspace_id);

    let added = office.business.api.post(&path, json!({"user_email": email, "role": "AGENT"})).await;

    assert_eq!(added.status, 200, "{}", added.text);
    let members = office.team.get("/api/v1/members").await.body;
    let seen = members["members"]
        .as_array()
        .unwrap()
        .iter()
        .find(|member| member["user"]["email"] == email)
        .unwrap();
    assert_eq!(as_uuid("member_", &seen["id"]), added.body["id"]);
    let again = office.team.post("/api/v1/members", json!({"email": email})).await;
    assert_eq!((again.status.as_u16(), &again.body["code"]), (409, &json!("ALREADY_MEMBER")));
    let told = office.log("member.added").await;
    assert_eq!((&told[0]["resource_id"], &told[0]["actor"]["type"]), (&added.body["id"], &json!("user")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_renamed_or_closed_is_so_for_programs_too() {
    let _turn = beside_others().await;
    let office = Office::new().await;
    let owner = &office.business.api;
    let path = format!("/api/workspaces/{}", office.business.workspace_id);
    office.team.post("/api/v1/channels", json!({"name": "general"})).await;

    let renamed = owner.call(reqwest::Method::PATCH, &path, Some(json!({"name": "Another name"}))).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    let channels = office.team.get("/api/v1/channels").await.body;
    let made = office.log("channel.created_via_api").await;
    let callback = office.callback().await;
    let closed = owner.call(reqwest::Method::DELETE, &path, None).await;
    let after = office.team.get("/api/v1/channels").await;

    assert_eq!(
        as_uuid("workspace_", &channels["channels"][0]["workspaceId"]),
        json!(office.business.workspace_id)
    );
    assert_eq!(callback["workspace"]["name"], "Another name");
    assert_eq!(made[0]["resource_id"], as_uuid("channel_", &channels["channels"][0]["id"]));
    assert!(closed.status.is_success(), "{}", closed.text);
    assert_eq!(
        (after.status.as_u16(), &after.body["code"]),
        (401, &json!("INVALID_API_KEY")),
        "{}",
        after.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_deleted_or_replaced_is_refused_at_once() {
    let _turn = beside_others().await;
    let office = Office::new().await;
    let owner = &office.business.api;
    let path = format!("/api/workspaces/{}/api-tokens", office.business.workspace_id);
    let tokens = owner.get(&path).await.body;
    let id = tokens[0]["id"].as_str().unwrap();

    let rotated = owner.post(&format!("{path}/{id}/rotate"), json!({})).await;
    let old = office.team.get("/api/v1/channels").await.status;
    let renewed = Stack::running().api().with(&rotated.str("token"));
    let new = renewed.get("/api/v1/channels").await.status;
    owner.call(reqwest::Method::DELETE, &format!("{path}/{id}"), None).await;
    let deleted = renewed.get("/api/v1/channels").await.status;

    assert_eq!((old.as_u16(), new.as_u16(), deleted.as_u16()), (401, 200, 401));
}
