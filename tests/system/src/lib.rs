//! What whole-system tests work with: the deployed stack, seen from outside.
//!
//! `cargo xtask test` deploys the template, runs it on free ports and says in `SWITCHBOARD_TEST_STACK` where it is
//! described.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that can't reach the stack must fail"
)]

mod aws;
mod business;
mod campaign;
mod deliveries;
mod faults;
mod http;
mod import;
mod neighbours;
mod program;
mod receiver;
mod simulator;
mod stack;
mod tenant;
mod turn;
mod wait;
mod worker;

pub use aws::Aws;
pub use business::{Business, key_of};
pub use campaign::{CampaignReport, TestCampaign};
pub use deliveries::{DeliveryReport, deliver};
pub use faults::Faults;
pub use http::{Answer, Api};
pub use import::{ContactFile, Course, FileKind, ImportReport, TestImport};
pub use neighbours::{Latencies, Neighbours, measure_neighbours};
pub use program::Program;
pub use receiver::{Manner, Receipt, Receiver};
pub use simulator::Simulator;
pub use stack::Stack;
pub use tenant::{Hook, Tenant};
pub use turn::{alone, beside_others};
pub use wait::{eventually, eventually_within};
pub use worker::{Kills, kill, kill_at_random};
