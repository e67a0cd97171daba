//! `GET /api/workspaces`

use switchboard_dialect_whatsapp::workspaces::ListedWorkspaceOut;
use switchboard_dialect_whatsapp::{Allowed, ErrorBody, Failure, Found};
use switchboard_model::access::SignedIn;

use crate::State;

/// List your workspaces
///
/// An API key gets its own workspace.
#[utoipa::path(
    get,
    path = "/api/workspaces",
    operation_id = "list_workspaces",
    tag = "Workspaces",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The workspaces that the caller is a member of", body = [ListedWorkspaceOut]),
        (status = 401, description = "The token is not good", body = ErrorBody),
    )
)]
pub(crate) async fn list(
    state: State,
    allowed: Allowed<SignedIn>,
) -> Result<Found<Vec<ListedWorkspaceOut>>, Failure> {
    let workspaces = state.service.list(&allowed.permit).await?;
    Ok(Found::new(workspaces.into_iter().map(ListedWorkspaceOut::from).collect()))
}
