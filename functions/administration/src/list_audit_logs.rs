//! `GET /api/workspaces/{workspace_id}/audit-logs`

use switchboard_dialect_whatsapp::audit_logs::{AuditEntryOut, AuditLogsIn, AuditLogsOut, ListAuditLogs};
use switchboard_dialect_whatsapp::{
    Allowed, ErrorBody, Failure, Found, Path, Query, ValidationErrorBody, WireId,
};
use switchboard_model::access::ManageWorkspace;

use crate::{State, workspace_id};

/// List what was done in a workspace
///
/// The newest first. A page can be short, or empty, where the filters let little through: there is more as long as
/// `next_cursor` says where. Needs OWNER or ADMIN.
#[utoipa::path(
    get,
    path = "/api/workspaces/{workspace_id}/audit-logs",
    tag = "Audit Log",
    params(("workspace_id" = WireId, Path, description = "Workspace ID"), AuditLogsIn),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A part of the audit log", body = AuditLogsOut),
        (status = 401, description = "The token is not good", body = ErrorBody),
        (status = 403, description = "OWNER or ADMIN role required", body = ErrorBody),
        (status = 404, description = "Workspace not found", body = ErrorBody),
        (status = 422, description = "Validation error", body = ValidationErrorBody),
        (status = 429, description = "The plan's limit of requests is reached", body = ErrorBody),
    )
)]
pub(crate) async fn list_audit_logs(
    state: State,
    allowed: Allowed<ManageWorkspace>,
    path: Path<String>,
    query: Query<AuditLogsIn>,
) -> Result<Found<AuditLogsOut>, Failure> {
    let id = workspace_id(&path.value)?;
    let ListAuditLogs { filter, after, limit } = query.value.try_into()?;
    let page = state.service.audit_logs.list(&allowed.permit, id, &filter, after.as_deref(), limit).await?;
    let data = page.entries.into_iter().map(AuditEntryOut::from).collect();
    Ok(Found::new(AuditLogsOut { data, next_cursor: page.next }))
}
