//! `GET /api/v1/members`

use switchboard_dialect_workspace::members::{
    ListedMemberOut, Members, MembersIn, MembersOut, PaginationOut,
};
use switchboard_dialect_workspace::{ErrorBody, Failure, Found, HeldQuery, Presented};
use switchboard_model::api_token::ReadMembers;
use switchboard_service::team::{ListedMember, MemberQuery};

use crate::State;

/// List members
///
/// The members of the workspace, those who joined last first. A department that there is not has no members. Needs
/// `read:members`.
#[utoipa::path(
    get,
    path = "/api/v1/members",
    tag = "Members",
    params(MembersIn),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of the members", body = MembersOut),
        (status = 401, description = "The API token is not good", body = ErrorBody),
        (status = 403, description = "The API token lacks the permission `read:members`", body = ErrorBody),
        (status = 400, description = "A page or a limit is no number", body = ErrorBody),
        (status = 429, description = "The rate limit of the API token is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn list_members(
    state: State,
    presented: Presented<ReadMembers>,
    query: HeldQuery<MembersIn>,
) -> Result<Found<MembersOut>, Failure> {
    let (asked, place) = match query.checked::<Members>() {
        Ok(asked) => {
            let query = MemberQuery { slice: asked.slice(), department_id: asked.department_id };
            (Ok(query), (asked.page, asked.limit))
        }
        Err(refusal) => (Err(refusal), (1, 1)),
    };
    let page = state.members(&presented.permit, asked).await?;
    let pagination = PaginationOut::new(place.0, place.1, page.total);
    let members = page.items.into_iter().map(|listed| {
        let name = listed.name();
        let ListedMember { member, department, .. } = listed;
        ListedMemberOut::new(member, name, department)
    });
    Ok(Found::new(MembersOut { members: members.collect(), pagination }))
}
