//! `POST /api/workspaces`

use switchboard_dialect_whatsapp::workspaces::{CreateWorkspaceIn, WorkspaceOut};
use switchboard_dialect_whatsapp::{Allowed, Created, ErrorBody, Failure, Json, ValidationErrorBody};
use switchboard_model::access::SignedIn;
use switchboard_service::workspaces::NewWorkspace;

use crate::State;

/// Create a workspace
///
/// The caller becomes its OWNER. Its slug is made of the name, with a number behind it where that is taken.
#[utoipa::path(
    post,
    path = "/api/workspaces",
    operation_id = "create_workspace",
    tag = "Workspaces",
    request_body = CreateWorkspaceIn,
    security(("bearer" = [])),
    responses(
        (status = 201, description = "The workspace", body = WorkspaceOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "An API key can't make a workspace", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
    )
)]
pub(crate) async fn create(
    state: State,
    allowed: Allowed<SignedIn>,
    body: Json<CreateWorkspaceIn>,
) -> Result<Created<WorkspaceOut>, Failure> {
    let (name, plan) = body.value.try_into()?;
    let created = state.service.create(&allowed.permit, &NewWorkspace { name, plan }).await?;
    Ok(Created::new(WorkspaceOut::from((created.workspace, created.secrets))))
}
