//! What the failure of a message tells of its customer's wishes.

use switchboard_graph::Disposition;
use switchboard_model::Id;
use switchboard_model::contact::ConsentSource;
use switchboard_model::conversation::Customer;
use switchboard_model::message::{Report, ReportKind};
use switchboard_store::StoreError;

use crate::{Contacts, Resources};

/// Opts a customer out to whom a message failed because they stopped marketing messages in WhatsApp. May be repeated.
pub(crate) async fn heed(
    resources: &Resources,
    workspace_id: Id,
    customer: &Customer,
    report: &Report,
) -> Result<(), StoreError> {
    let ReportKind::Failed(failure) = &report.kind else { return Ok(()) };
    if Disposition::of_code(failure.code) != Some(Disposition::OptedOut) {
        return Ok(());
    }
    let source = ConsentSource::Meta;
    Contacts::set_consent(resources, workspace_id, customer, false, source, report.at).await.map(drop)
}
