//! A campaign that is sent while its functions are killed, and what must hold of it afterwards.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write;
use std::time::{Duration, Instant};

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{Answer, Business, Kills, Stack, eventually_within, key_of, kill_at_random};

/// The functions that a campaign runs on, each of which is killed while it runs.
const FUNCTIONS: [&str; 4] = [
    "CampaignPlannerFunctionName",
    "CampaignSenderFunctionName",
    "CampaignLedgerFunctionName",
    "OutboxFunctionName",
];
/// Parts of a ledger.
const SHARDS: u8 = 16;

/// A campaign that is ready to be started.
#[derive(Clone, Debug)]
pub struct TestCampaign {
    /// Who sends it.
    pub business: Business,
    /// Its id.
    pub id: String,
    /// Its template.
    pub template_id: String,
    /// To how many.
    pub recipients: u32,
}

/// What came of a campaign.
#[derive(Clone, Debug)]
pub struct CampaignReport {
    /// To how many it was to be sent.
    pub recipients: u32,
    /// From its start until all was read.
    pub took: Duration,
    /// How often each function was killed.
    pub kills: BTreeMap<&'static str, u32>,
    /// Messages that the simulator accepted.
    pub accepted: u64,
    /// Recipients who got more than one message.
    pub repeated: usize,
    /// Refusals of the simulator, by code.
    pub refused: Value,
    /// Rows of the ledger.
    pub rows: u64,
    /// The campaign as the API tells it.
    pub campaign: Value,
    /// The most that the simulator accepted in one second.
    pub busiest_second: usize,
    /// Messages a second that the number may send.
    pub per_second: u32,
}

impl TestCampaign {
    /// A campaign to so many contacts, who are imported for it, from a number that may send `per_second` messages a
    /// second.
    pub async fn new(stack: &Stack, recipients: u32, per_second: u32) -> Self {
        let business = Business::new(stack).await;
        let simulator = stack.simulator();
        simulator.set_throughput(&business.meta_id, f64::from(per_second)).await;
        simulator.set_unlimited(&business.meta_id).await;
        let path = format!("/api/phone-numbers/{}/sync", business.phone_number_id);
        assert_eq!(business.api.post(&path, json!({})).await.status, 200);
        set_pace(stack, &business, per_second).await;
        import(&business, recipients).await;
        let template_id = template(&business).await;
        let body = json!({
            "workspace_id": business.workspace_id,
            "phone_number_id": business.phone_number_id,
            "template_id": &template_id,
            "name": "Campaign",
            "audience": {"tags": ["everybody"]},
            "variables": {"1": {"field": "name", "fallback": "friend"}},
        });
        let id = created(&business.api.post("/api/campaigns", body).await);
        Self { business, id, template_id, recipients }
    }

    /// Starts, pauses or cancels it.
    pub async fn ask(&self, what: &str) {
        let answer = self.business.api.post(&format!("/api/campaigns/{}/{what}", self.id), json!({})).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.text);
    }

    /// The campaign as the API tells it.
    pub async fn state(&self) -> Value {
        self.business.api.get(&format!("/api/campaigns/{}", self.id)).await.body
    }

    /// Sends it to its end, while each of its functions is killed.
    pub async fn run(
        &self,
        stack: &Stack,
        per_second: u32,
        kills: Kills,
        patience: Duration,
    ) -> CampaignReport {
        let started = now();
        self.ask("start").await;
        let killed = FUNCTIONS.map(|_| Cell::new(0));
        let killers = FUNCTIONS.iter().zip(&killed);
        let killers = join_all(killers.map(|(name, count)| kill_at_random(stack.output(name), kills, count)));
        let end = self.is_read(patience);
        tokio::pin!(end);
        tokio::select! {
            _ = killers => end.await,
            () = &mut end => {}
        }
        let took = started.elapsed();
        let (sent, times) = self.sent(stack).await;
        let mut rows = 0;
        for shard in 0..SHARDS {
            let part = format!("LEDGER#{}#{shard:02}", key_of(&self.id));
            rows += stack.aws().count(stack.output("MessagesTableName"), &part).await;
        }
        let stats = stack.simulator().stats(&self.business.meta_id).await;
        CampaignReport {
            recipients: self.recipients,
            took,
            kills: FUNCTIONS.into_iter().zip(killed.map(Cell::into_inner)).collect(),
            accepted: stats["accepted"].as_u64().unwrap_or(0),
            repeated: sent.values().filter(|count| **count != 1).count(),
            refused: stats["refused"].clone(),
            rows,
            campaign: self.state().await,
            busiest_second: busiest_second(times),
            per_second,
        }
    }

    /// Waits until the campaign is completed and every message is read.
    async fn is_read(&self, patience: Duration) {
        eventually_within(patience, "the campaign to be read by all", || async {
            let state = self.state().await;
            let read = state["read_count"] == self.recipients && state["status"] == "completed";
            if !read {
                sleep(Duration::from_secs(1)).await;
            }
            read.then_some(())
        })
        .await;
    }

    /// How many messages each recipient got, and when.
    pub async fn sent(&self, stack: &Stack) -> (BTreeMap<String, u32>, Vec<i64>) {
        let messages = stack.simulator().messages(&self.business.meta_id).await;
        let mut sent = BTreeMap::new();
        let mut times = Vec::new();
        for message in messages {
            *sent.entry(message["to"].as_str().expect("a recipient").to_owned()).or_default() += 1;
            times.push(message["accepted_at"].as_i64().expect("a time"));
        }
        (sent, times)
    }
}

impl CampaignReport {
    /// Fails unless each recipient got one message, the throughput was never exceeded, and counters, ledger and
    /// simulator say the same.
    pub fn check(&self, kills: u32) {
        let all = u64::from(self.recipients);
        assert_eq!(self.accepted, all, "{self}");
        assert_eq!(self.repeated, 0, "{self}");
        assert_eq!(self.rows, all, "{self}");
        assert_eq!(self.refused.get("130429"), None, "{self}");
        for name in ["total_contacts", "sent_count", "delivered_count", "read_count"] {
            assert_eq!(self.campaign[name], self.recipients, "{name}: {self}");
        }
        for name in ["failed_count", "pending_count", "skipped_count"] {
            assert_eq!(self.campaign[name], 0, "{name}: {self}");
        }
        assert!(self.kills.values().all(|count| *count >= kills), "{self}");
    }
}

impl fmt::Display for CampaignReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { recipients, took, accepted, repeated, refused, rows, .. } = self;
        writeln!(f, "{recipients} recipients in {:.1} s", took.as_secs_f64())?;
        writeln!(f, "  accepted by the simulator   {accepted}, {repeated} recipients not exactly once")?;
        writeln!(f, "  refused by the simulator    {refused}")?;
        writeln!(f, "  busiest second              {} of {}", self.busiest_second, self.per_second)?;
        writeln!(f, "  rows of the ledger          {rows}")?;
        for name in ["total_contacts", "sent_count", "delivered_count", "read_count", "failed_count"] {
            writeln!(f, "  {name:<27} {}", self.campaign[name])?;
        }
        for (function, count) in &self.kills {
            writeln!(f, "  killed {:<20} {count} times", function.trim_end_matches("FunctionName"))?;
        }
        Ok(())
    }
}

/// Lets a number begin at another pace than the stack's.
async fn set_pace(stack: &Stack, business: &Business, per_second: u32) {
    let pace = json!({
        "next_free_at": {"N": "0"}, "per_second": {"N": per_second.to_string()},
        "full_per_second": {"N": per_second.to_string()}, "learned_at": {"N": "0"}, "epoch": {"N": "0"},
        "accepted": {"L": [{"N": "0"}, {"N": "0"}]}, "window_second": {"N": "0"},
    });
    let item = json!({
        "pk": {"S": format!("PACE#{}", key_of(&business.phone_number_id))}, "sk": {"S": "PACE"},
        "et": {"S": "pace"}, "v": {"N": "1"}, "version": {"N": "1"}, "ttl": {"N": "4000000000"},
        "pace": {"M": pace},
    });
    stack.aws().put_item(stack.output("EphemeralTableName"), item).await;
}

/// Imports contacts by file, and waits until all are there.
async fn import(business: &Business, recipients: u32) {
    const BOUNDARY: &str = "a-boundary-of-this-test";
    let mut file = String::from("phone,name,tags\n");
    for number in 0..recipients {
        let _ = writeln!(file, "{},Contact {number},everybody", business.customer(number));
    }
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{file}\r\n--{BOUNDARY}--\r\n"
    );
    let path = format!("/api/contacts/import?workspace_id={}", business.workspace_id);
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let answer = business.api.post_bytes(&path, &[("content-type", &kind)], body.into_bytes()).await;
    assert!(answer.status.is_success(), "{}", answer.text);
    let path = format!("/api/contacts?workspace_id={}&limit=1", business.workspace_id);
    eventually_within(Duration::from_mins(10), "the contacts to be imported", || async {
        let listed = business.api.get(&path).await;
        (listed.body["total"] == recipients).then_some(())
    })
    .await;
}

/// Makes a template and waits until it is approved.
async fn template(business: &Business) -> String {
    let body = json!({
        "workspace_id": business.workspace_id,
        "phone_number_id": business.phone_number_id,
        "name": format!("hello_{}", business.meta_id),
        "category": "MARKETING",
        "language": "en",
        "components": {"body": {"text": "Hello {{1}}, welcome to our service!"}},
    });
    let id = created(&business.api.post("/api/templates", body).await);
    let path = format!("/api/templates/{id}");
    eventually_within(Duration::from_mins(1), "the template to be approved", || async {
        (business.api.get(&path).await.body["status"] == "APPROVED").then_some(())
    })
    .await;
    id
}

fn created(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.str("id")
}

/// The most moments, in Unix milliseconds, that lie in one second.
fn busiest_second(mut times: Vec<i64>) -> usize {
    times.sort_unstable();
    let mut first = 0;
    let mut busiest = 0;
    for last in 0..times.len() {
        while times[last] - times[first] >= 1_000 {
            first += 1;
        }
        busiest = busiest.max(last + 1 - first);
    }
    busiest
}

#[expect(clippy::disallowed_methods, reason = "a report measures real time")]
fn now() -> Instant {
    Instant::now()
}
