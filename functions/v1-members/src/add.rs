//! `POST /api/v1/members`

use switchboard_dialect_workspace::members::{
    AddMembers, AddMembersIn, AddedMemberOut, AddedMembersOut, AddedOut, Newcomer, Person,
};
use switchboard_dialect_workspace::{Created, ErrorBody, Failure, HeldJson, Presented};
use switchboard_model::api_token::WriteMembers;
use switchboard_service::team::{NewMember, name_of};
use switchboard_service::workspaces::Joined;

use crate::State;

/// Add a member
///
/// Somebody without an account is invited, and comes in by `invitationToken`. With `members`, an array of 1 to 100 people, several are added one after
/// the other; what is wrong with one does not keep the others out. A token that was made by an ADMIN can't add an
/// owner. Needs `write:members`.
#[utoipa::path(
    post,
    path = "/api/v1/members",
    tag = "Members",
    request_body = AddMembersIn,
    security(("bearer" = [])),
    responses(
        (status = 201, description = "The member, or what came of adding several people", body = AddedOut),
        (status = 401, description = "The API token is not good", body = ErrorBody),
        (status = 403, description = "The API token lacks the permission `write:members`", body = ErrorBody),
        (status = 400, description = "A field is refused", body = ErrorBody),
        (status = 404, description = "No such department", body = ErrorBody),
        (status = 409, description = "The person is a member already, or the workspace is full", body = ErrorBody),
        (status = 429, description = "The rate limit of the API token is exceeded", body = ErrorBody),
    )
)]
pub(crate) async fn add_member(
    state: State,
    presented: Presented<WriteMembers>,
    body: HeldJson<AddMembersIn>,
) -> Result<Created<AddedOut>, Failure> {
    let asked = match body.checked() {
        Ok(AddMembers::Several(people)) => {
            let people = people.into_iter().map(new_member).collect();
            let added = state.add_members(&presented.permit, Ok(people)).await?.into_iter();
            let added = added.map(|added| (added.email, added.outcome.map(newcomer)));
            return Ok(Created::new(AddedOut::Several(AddedMembersOut::new(added.collect()))));
        }
        Ok(AddMembers::One(person)) => Ok(new_member(person)),
        Err(refusal) => Err(refusal),
    };
    let joined = state.add_member(&presented.permit, asked).await?;
    Ok(Created::new(AddedOut::One(Box::new(AddedMemberOut::new(newcomer(joined))))))
}

fn new_member(person: Person) -> NewMember {
    let Person { email, role, title, department_id } = person;
    NewMember { email, role, title, department_id }
}

fn newcomer(joined: Joined) -> Newcomer {
    let Joined { member, user, invitation } = joined;
    let invitation_token = invitation.map(|token| token.expose().to_owned());
    Newcomer { member, name: name_of(&user), invitation_token }
}
