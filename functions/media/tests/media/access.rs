//! Who may do what.

use switchboard_model::access::Role;
use switchboard_model::workspace::WorkspaceStatus;
use switchboard_testkit::{Answer, Call};

use crate::support::{Files, MP4, PNG, form, nobodys, statuses, together};

/// Every operation on one file; the last deletes it.
fn operations(id: &str) -> [Call; 5] {
    let path = format!("/api/media/{id}");
    [
        Call::get(path.clone()),
        Call::get(format!("{path}/download")),
        Call::get(format!("{path}/url")),
        Call::post(format!("{path}/complete")),
        Call::delete(path),
    ]
}

async fn all(files: &Files, id: &str, bearer: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for call in operations(id) {
        answers.push(call.bearer(bearer).to(&files.router).await);
    }
    answers
}

/// Every operation on a workspace.
async fn beginnings(files: &Files, bearer: &str) -> Vec<Answer> {
    let workspace_id = files.workspace_id();
    let calls = [
        form(&workspace_id, Some("photo.png"), PNG),
        Call::post("/api/media/uploads").json(&files.announcement("film.mp4", "video/mp4", MP4)),
        Call::get(format!("/api/media?workspace_id={workspace_id}")),
    ];
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.bearer(bearer).to(&files.router).await);
    }
    answers
}

#[tokio::test]
async fn every_member_and_the_api_key_may_do_all() {
    let files = Files::new().await;
    let mut bearers = vec![files.business.api_key.clone()];
    for role in [Role::Owner, Role::Admin, Role::Member, Role::Agent] {
        let person = files.business.add(&files.world, &format!("{role}@acme.example"), role).await;
        bearers.push(person.token);
    }
    for bearer in bearers {
        let id = files.uploaded("photo.png", PNG).await;
        assert_eq!(statuses(&all(&files, &id, &bearer).await), [200, 307, 200, 200, 204]);
        assert_eq!(statuses(&beginnings(&files, &bearer).await), [201, 201, 200]);
    }
}

#[tokio::test]
async fn to_a_stranger_a_file_is_as_one_that_does_not_exist() {
    let files = Files::new().await;
    let id = files.uploaded("photo.png", PNG).await;
    let announced = files.announced("film.mp4", "video/mp4", MP4).await;
    let stranger = files.business.another(&files.world).await;

    for bearer in [&stranger.owner.token, &stranger.api_key] {
        let answers = all(&files, &id, bearer).await;
        assert_eq!(together(&answers), together(&all(&files, &nobodys(), bearer).await));
        assert_eq!(together(&answers), together(&all(&files, &announced, bearer).await));
        assert_eq!(statuses(&answers), [404; 5]);
        assert_eq!(answers[0].str("/detail"), "Media not found");
        assert_eq!(statuses(&beginnings(&files, bearer).await), [404; 3]);
    }
    assert_eq!(files.get(&format!("/{id}")).await.status, 200);
}

#[tokio::test]
async fn bad_credentials_are_told_as_such() {
    let files = Files::new().await;
    let id = files.uploaded("photo.png", PNG).await;
    assert_eq!(statuses(&all(&files, &id, "nonsense").await), [401; 5]);
    assert_eq!(statuses(&beginnings(&files, "nonsense").await), [401; 3]);
}

#[tokio::test]
async fn in_a_suspended_workspace_files_can_only_be_read() {
    let files = Files::new().await;
    let id = files.uploaded("photo.png", PNG).await;
    let mut workspace = files.business.workspace.clone();
    workspace.status = WorkspaceStatus::Suspended;
    workspace.version += 1;
    files.world.store().update_workspace(&workspace).await.unwrap();

    let token = files.business.owner.token.clone();

    assert_eq!(statuses(&all(&files, &id, &token).await), [200, 307, 200, 403, 403]);
    assert_eq!(statuses(&beginnings(&files, &token).await), [403, 403, 200]);
}

#[tokio::test]
async fn malformed_ids_are_refused_by_place() {
    let files = Files::new().await;
    let answers = all(&files, "media-uuid", &files.business.owner.token).await;
    assert_eq!(statuses(&answers), [422; 5]);
    assert_eq!(answers[0].json()["detail"][0]["loc"], serde_json::json!(["path", "media_id"]));
}
