//! What the tests share: a router on tables of its own, and people who are signed in.

use std::sync::Arc;

use axum::Router;
use serde_json::{Value, json};
use switchboard_model::session::SecretToken;
use switchboard_runtime::Api;
use switchboard_service::Workspaces;
use switchboard_testkit::{Answer, Call, World, sign_in, sign_in_by};
use switchboard_vault::{Secret, TokenKey};
use workspaces::router;

pub(crate) struct Office {
    pub(crate) world: World,
    pub(crate) router: Router,
    token_key: Arc<Secret<TokenKey>>,
}

impl Office {
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        let token_key = world.token_key().await;
        let gate = world.gate(&token_key);
        let workspaces = Workspaces::new(world.resources.clone(), gate.clone(), world.sealer().await);
        Self { router: router(Api::new(workspaces, gate)), world, token_key }
    }

    /// Makes an account and answers with an access token.
    pub(crate) async fn person(&self, email: &str) -> String {
        sign_in(&self.world, &self.token_key, email).await.token
    }

    /// Makes an account by an invitation and answers with an access token.
    pub(crate) async fn invited(&self, email: &str, invitation: &Answer) -> String {
        let invitation_token = Some(SecretToken::presented(invitation.str("/invitation_token")));
        sign_in_by(&self.world, &self.token_key, email, invitation_token).await.token
    }

    pub(crate) async fn create(&self, token: &str, body: Value) -> Answer {
        Call::post("/api/workspaces").bearer(token).json(&body).to(&self.router).await
    }

    /// Ada, and a workspace that she owns.
    pub(crate) async fn ada(&self) -> Owner<'_> {
        let token = self.person("ada@example.com").await;
        let workspace = self.create(&token, json!({"name": "My Company"})).await;
        Owner { office: self, token, path: path_of(&workspace), workspace }
    }
}

/// Where a workspace is.
pub(crate) fn path_of(workspace: &Answer) -> String {
    format!("/api/workspaces/{}", workspace.str("/id"))
}

/// The owner of a workspace, at work in it.
pub(crate) struct Owner<'a> {
    office: &'a Office,
    pub(crate) token: String,
    pub(crate) path: String,
    pub(crate) workspace: Answer,
}

impl Owner<'_> {
    pub(crate) async fn get(&self) -> Answer {
        self.send_as(&self.token, Call::get(&self.path)).await
    }

    pub(crate) async fn patch(&self, body: Value) -> Answer {
        self.send_as(&self.token, Call::patch(&self.path).json(&body)).await
    }

    pub(crate) async fn delete(&self) -> Answer {
        self.send_as(&self.token, Call::delete(&self.path)).await
    }

    pub(crate) async fn list(&self) -> Answer {
        self.send_as(&self.token, Call::get("/api/workspaces")).await
    }

    pub(crate) async fn members(&self) -> Answer {
        self.send_as(&self.token, Call::get(self.at("/members"))).await
    }

    pub(crate) async fn add(&self, email: &str, role: &str) -> Answer {
        self.add_as(&self.token, email, role).await
    }

    pub(crate) async fn add_as(&self, token: &str, email: &str, role: &str) -> Answer {
        let body = json!({"user_email": email, "role": role});
        self.send_as(token, Call::post(self.at("/members")).json(&body)).await
    }

    pub(crate) async fn change_as(&self, token: &str, member_id: &str, role: &str) -> Answer {
        let call = Call::patch(self.at(&format!("/members/{member_id}")));
        self.send_as(token, call.json(&json!({"role": role}))).await
    }

    pub(crate) async fn remove_as(&self, token: &str, member_id: &str) -> Answer {
        self.send_as(token, Call::delete(self.at(&format!("/members/{member_id}")))).await
    }

    /// Presents an invitation to the workspace.
    pub(crate) async fn accept_as(&self, token: &str, invitation_token: &str) -> Answer {
        let body = json!({"invitation_token": invitation_token});
        self.send_as(token, Call::post(self.at("/members/accept")).json(&body)).await
    }

    /// Asks for another invitation of a member.
    pub(crate) async fn renew_as(&self, token: &str, member_id: &str) -> Answer {
        self.send_as(token, Call::post(self.at(&format!("/members/{member_id}/invitation")))).await
    }

    pub(crate) async fn rotate(&self, secret: &str) -> Answer {
        self.send_as(&self.token, Call::post(self.at(&format!("/{secret}/rotate")))).await
    }

    /// Adds a new person with this role and signs them in: their token and their membership's id.
    pub(crate) async fn colleague(&self, email: &str, role: &str) -> (String, String) {
        let member = self.add(email, role).await;
        (self.office.invited(email, &member).await, member.str("/id"))
    }

    pub(crate) async fn send_as(&self, token: &str, call: Call) -> Answer {
        call.bearer(token).to(&self.office.router).await
    }

    pub(crate) fn at(&self, rest: &str) -> String {
        format!("{}{rest}", self.path)
    }
}

/// Statuses and bodies, one after the other.
pub(crate) fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
