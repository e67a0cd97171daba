//! Members on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::access::Role;
use switchboard_model::address::EmailAddress;
use switchboard_model::field::{Checks, FieldError, Part, Reason, Refusal, Step};
use switchboard_model::page::Slice;
use switchboard_model::workspace::{Member, member_title};
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::channels::DepartmentNameOut;
use crate::departments::PersonOut;
use crate::id::{self, DEPARTMENT, MEMBER, USER, WORKSPACE};
use crate::{ErrorBody, code};

/// Members of a page where the client does not say.
const LIMIT_DEFAULT: usize = 50;
/// Most members of a page; whoever asks for more gets these.
const LIMIT_MAX: usize = 100;
/// Most people that are added at once.
const MAX_PEOPLE: usize = 100;
/// Most teams of a person to add.
const MAX_TEAMS: usize = 100;

/// Which members are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct MembersIn {
    /// The page, from 1.
    #[param(value_type = Option<u32>, example = 1)]
    page: Option<String>,
    /// Members of a page, 50 where nothing is said and 100 at most.
    #[param(value_type = Option<u32>, example = 50)]
    limit: Option<String>,
    /// Only the members of this department.
    department_id: Option<String>,
}

/// The checked form of [`MembersIn`].
#[derive(Clone, Copy, Debug)]
pub struct Members {
    /// The page, from 1.
    pub page: usize,
    /// Members of a page.
    pub limit: usize,
    /// Only the members of this department; one that names nothing has none.
    pub department_id: Option<Id>,
}

impl Members {
    /// The part of the list that the page is.
    pub fn slice(&self) -> Slice {
        Slice { limit: self.limit, offset: (self.page - 1).saturating_mul(self.limit) }
    }
}

impl TryFrom<MembersIn> for Members {
    type Error = DomainError;

    fn try_from(wire: MembersIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let page = checks.query("page", whole(wire.page.as_deref(), 1, usize::MAX));
        let limit = checks.query("limit", whole(wire.limit.as_deref(), LIMIT_DEFAULT, LIMIT_MAX));
        let (page, limit) = checks.finish(page.zip(limit))?;
        let department = wire.department_id.filter(|text| !text.is_empty());
        let named =
            |text: String| id::parse(DEPARTMENT, &text, DomainError::DepartmentNotFound).unwrap_or(Id::NONE);
        Ok(Self { page, limit, department_id: department.map(named) })
    }
}

/// The whole number that `text` is, moved to between 1 and `max`.
fn whole(text: Option<&str>, default: usize, max: usize) -> Result<usize, Refusal> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(default) };
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new(Reason::WrongType, "Input should be a whole number"));
    }
    // What is too long for a number is larger than any.
    let number = if digits == text { text.parse().unwrap_or(usize::MAX) } else { 0 };
    Ok(number.clamp(1, max))
}

/// A person to add, or several under `members`.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"email": "newuser@example.com", "role": "member", "title": "Software Developer"}))]
#[serde(rename_all = "camelCase")]
pub struct AddMembersIn {
    /// Their address; one without an account is invited.
    #[schema(value_type = String, example = "newuser@example.com")]
    email: Option<String>,
    /// `owner`, `admin`, `member`, which they are where nothing is said, or `guest`.
    #[schema(example = "member")]
    role: Option<String>,
    /// The department that they are to belong to.
    #[schema(example = "dept_01m7sx5wyrjvng11se0qt1cfmx")]
    department_id: Option<String>,
    /// Their job title, up to 100 characters.
    #[schema(example = "Software Developer", max_length = 100)]
    title: Option<String>,
    /// Teams that they are to belong to. There are none yet, so nothing comes of it.
    team_ids: Option<Vec<String>>,
    /// Several people, 1 to 100, in the place of one.
    members: Option<Vec<PersonIn>>,
}

/// One of several people to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonIn {
    /// Their address; one without an account is invited.
    #[schema(example = "newuser@example.com")]
    email: String,
    /// `owner`, `admin`, `member`, which they are where nothing is said, or `guest`.
    #[schema(example = "member")]
    role: Option<String>,
    /// The department that they are to belong to.
    department_id: Option<String>,
    /// Their job title, up to 100 characters.
    title: Option<String>,
    /// Teams that they are to belong to. There are none yet, so nothing comes of it.
    team_ids: Option<Vec<String>>,
}

/// A person to add, checked.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their address.
    pub email: EmailAddress,
    /// What they may do.
    pub role: Role,
    /// Their job title.
    pub title: Option<String>,
    /// The department that they are to belong to; one that names nothing is there as such.
    pub department_id: Option<Id>,
}

/// The checked form of [`AddMembersIn`].
#[derive(Debug)]
pub enum AddMembers {
    /// One person.
    One(Person),
    /// Several.
    Several(Vec<Person>),
}

impl TryFrom<AddMembersIn> for AddMembers {
    type Error = DomainError;

    fn try_from(wire: AddMembersIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let Some(people) = wire.members else {
            let Some(email) = wire.email else {
                let missing = FieldError::body("email", Reason::Missing, "Field required");
                return Err(DomainError::field(missing));
            };
            let (role, title) = (wire.role, wire.title);
            let (department_id, team_ids) = (wire.department_id, wire.team_ids);
            let person = PersonIn { email, role, department_id, title, team_ids }.check(&[], &mut checks);
            let person = checks.finish(person)?;
            if person.department_id == Some(Id::NONE) {
                return Err(DomainError::DepartmentNotFound);
            }
            return Ok(Self::One(person));
        };
        if !(1..=MAX_PEOPLE).contains(&people.len()) {
            let message = format!("List should have 1 to {MAX_PEOPLE} members");
            return Err(DomainError::field(FieldError::body("members", Reason::OutOfRange, message)));
        }
        let checked = people.into_iter().enumerate().map(|(at, person)| {
            person.check(&[Step::Name("members".to_owned()), Step::Index(at)], &mut checks)
        });
        let checked: Vec<_> = checked.collect();
        checks.finish(checked.into_iter().collect::<Option<Vec<_>>>()).map(Self::Several)
    }
}

impl PersonIn {
    /// The person, unless one of their fields, which stand at `place`, is refused.
    fn check(self, place: &[Step], checks: &mut Checks) -> Option<Person> {
        let mut keep = |name: &str, refusal: Refusal| {
            let path = place.iter().cloned().chain([Step::Name(name.to_owned())]).collect();
            let Refusal { reason, message } = refusal;
            checks.push(FieldError { part: Part::Body, path, reason, message });
        };
        let email = self.email.parse().map_err(|refusal| keep("email", refusal)).ok();
        let role = self.role.as_deref().map_or(Ok(Role::Member), role);
        let role = role.map_err(|refusal| keep("role", refusal)).ok();
        let title = self.title.as_deref().map_or(Ok(None), member_title);
        let title = title.map_err(|refusal| keep("title", refusal)).ok();
        if self.team_ids.is_some_and(|teams| teams.len() > MAX_TEAMS) {
            let message = format!("List should have at most {MAX_TEAMS} items");
            keep("teamIds", Refusal::new(Reason::TooLong, message));
        }
        let department_id = self
            .department_id
            .map(|text| id::parse(DEPARTMENT, &text, DomainError::DepartmentNotFound).unwrap_or(Id::NONE));
        let ((email, role), title) = email.zip(role).zip(title)?;
        Some(Person { email, role, title, department_id })
    }
}

/// The role that this dialect spells so.
pub fn role(text: &str) -> Result<Role, Refusal> {
    match text {
        "owner" => Ok(Role::Owner),
        "admin" => Ok(Role::Admin),
        "member" => Ok(Role::Member),
        "guest" => Ok(Role::Guest),
        _ => {
            let message = "Input should be 'owner', 'admin', 'member' or 'guest'";
            Err(Refusal::new(Reason::NotAllowed, message))
        }
    }
}

/// How this dialect spells a role. It knows no agents, who are members to it.
fn spell_role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Admin => "admin",
        Role::Member | Role::Agent => "member",
        Role::Guest => "guest",
    }
}

/// A member of the workspace.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberOut {
    /// The id of the membership.
    #[schema(example = "member_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// The workspace.
    #[schema(example = "workspace_01m7sx5wyrjvng11se0qt1cfmx")]
    pub workspace_id: String,
    /// The person.
    #[schema(example = "user_01m7sx5wyrjvng11se0qt1cfmx")]
    pub user_id: String,
    /// `owner`, `admin`, `member` or `guest`.
    #[schema(example = "admin")]
    pub role: String,
    /// The department that they belong to.
    pub department_id: Option<String>,
    /// Their job title.
    #[schema(example = "Senior Engineer")]
    pub title: Option<String>,
    /// When they were added.
    #[schema(value_type = String, format = DateTime, example = "2025-01-01T12:00:00Z")]
    pub joined_at: Timestamp,
    /// The person.
    pub user: PersonOut,
}

impl MemberOut {
    /// A member who is called `name`.
    pub fn new(member: Member, name: String) -> Self {
        let user = PersonOut::new(member.user_id, name, member.email.as_str().to_owned());
        Self {
            id: id::spell(MEMBER, member.id),
            workspace_id: id::spell(WORKSPACE, member.workspace_id),
            user_id: id::spell(USER, member.user_id),
            role: spell_role(member.role).to_owned(),
            department_id: member.department_id.map(|department| id::spell(DEPARTMENT, department)),
            title: member.title,
            joined_at: member.joined_at,
            user,
        }
    }
}

/// A member in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListedMemberOut {
    /// The id of the membership.
    #[schema(example = "member_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// The workspace.
    #[schema(example = "workspace_01m7sx5wyrjvng11se0qt1cfmx")]
    pub workspace_id: String,
    /// The person.
    #[schema(example = "user_01m7sx5wyrjvng11se0qt1cfmx")]
    pub user_id: String,
    /// `owner`, `admin`, `member` or `guest`.
    #[schema(example = "admin")]
    pub role: String,
    /// The department that they belong to.
    pub department_id: Option<String>,
    /// Their job title.
    #[schema(example = "Senior Engineer")]
    pub title: Option<String>,
    /// When they were added.
    #[schema(value_type = String, format = DateTime, example = "2025-01-01T12:00:00Z")]
    pub joined_at: Timestamp,
    /// The person.
    pub user: ListedPersonOut,
    /// The department that they belong to.
    pub department: Option<DepartmentNameOut>,
}

/// A person in a list of members.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedPersonOut {
    /// The person.
    #[serde(flatten)]
    pub person: PersonOut,
    /// Whether they are there. Nobody is known to be yet.
    #[schema(example = "offline")]
    pub status: &'static str,
}

impl ListedMemberOut {
    /// A member who is called `name`, and the name of their department.
    pub fn new(member: Member, name: String, department: Option<String>) -> Self {
        let department = member.department_id.zip(department);
        let out = MemberOut::new(member, name);
        Self {
            id: out.id,
            workspace_id: out.workspace_id,
            user_id: out.user_id,
            role: out.role,
            department_id: out.department_id,
            title: out.title,
            joined_at: out.joined_at,
            user: ListedPersonOut { person: out.user, status: "offline" },
            department: department.map(|(id, name)| DepartmentNameOut::new(id, name)),
        }
    }
}

/// A page of the members of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembersOut {
    /// The members, those who joined last first.
    pub members: Vec<ListedMemberOut>,
    /// Where the page is.
    pub pagination: PaginationOut,
}

/// Where a page is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaginationOut {
    /// The page, from 1.
    #[schema(example = 1)]
    pub page: usize,
    /// The most items of a page.
    #[schema(example = 50)]
    pub limit: usize,
    /// The number of items in all.
    #[schema(example = 125)]
    pub total: usize,
    /// The number of pages.
    #[schema(example = 3)]
    pub total_pages: usize,
}

impl PaginationOut {
    /// The place of a page in a list of `total` items.
    pub fn new(page: usize, limit: usize, total: usize) -> Self {
        Self { page, limit, total, total_pages: total.div_ceil(limit.max(1)) }
    }
}

/// What came of adding somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AddedOut {
    /// One person was added.
    One(Box<AddedMemberOut>),
    /// Several were to be added.
    Several(AddedMembersOut),
}

/// A member who was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedMemberOut {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// The member.
    pub member: MemberOut,
    /// What lets somebody in who is invited: to be passed on to them. It is shown this once.
    #[serde(rename = "invitationToken", skip_serializing_if = "Option::is_none")]
    #[schema(example = "swi_0m7sx5wyrjvng.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub invitation_token: Option<String>,
}

impl AddedMemberOut {
    /// A member who was added.
    pub fn new(added: Newcomer) -> Self {
        let Newcomer { member, name, invitation_token } = added;
        Self { success: true, member: MemberOut::new(member, name), invitation_token }
    }
}

/// What came of adding several people.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedMembersOut {
    /// Whether all of them were added.
    pub success: bool,
    /// Those who were.
    pub results: Vec<AddedResultOut>,
    /// Why the others were not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<AddedErrorOut>,
    /// How many.
    pub summary: AddedSummaryOut,
}

/// One of several people who was added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedResultOut {
    /// Always `created`.
    #[schema(example = "created")]
    pub action: &'static str,
    /// The member.
    pub member: MemberOut,
    /// What lets somebody in who is invited: to be passed on to them. It is shown this once.
    #[serde(rename = "invitationToken", skip_serializing_if = "Option::is_none")]
    #[schema(example = "swi_0m7sx5wyrjvng.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub invitation_token: Option<String>,
}

/// Why one of several people was not added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedErrorOut {
    /// Their address.
    pub email: String,
    /// What went wrong, in words.
    pub error: String,
    /// What went wrong, for programs.
    #[schema(example = "ALREADY_MEMBER")]
    pub code: String,
}

/// How many people were added.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedSummaryOut {
    /// Those who were to be added.
    pub total: usize,
    /// Those who were.
    pub successful: usize,
    /// The others.
    pub failed: usize,
}

/// A member who was added.
#[derive(Debug)]
pub struct Newcomer {
    /// The member.
    pub member: Member,
    /// What they are called.
    pub name: String,
    /// The token of their invitation, if they are invited.
    pub invitation_token: Option<String>,
}

impl AddedMembersOut {
    /// What came of adding each of several people, by their addresses.
    pub fn new(added: Vec<(EmailAddress, Result<Newcomer, DomainError>)>) -> Self {
        let total = added.len();
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        for (email, outcome) in added {
            match outcome {
                Ok(Newcomer { member, name, invitation_token }) => {
                    let member = MemberOut::new(member, name);
                    results.push(AddedResultOut { action: "created", member, invitation_token });
                }
                Err(error) => {
                    let code = code(&error);
                    let ErrorBody { error, .. } = crate::error::body(&error);
                    errors.push(AddedErrorOut { email: email.as_str().to_owned(), error, code });
                }
            }
        }
        let summary = AddedSummaryOut { total, successful: results.len(), failed: errors.len() };
        Self { success: errors.is_empty(), results, errors, summary }
    }
}
