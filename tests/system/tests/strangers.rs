//! A user of one workspace finds nothing of another.

use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Business, Stack, beside_others};

/// A method, a path, its route and a body that the owner of the thing could send.
type Walked = (Method, String, &'static str, Option<Value>);

/// What an owner has.
struct Things {
    owner: Business,
    message_id: String,
    member_id: String,
    template_id: String,
    token_id: String,
}

impl Things {
    async fn of(owner: Business) -> Self {
        let message_id = owner.send("+15550001111", "Hello").await;
        let members = owner.api.get(&format!("/api/workspaces/{}/members", owner.workspace_id)).await;
        let member_id = members.body[0]["id"].as_str().unwrap().to_owned();
        let template_id = owner.template("greeting", "Good morning").await;
        let path = format!("/api/workspaces/{}/api-tokens", owner.workspace_id);
        let token = owner.api.post(&path, json!({"name": "Deployments", "permissions": ["*"]})).await;
        let token_id = token.str("id");
        Self { owner, message_id, member_id, template_id, token_id }
    }

    fn at_workspace(&self, rest: &str) -> String {
        format!("/api/workspaces/{}{rest}", self.owner.workspace_id)
    }

    /// Every route that names a thing of a workspace, but those of files that have a list of their own. The parity
    /// tests hold the list of routes; [`every_route_is_walked`] holds this one to it.
    fn routes(&self) -> Vec<Walked> {
        [
            self.of_the_workspace(),
            self.of_invitations(),
            self.of_administration(),
            self.of_webhooks(),
            self.of_numbers(),
            self.of_templates(),
            self.of_messages(),
        ]
        .concat()
    }

    fn of_the_workspace(&self) -> Vec<Walked> {
        let at_workspace = |rest: &str| self.at_workspace(rest);
        let member_id = &self.member_id;
        vec![
            (Method::GET, at_workspace(""), "/api/workspaces/{workspace_id}", None),
            (
                Method::PATCH,
                at_workspace(""),
                "/api/workspaces/{workspace_id}",
                Some(json!({"name": "Mine"})),
            ),
            (Method::DELETE, at_workspace(""), "/api/workspaces/{workspace_id}", None),
            (
                Method::POST,
                at_workspace("/api-key/rotate"),
                "/api/workspaces/{workspace_id}/api-key/rotate",
                None,
            ),
            (
                Method::POST,
                at_workspace("/webhook-secret/rotate"),
                "/api/workspaces/{workspace_id}/webhook-secret/rotate",
                None,
            ),
            (Method::GET, at_workspace("/members"), "/api/workspaces/{workspace_id}/members", None),
            (
                Method::POST,
                at_workspace("/members"),
                "/api/workspaces/{workspace_id}/members",
                Some(json!({"user_email": "me@example.com", "role": "OWNER"})),
            ),
            (
                Method::PATCH,
                at_workspace(&format!("/members/{member_id}")),
                "/api/workspaces/{workspace_id}/members/{member_id}",
                Some(json!({"role": "AGENT"})),
            ),
            (
                Method::DELETE,
                at_workspace(&format!("/members/{member_id}")),
                "/api/workspaces/{workspace_id}/members/{member_id}",
                None,
            ),
        ]
    }

    fn of_invitations(&self) -> Vec<Walked> {
        vec![
            (
                Method::POST,
                self.at_workspace("/members/accept"),
                "/api/workspaces/{workspace_id}/members/accept",
                Some(json!({"invitation_token": "swi_nonsense"})),
            ),
            (
                Method::POST,
                self.at_workspace(&format!("/members/{}/invitation", self.member_id)),
                "/api/workspaces/{workspace_id}/members/{member_id}/invitation",
                None,
            ),
        ]
    }

    fn of_administration(&self) -> Vec<Walked> {
        let at_workspace = |rest: &str| self.at_workspace(rest);
        let token_id = &self.token_id;
        vec![
            (Method::GET, at_workspace("/api-tokens"), "/api/workspaces/{workspace_id}/api-tokens", None),
            (
                Method::POST,
                at_workspace("/api-tokens"),
                "/api/workspaces/{workspace_id}/api-tokens",
                Some(json!({"name": "Mine", "permissions": ["*"]})),
            ),
            (
                Method::POST,
                at_workspace(&format!("/api-tokens/{token_id}/rotate")),
                "/api/workspaces/{workspace_id}/api-tokens/{token_id}/rotate",
                None,
            ),
            (
                Method::DELETE,
                at_workspace(&format!("/api-tokens/{token_id}")),
                "/api/workspaces/{workspace_id}/api-tokens/{token_id}",
                None,
            ),
            (Method::GET, at_workspace("/audit-logs"), "/api/workspaces/{workspace_id}/audit-logs", None),
        ]
    }

    fn of_webhooks(&self) -> Vec<Walked> {
        let at_workspace = |rest: &str| self.at_workspace(rest);
        let at_webhook = |rest: &str| self.at_workspace(&format!("/webhooks/{}{rest}", self.message_id));
        let at_incoming = |rest: &str| self.at_workspace(&format!("/incoming-webhooks{rest}"));
        let one_incoming = |rest: &str| at_incoming(&format!("/{}{rest}", self.message_id));
        vec![
            (Method::GET, at_workspace("/webhooks"), "/api/workspaces/{workspace_id}/webhooks", None),
            (
                Method::POST,
                at_workspace("/webhooks"),
                "/api/workspaces/{workspace_id}/webhooks",
                Some(json!({"url": "https://example.com/", "events": ["member.added"]})),
            ),
            (Method::GET, at_webhook(""), "/api/workspaces/{workspace_id}/webhooks/{webhook_id}", None),
            (
                Method::PATCH,
                at_webhook(""),
                "/api/workspaces/{workspace_id}/webhooks/{webhook_id}",
                Some(json!({"status": "disabled"})),
            ),
            (Method::DELETE, at_webhook(""), "/api/workspaces/{workspace_id}/webhooks/{webhook_id}", None),
            (
                Method::POST,
                at_webhook("/secret/rotate"),
                "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/secret/rotate",
                None,
            ),
            (
                Method::POST,
                at_webhook("/ping"),
                "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/ping",
                None,
            ),
            (
                Method::POST,
                at_webhook("/replay"),
                "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/replay",
                Some(json!({"since": "2026-01-01T00:00:00Z"})),
            ),
            (
                Method::GET,
                at_webhook("/deliveries"),
                "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries",
                None,
            ),
            (
                Method::GET,
                at_webhook("/deliveries/evt_01kdvj1n00w9h2q6x6k3m5v8ra"),
                "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}",
                None,
            ),
            (
                Method::POST,
                at_webhook("/deliveries/evt_01kdvj1n00w9h2q6x6k3m5v8ra/replay"),
                "/api/workspaces/{workspace_id}/webhooks/{webhook_id}/deliveries/{event_id}/replay",
                None,
            ),
            (Method::GET, at_incoming(""), "/api/workspaces/{workspace_id}/incoming-webhooks", None),
            (
                Method::POST,
                at_incoming(""),
                "/api/workspaces/{workspace_id}/incoming-webhooks",
                Some(json!({"name": "Mine", "actions": ["send_message"]})),
            ),
            (
                Method::GET,
                one_incoming(""),
                "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}",
                None,
            ),
            (
                Method::PATCH,
                one_incoming(""),
                "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}",
                Some(json!({"status": "disabled"})),
            ),
            (
                Method::DELETE,
                one_incoming(""),
                "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}",
                None,
            ),
            (
                Method::POST,
                one_incoming("/rotate"),
                "/api/workspaces/{workspace_id}/incoming-webhooks/{webhook_id}/rotate",
                None,
            ),
        ]
    }

    fn of_numbers(&self) -> Vec<Walked> {
        let workspace = &self.owner.workspace_id;
        let at_number = |rest: &str| format!("/api/phone-numbers/{}{rest}", self.owner.phone_number_id);
        vec![
            (Method::GET, format!("/api/phone-numbers?workspace_id={workspace}"), "/api/phone-numbers", None),
            (
                Method::POST,
                "/api/phone-numbers".to_owned(),
                "/api/phone-numbers",
                Some(json!({"workspace_id": workspace, "phone_number_id": "42", "access_token": "EAAtest"})),
            ),
            (Method::GET, at_number(""), "/api/phone-numbers/{phone_number_id}", None),
            (
                Method::PATCH,
                at_number(""),
                "/api/phone-numbers/{phone_number_id}",
                Some(json!({"display_name": "Mine", "access_token": "EAAmine"})),
            ),
            (Method::DELETE, at_number(""), "/api/phone-numbers/{phone_number_id}", None),
            (Method::POST, at_number("/sync"), "/api/phone-numbers/{phone_number_id}/sync", None),
            (
                Method::POST,
                at_number("/exchange-token"),
                "/api/phone-numbers/{phone_number_id}/exchange-token",
                None,
            ),
        ]
    }

    fn of_templates(&self) -> Vec<Walked> {
        let (workspace, number) = (&self.owner.workspace_id, &self.owner.phone_number_id);
        let at_template = format!("/api/templates/{}", self.template_id);
        vec![
            (Method::GET, format!("/api/templates?workspace_id={workspace}"), "/api/templates", None),
            (
                Method::POST,
                "/api/templates".to_owned(),
                "/api/templates",
                Some(
                    json!({"workspace_id": workspace, "phone_number_id": number, "name": "mine", "category": "UTILITY",
                    "language": "en", "components": {"body": {"text": "Mine"}}}),
                ),
            ),
            (
                Method::POST,
                "/api/templates/sync".to_owned(),
                "/api/templates/sync",
                Some(json!({"workspace_id": workspace})),
            ),
            (Method::GET, at_template.clone(), "/api/templates/{template_id}", None),
            (
                Method::PATCH,
                at_template.clone(),
                "/api/templates/{template_id}",
                Some(json!({"components": {"body": {"text": "Mine"}}})),
            ),
            (Method::DELETE, at_template, "/api/templates/{template_id}", None),
        ]
    }

    fn of_messages(&self) -> Vec<Walked> {
        let (workspace, number) = (&self.owner.workspace_id, &self.owner.phone_number_id);
        let message_id = &self.message_id;
        vec![
            (
                Method::POST,
                "/api/messages/send/text".to_owned(),
                "/api/messages/send/text",
                Some(
                    json!({"workspace_id": workspace, "phone_number_id": number, "to": "+15550001111", "text": "x"}),
                ),
            ),
            (
                Method::GET,
                format!("/api/messages/{message_id}/status"),
                "/api/messages/{message_id}/status",
                None,
            ),
        ]
    }
}

/// Routes that name nothing of a workspace.
const OF_NO_WORKSPACE: [&str; 6] = [
    "POST /api/auth/signup",
    "POST /api/auth/signin",
    "POST /api/auth/refresh",
    "GET /api/auth/me",
    "GET /api/workspaces",
    "POST /api/workspaces",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_token_opens_no_route() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let (owner, stranger) = (Business::new(&stack).await, Business::new(&stack).await);
    let things = Things::of(owner.clone()).await;
    let key = stranger.api.get(&format!("/api/workspaces/{}", stranger.workspace_id)).await.str("api_key");
    let path = format!("/api/workspaces/{}", owner.workspace_id);
    let tokens = format!("{path}/api-tokens");
    let before = (owner.api.get(&path).await.body, owner.api.get(&tokens).await.body);

    for client in [stranger.api.clone(), stranger.api.with(&key)] {
        for (method, path, _, body) in things.routes() {
            let answer = client.call(method.clone(), &path, body).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
        }
    }
    for (method, path, _, body) in things.routes() {
        let answer = stack.api().call(method.clone(), &path, body).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text);
    }

    let after = (owner.api.get(&path).await.body, owner.api.get(&tokens).await.body);
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_walked() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let owner = Business::new(&stack).await;
    let things = Things::of(owner).await;
    let walked: Vec<String> =
        things.routes().into_iter().map(|(method, _, route, _)| format!("{method} {route}")).collect();

    let document = stack.api().get("/openapi/whatsapp.json").await.body;

    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let route = format!("{} {path}", method.to_uppercase());
            let known = path == "/webhook"
                || OF_NO_WORKSPACE.contains(&route.as_str())
                || crate::campaigns::ROUTES.contains(&route.as_str())
                || crate::contacts::ROUTES.contains(&route.as_str())
                || crate::conversations::ROUTES.contains(&route.as_str())
                || crate::media::ROUTES.contains(&route.as_str())
                || walked.contains(&route);
            assert!(known, "{route} is not walked with a stranger's token");
        }
    }
}
