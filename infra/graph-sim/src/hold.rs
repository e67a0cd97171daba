//! Holding back the answer to an accepted message, so that a test can stop the sender between acceptance and
//! its own record.

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::clock;
use crate::state::Accepted;

/// Which send to hold. What is absent matches all.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Armed {
    phone_number_id: Option<String>,
    to: Option<String>,
    /// Whether the statuses wait for the release too.
    #[serde(default)]
    pub hold_webhooks: bool,
}

impl Armed {
    fn matches(&self, message: &Accepted) -> bool {
        let plain =
            |to: &String| to.chars().filter(|character| !"+-() ".contains(*character)).collect::<String>();
        let same_number =
            self.phone_number_id.as_ref().is_none_or(|number| *number == message.phone_number_id);
        same_number && self.to.as_ref().is_none_or(|to| plain(to) == message.to)
    }
}

/// How a held answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Not yet.
    Waiting,
    /// The answer is given.
    Answer,
    /// The connection is closed without an answer.
    Lose,
}

/// A send whose answer is held.
#[derive(Debug, Serialize)]
pub struct Held {
    wamid: String,
    phone_number_id: String,
    to: String,
    callback_data: Option<String>,
    since: u64,
    hold_webhooks: bool,
    #[serde(skip)]
    release: watch::Sender<Release>,
}

/// What the handler and the statuses of a held message wait on.
#[derive(Clone, Debug)]
pub struct Gate {
    released: watch::Receiver<Release>,
    /// Whether statuses wait too.
    pub hold_webhooks: bool,
}

impl Gate {
    /// Waits for the release. A reset answers.
    pub async fn wait(mut self) -> Release {
        match self.released.wait_for(|release| *release != Release::Waiting).await {
            Ok(release) => *release,
            Err(_) => Release::Answer,
        }
    }
}

/// Armed and held, in order.
#[derive(Debug, Default, Serialize)]
pub struct Holds {
    armed: Vec<Armed>,
    held: Vec<Held>,
}

impl Holds {
    /// Arms a hold for one send.
    pub fn arm(&mut self, hold: Armed) {
        self.armed.push(hold);
    }

    /// Holds the message if a hold is armed for it.
    pub fn claim(&mut self, message: &Accepted) -> Option<Gate> {
        let position = self.armed.iter().position(|armed| armed.matches(message))?;
        let hold_webhooks = self.armed.remove(position).hold_webhooks;
        let (release, released) = watch::channel(Release::Waiting);
        self.held.push(Held {
            wamid: message.wamid.clone(),
            phone_number_id: message.phone_number_id.clone(),
            to: message.to.clone(),
            callback_data: message.callback_data.clone(),
            since: clock::now_ms(),
            hold_webhooks,
            release,
        });
        Some(Gate { released, hold_webhooks })
    }

    /// Releases one held message or all, and disarms what is armed if all; returns how many were released.
    pub fn release(&mut self, wamid: Option<&str>, how: Release) -> usize {
        let chosen = |held: &Held| wamid.is_none_or(|wamid| wamid == held.wamid);
        let (released, kept): (Vec<_>, Vec<_>) = self.held.drain(..).partition(chosen);
        self.held = kept;
        if wamid.is_none() {
            self.armed.clear();
        }
        for held in &released {
            held.release.send_replace(how);
        }
        released.len()
    }
}
