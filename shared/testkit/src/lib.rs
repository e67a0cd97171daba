//! What tests share: tables of their own on the local DynamoDB, a fixed clock, repeatable ids, and calls of a
//! router that read well. Only tests depend on this, so it may panic.
#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

mod business;
mod call;
mod campaign;
mod copies;
mod cost;
mod graph;
mod local_aws;
mod schema;
mod talk;
mod turnstile;
mod world;

pub use business::{Business, Person, seal_number_token, sign_in, sign_in_by};
pub use call::{Answer, Call, refusals};
pub use campaign::{create_contacts, create_template, draft_campaign, with_account};
pub use copies::{Item, copied};
pub use cost::{cost, metered};
pub use graph::GraphSimulator;
pub use local_aws::{LocalAws, LocalBucket, LocalQueue, LocalTimers};
pub use schema::Schema;
pub use talk::queue;
pub use turnstile::Turnstile;
pub use world::World;
