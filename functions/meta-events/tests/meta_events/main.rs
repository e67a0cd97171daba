//! From the queue of Meta's events into the store.

mod accounts;
mod costs;
mod inbound;
mod orphans;
mod stage;
mod statuses;
mod worker;
