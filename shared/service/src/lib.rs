//! Use cases, shared by all dialects.
//!
//! Each aggregate has a module with a service of its own. A use case authorises, applies a rule and stores;
//! the same one serves every dialect, so none can drift from the others. Nothing here knows HTTP.

pub mod accounts;
pub mod gate;
mod password;
mod resources;
mod token;

pub use accounts::Accounts;
pub use gate::Gate;
pub use resources::Resources;
