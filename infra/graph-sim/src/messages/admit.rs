//! Whether a checked message is let in: limits, then what its recipient stands for.

use super::envelope::Outgoing;
use crate::clock;
use crate::failure::{Failure, GraphError};
use crate::magic::Fault;
use crate::state::Store;

const SERVICE_WINDOW_MS: u64 = 86_400_000;

/// Lets the message in, with the fault that it is to meet afterwards, or refuses it.
pub fn admit(store: &mut Store, outgoing: &Outgoing) -> Result<Option<Fault>, Failure> {
    let (number, now) = (outgoing.number.id.as_str(), store.limits.now());
    if !store.limits.take_throughput(number, &store.config, now) {
        return Err(GraphError::of(130_429).with_details("The number's throughput is used up").into());
    }
    let fault = store.fault_for(number, &outgoing.to);
    match fault {
        Some(Fault::Refuse(code)) => return Err(GraphError::of(code).into()),
        Some(Fault::Behave(behaviour)) => behaviour.refusal().map_or(Ok(()), Err)?,
        Some(Fault::FailLater(_)) | None => {}
    }
    if let Some(limit) = store.config.pair_limit
        && !store.limits.take_pair(number, &outgoing.to, limit, now)
    {
        return Err(GraphError::of(131_056).with_details("Too many messages to this recipient").into());
    }
    if store.config.service_window && outgoing.kind != "template" && !window_is_open(store, outgoing) {
        return Err(GraphError::of(131_047).into());
    }
    Ok(fault)
}

fn window_is_open(store: &Store, outgoing: &Outgoing) -> bool {
    let key = (outgoing.number.id.clone(), outgoing.to.clone());
    store.last_inbound.get(&key).is_some_and(|at| clock::now_ms() < at + SERVICE_WINDOW_MS)
}
