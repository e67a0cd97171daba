//! Cold start, and what surrounds a function.
//!
//! [`start`] reads the environment and sets up the logs; a [`Deployment`] builds what a function asks for, and
//! nothing else. HTTP functions end in [`serve`], queue and stream workers in [`work`].

mod api;
mod aws;
mod deployment;
mod environment;
pub mod jobs;
mod log;
mod operations;
pub mod parcel;
pub mod queue;
pub mod scheduler;
mod serve;
pub mod stream;

pub use api::Api;
pub use deployment::Deployment;
pub use environment::MissingVariable;
pub use lambda_http::Error;
pub use serve::{serve, work};

/// Sets up the logs and reads where the function is deployed.
pub fn start() -> Deployment {
    log::init();
    Deployment::from_environment()
}
