//! `GET /api/v1/departments`

use switchboard_dialect_workspace::departments::{DepartmentsOut, ListedDepartmentOut, PersonOut};
use switchboard_dialect_workspace::{ErrorBody, Failure, Found, Presented};
use switchboard_model::api_token::ReadDepartments;
use switchboard_service::team::ListedDepartment;

use crate::State;

/// List departments
///
/// All departments of the workspace, the newest first. Needs `read:departments`.
#[utoipa::path(
    get,
    path = "/api/v1/departments",
    tag = "Departments",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The departments", body = DepartmentsOut),
        (status = 401, description = "The API token is not good", body = ErrorBody),
        (status = 403, description = "The API token lacks the permission `read:departments`", body = ErrorBody),
        (status = 429, description = "The rate limit of the API token is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list_departments(
    state: State,
    presented: Presented<ReadDepartments>,
) -> Result<Found<DepartmentsOut>, Failure> {
    let departments = state.departments(&presented.permit).await?.into_iter();
    let departments = departments.map(|ListedDepartment { department, manager, parent }| {
        let manager = manager.map(|manager| PersonOut::new(manager.user_id, manager.name, manager.email));
        ListedDepartmentOut::new(department, manager, parent)
    });
    Ok(Found::new(DepartmentsOut { departments: departments.collect() }))
}
