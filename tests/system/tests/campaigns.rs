//! Campaigns, as strangers see them.

use reqwest::Method;
use serde_json::json;
use system_tests::{Business, Stack, beside_others};

/// Routes of campaigns, which [`a_strangers_token_opens_no_campaign`] walks.
pub const ROUTES: [&str; 12] = [
    "POST /api/campaigns",
    "GET /api/campaigns",
    "GET /api/campaigns/{campaign_id}",
    "PATCH /api/campaigns/{campaign_id}",
    "DELETE /api/campaigns/{campaign_id}",
    "POST /api/campaigns/{campaign_id}/start",
    "POST /api/campaigns/{campaign_id}/pause",
    "POST /api/campaigns/{campaign_id}/cancel",
    "POST /api/campaigns/{campaign_id}/retry",
    "POST /api/campaigns/{campaign_id}/preview",
    "GET /api/campaigns/{campaign_id}/recipients",
    "GET /api/campaigns/{campaign_id}/results.csv",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_token_opens_no_campaign() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let (owner, stranger) = (Business::new(&stack).await, Business::new(&stack).await);
    let body = json!({
        "workspace_id": owner.workspace_id,
        "phone_number_id": owner.phone_number_id,
        "name": "Summer Sale 2024",
    });
    let id = owner.api.post("/api/campaigns", body.clone()).await.str("id");
    let before = owner.api.get(&format!("/api/campaigns/{id}")).await.body;

    for (client, status) in [(stranger.api.clone(), 404), (stack.api(), 401)] {
        for route in ROUTES {
            let (method, path) = route.split_once(' ').unwrap();
            let method: Method = method.parse().unwrap();
            let mut path = path.replace("{campaign_id}", &id);
            if route == "GET /api/campaigns" {
                path = format!("{path}?workspace_id={}", owner.workspace_id);
            }
            let sent = match route {
                "POST /api/campaigns" => Some(body.clone()),
                "PATCH /api/campaigns/{campaign_id}" => Some(json!({"name": "Mine"})),
                _ => None,
            };
            let answer = client.call(method, &path, sent).await;
            assert_eq!(answer.status, status, "{route}: {}", answer.text);
        }
    }

    assert_eq!(owner.api.get(&format!("/api/campaigns/{id}")).await.body, before);
}
