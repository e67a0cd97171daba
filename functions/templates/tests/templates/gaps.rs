//! What changes here while an answer of Meta's is on its way.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use graph_sim::{Config, Review};
use serde_json::{Value, json};
use switchboard_model::template::{Operation, OperationKind, Sighting, TemplateStatus};
use switchboard_testkit::GraphSimulator;
use tokio::sync::Notify;

use crate::support::{ACCOUNT, Stage};

/// A line to Meta on which the next answer to one path waits.
#[derive(Default)]
struct Line {
    path: std::sync::Mutex<Option<String>>,
    given: Notify,
    let_through: Notify,
}

impl Line {
    /// Holds up the next answer to a `GET` of `path`.
    fn hold(&self, path: String) {
        *self.path.lock().unwrap() = Some(path);
    }

    fn is_held(&self, request: &Request) -> bool {
        let mut path = self.path.lock().unwrap();
        let is_held = request.method() == "GET"
            && path.as_ref().is_some_and(|path| request.uri().path().ends_with(path.as_str()));
        if is_held {
            path.take();
        }
        is_held
    }
}

async fn held_up(State(line): State<Arc<Line>>, request: Request, next: Next) -> Response {
    let is_held = line.is_held(&request);
    let is_list = request.uri().path().ends_with("/message_templates");
    let response = next.run(request).await;
    if is_held {
        line.given.notify_one();
        line.let_through.notified().await;
    }
    // A list of things that change may leave one out.
    if is_list && line.path.lock().unwrap().is_some() {
        return Response::new(Body::from(r#"{"data": []}"#));
    }
    response
}

async fn stage() -> (Stage, Arc<Line>) {
    let line = Arc::new(Line::default());
    let around = Arc::clone(&line);
    let wrap = |simulator: Router| simulator.layer(from_fn_with_state(around, held_up));
    let config = Config { template_review: Review::Never, ..Config::default() };
    let stage = Stage::with_graph(GraphSimulator::start_within(config, wrap).await).await;
    (stage, line)
}

/// Syncs, and does something while Meta's answer to `path` is on its way.
async fn sync_around(stage: &Stage, line: &Line, path: String, meanwhile: impl Future<Output = ()>) -> Value {
    line.hold(path);
    let (report, ()) = tokio::join!(stage.synced(), async {
        line.given.notified().await;
        meanwhile.await;
        line.let_through.notify_one();
    });
    report
}

fn list() -> String {
    format!("/{ACCOUNT}/message_templates")
}

#[tokio::test]
async fn an_approval_that_is_told_while_a_page_is_on_its_way_stays() {
    let (stage, line) = stage().await;
    let id = stage.created("welcome").await;

    let report = sync_around(&stage, &line, list(), async {
        let now = stage.now().as_second();
        let approved = Sighting::Status(TemplateStatus::Approved, None);
        stage.store(&id, |template| assert!(template.note(approved, now))).await;
    })
    .await;

    assert_eq!(report["unchanged"], 1);
    assert_eq!(stage.get(&id).await.str("/status"), "APPROVED");
}

#[tokio::test]
async fn an_edit_that_ends_while_a_page_is_on_its_way_stays() {
    let (stage, line) = stage().await;
    let id = stage.created_as("welcome", "APPROVED").await;
    let update = json!({"components": {"body": {"text": "Hello {{1}}, these are other words of ours."}}});

    let report = sync_around(&stage, &line, list(), async {
        stage.world.clock.advance(Duration::from_millis(1));
        assert_eq!(stage.update(&id, &update).await.status, 200);
    })
    .await;

    assert_eq!(report["unchanged"], 1);
    let found = stage.get(&id).await;
    assert_eq!(
        (found.str("/status").as_str(), &found.json()["components"]),
        ("PENDING", &update["components"])
    );
}

#[tokio::test]
async fn an_edit_that_begins_before_the_sync_writes_is_left_alone() {
    let (stage, line) = stage().await;
    let id = stage.created("welcome").await;
    stage.meta_says(&id, "APPROVED").await;
    let meta_id = stage.stored(&id).await.meta_template_id.unwrap();
    let begun = Operation::begin(OperationKind::Edit, stage.now());

    let claim = async { stage.store(&id, |template| template.operation = Some(begun)).await };
    sync_around(&stage, &line, format!("/{meta_id}"), claim).await;

    let stored = stage.stored(&id).await;
    assert_eq!((stored.operation, stored.status), (Some(begun), TemplateStatus::Pending));
}

#[tokio::test]
async fn a_template_that_is_made_anew_while_meta_misses_the_old_one_is_not_gone() {
    let (stage, line) = stage().await;
    let id = stage.created("welcome").await;
    let meta_id = stage.stored(&id).await.meta_template_id.unwrap();
    stage.gone_at_meta("welcome").await;

    let anew = async {
        stage.world.clock.advance(Duration::from_millis(1));
        let now = stage.now();
        stage
            .store(&id, |template| {
                template.meta_template_id = Some("777".parse().unwrap());
                template.updated_at = now;
            })
            .await;
    };
    sync_around(&stage, &line, format!("/{meta_id}"), anew).await;

    assert_eq!(stage.get(&id).await.str("/status"), "PENDING");
}
