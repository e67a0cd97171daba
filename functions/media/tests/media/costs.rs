//! What requests cost.

use insta::assert_snapshot;

use crate::support::{Files, MP4, PNG};

#[tokio::test]
async fn requests_cost_what_the_documentation_says() {
    let files = Files::new().await;
    // Warm: the key of access tokens is fetched.
    files.list("").await;
    let uploaded = files.upload("photo.png", PNG).await;
    let id = uploaded.str("/id");
    let announced = files.announce(&files.announcement("film.mp4", "video/mp4", MP4)).await;
    files.put(&announced.str("/id"), MP4).await;
    let completed = files.complete(&announced.str("/id")).await;
    let (got, listed) = (files.get(&format!("/{id}")).await, files.list("").await);
    let (address, deleted) = (files.get(&format!("/{id}/url")).await, files.delete(&id).await);
    let lines = [
        ("upload", uploaded),
        ("announce", announced),
        ("complete", completed),
        ("get", got),
        ("list", listed),
        ("url", address),
        ("delete", deleted),
    ];
    let lines = lines.map(|(name, answer)| format!("{name}: {}", answer.cost()));
    assert_snapshot!(lines.join("\n"), @"
    upload: 4 calls, 3 round trips, 0 read units, 9 write units
    announce: 3 calls, 2 round trips, 0 read units, 2 write units
    complete: 8 calls, 6 round trips, 2 read units, 9 write units
    get: 3 calls, 2 round trips, 1 read units, 1 write units
    list: 4 calls, 1 round trips, 2 read units, 1 write units
    url: 3 calls, 2 round trips, 1 read units, 1 write units
    delete: 4 calls, 3 round trips, 1 read units, 9 write units
    ");
}
