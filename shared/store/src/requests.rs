//! Requests of a workspace: pattern R1.

use jiff::Timestamp;
use switchboard_model::Id;
use switchboard_model::plan::Usage;

use crate::expression::{Change, number};
use crate::sign_ins::count_of;
use crate::{Store, StoreError, keys};

const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
const THIS_DAY: &str = "d";

impl Store {
    /// R1: adds `change` to the requests of the hour and the day that `now` is in, and answers with how many
    /// there are then. One update counts both windows.
    pub async fn count_requests(
        &self,
        workspace_id: Id,
        change: i64,
        now: Timestamp,
    ) -> Result<Usage, StoreError> {
        let now = now.as_second();
        let day = now.div_euclid(DAY);
        let this_hour = format!("h{:02}", now.rem_euclid(DAY) / HOUR);
        let update = Change::default()
            .add(THIS_DAY, change)
            .add(&this_hour, change)
            .set("ttl", number((day + 2) * DAY));
        let item = self.update(&keys::request_window(workspace_id, day), update).await?;
        let count = |name: &str| u32::try_from(count_of(&item, name)).unwrap_or(0);
        Ok(Usage { this_hour: count(&this_hour), this_day: count(THIS_DAY) })
    }
}
