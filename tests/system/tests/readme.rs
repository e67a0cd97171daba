//! The tour of README.md, as a reader runs it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use system_tests::{Stack, beside_others, eventually_within};

const README: &str = include_str!("../../../README.md");
/// Where README.md says that the API is.
const ADDRESS: &str = "http://localhost:8000";

/// What stands around the commands. Nothing is waited for but what refuses: a template is approved a little later than
/// it is made. So what the commands show is not looked at, but only that each of them is answered.
const BEFORE: &str = r#"
set -euo pipefail
sleep() { :; }
curl() {
  for _ in $(seq 60); do
    command curl --fail --max-time 30 "$@" && return
    command sleep 1
  done
  echo "refused: $*" >&2
  return 1
}
"#;
const AFTER: &str = r#"
printf '%s\n' "$TOKEN" "$MESSAGE" "$CAMPAIGN" > made
"#;

/// The commands of the tour, in their order.
fn tour() -> String {
    let (_, tour) = README.split_once("\n## Tour\n").unwrap();
    let tour = tour.split("\n## ").next().unwrap();
    let blocks = tour.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.collect()
}

/// Runs the tour against `stack` in a directory of its own; the token, and the ids of the last message and the campaign.
fn run(stack: &Stack) -> [String; 3] {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tour");
    fs::create_dir_all(directory.join(".local")).unwrap();
    fs::write(directory.join(".local/stack.json"), Stack::description()).unwrap();
    let commands = tour();
    assert!(commands.contains(ADDRESS), "the tour names another address");
    let script = [BEFORE, &commands.replace(ADDRESS, stack.api_url()), AFTER].concat();

    let output = Command::new("bash").args(["-c", &script]).current_dir(&directory).output().unwrap();

    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}\n{}", told(&output.stdout), told(&output.stderr));
    let made = fs::read_to_string(directory.join("made")).unwrap();
    let made: Vec<String> = made.lines().map(str::to_owned).collect();
    made.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_of_the_readme_works_as_shown() {
    let _turn = beside_others().await;
    let stack = Stack::running();

    let ran = tokio::task::spawn_blocking({
        let stack = stack.clone();
        move || run(&stack)
    });
    let [token, message, campaign] = ran.await.unwrap();

    let api = stack.api().with(&token);
    let within = Duration::from_mins(2);
    let status = eventually_within(within, "the failure of a message", || async {
        let status = api.get(&format!("/api/messages/{message}/status")).await.body;
        (status["status"] == "failed").then_some(status)
    });
    assert_eq!(status.await["error"]["code"], 131_026);
    let campaign = eventually_within(within, "the end of a campaign", || async {
        let campaign = api.get(&format!("/api/campaigns/{campaign}")).await.body;
        (campaign["read_count"] == 3).then_some(campaign)
    });
    assert_eq!(campaign.await["total_contacts"], 3);
}
