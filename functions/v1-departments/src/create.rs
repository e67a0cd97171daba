//! `POST /api/v1/departments`

use switchboard_dialect_workspace::departments::{
    CreateDepartment, CreateDepartmentIn, CreatedDepartmentOut, DepartmentOut, PersonOut,
};
use switchboard_dialect_workspace::{Created, ErrorBody, Failure, HeldJson, Presented};
use switchboard_model::api_token::WriteDepartments;
use switchboard_service::team::NewDepartment;

use crate::State;

/// Create a department
///
/// Departments are a tree of up to 32 levels. Needs `write:departments`.
#[utoipa::path(
    post,
    path = "/api/v1/departments",
    tag = "Departments",
    request_body = CreateDepartmentIn,
    security(("bearer" = [])),
    responses(
        (status = 201, description = "The department", body = CreatedDepartmentOut),
        (status = 401, description = "The API token is not good", body = ErrorBody),
        (status = 403, description = "The API token lacks the permission `write:departments`", body = ErrorBody),
        (status = 400, description = "A field is refused", body = ErrorBody),
        (status = 404, description = "No such parent department, or the manager is no member", body = ErrorBody),
        (status = 409, description = "The workspace has as many departments as it may", body = ErrorBody),
        (status = 429, description = "The rate limit of the API token is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn create_department(
    state: State,
    presented: Presented<WriteDepartments>,
    body: HeldJson<CreateDepartmentIn>,
) -> Result<Created<CreatedDepartmentOut>, Failure> {
    let asked = body.checked().map(|new: CreateDepartment| NewDepartment {
        name: new.name,
        description: new.description,
        manager_id: new.manager_id,
        parent_id: new.parent_id,
    });
    let (department, manager) = state.create_department(&presented.permit, asked).await?;
    let manager = manager.map(|manager| PersonOut::new(manager.user_id, manager.name, manager.email));
    let department = DepartmentOut::new(department, manager);
    Ok(Created::new(CreatedDepartmentOut { success: true, department }))
}
