//! Requests of incoming webhooks on the wire.

mod headers;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_http::parse_json;
use switchboard_model::access::Role;
use switchboard_model::channel::{ChannelKind, channel_name, description};
use switchboard_model::channel_message::content::content;
use switchboard_model::department::department_name;
use switchboard_model::field::{Checks, FieldError, Reason, Step, one_of};
use switchboard_model::incoming_webhook::{Asked, IncomingAction, Task};
use switchboard_model::{DomainError, Id};
use utoipa::ToSchema;

use crate::id::{self, CHANNEL, DEPARTMENT, MEMBER, MESSAGE};
use crate::members::role;
use crate::messages::channel;

pub use headers::Headers;

/// Stands in front of the way to a field of `data`.
const DATA: &str = "data";

/// The action, and what it is to do, which is not read before it is known that the action is allowed.
#[derive(Deserialize)]
struct Envelope {
    action: String,
    data: Option<Box<RawValue>>,
}

/// What a service asks for: one of these, which its `action` names.
#[derive(ToSchema)]
#[serde(tag = "action", content = "data", rename_all = "snake_case")]
pub enum IncomingIn {
    /// `send_message`
    #[schema(title = "send_message")]
    SendMessage(SendMessageDataIn),
    /// `create_channel`
    #[schema(title = "create_channel")]
    CreateChannel(CreateChannelDataIn),
    /// `create_department`
    #[schema(title = "create_department")]
    CreateDepartment(CreateDepartmentDataIn),
    /// `add_member`
    #[schema(title = "add_member")]
    AddMember(AddMemberDataIn),
}

/// A message to send.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SendMessageDataIn {
    /// The channel, by its id or by its exact name; the webhook's own where none is named.
    #[schema(example = "channel_01m7sx5wyrjvng11se0qt1cfmx")]
    channel_id: Option<String>,
    /// What it says, 1 to 10,000 characters; Markdown.
    #[schema(
        example = "Deployment to production completed successfully!",
        min_length = 1,
        max_length = 10_000
    )]
    content: String,
}

/// A channel to make.
#[derive(Deserialize, ToSchema)]
pub struct CreateChannelDataIn {
    /// What it is to be called, 1 to 100 characters.
    #[schema(example = "incident-2025-01", min_length = 1, max_length = 100)]
    name: String,
    /// What it is for, up to 500 characters.
    #[schema(example = "January 2025 incident response", max_length = 500)]
    description: Option<String>,
    /// `public`, which it is where nothing is said, or `private`.
    #[serde(rename = "type")]
    #[schema(example = "private")]
    kind: Option<String>,
}

/// A department to make.
#[derive(Deserialize, ToSchema)]
pub struct CreateDepartmentDataIn {
    /// What it is to be called, 1 to 100 characters.
    #[schema(example = "Customer Success", min_length = 1, max_length = 100)]
    name: String,
    /// What it is for, up to 500 characters.
    #[schema(example = "Customer success team", max_length = 500)]
    description: Option<String>,
}

/// A person to add.
#[derive(Deserialize, ToSchema)]
pub struct AddMemberDataIn {
    /// Their address; one without an account is invited.
    #[schema(example = "contractor@example.com")]
    email: String,
    /// `member`, which they are where nothing is said, or `guest`. A webhook can't make an `admin` or an `owner`.
    #[schema(example = "guest")]
    role: Option<String>,
}

/// What the body of a request asks for.
pub fn asked(body: &[u8]) -> Result<Asked, DomainError> {
    let wire: Envelope = parse_json(body)?;
    let mut checks = Checks::default();
    let action = checks.body("action", one_of::<IncomingAction>(&wire.action));
    let action = checks.finish(action)?;
    Ok(Asked { action, task: task(action, wire.data.as_deref()) })
}

fn task(action: IncomingAction, data: Option<&RawValue>) -> Result<Task, DomainError> {
    match action {
        IncomingAction::SendMessage => read::<SendMessageDataIn>(data),
        IncomingAction::CreateChannel => read::<CreateChannelDataIn>(data),
        IncomingAction::CreateDepartment => read::<CreateDepartmentDataIn>(data),
        IncomingAction::AddMember => read::<AddMemberDataIn>(data),
    }
}

/// What `data` says, with the way to it in front of whatever is wrong.
fn read<T>(data: Option<&RawValue>) -> Result<Task, DomainError>
where
    T: DeserializeOwned,
    Task: TryFrom<T, Error = DomainError>,
{
    let Some(data) = data else {
        return Err(DomainError::field(FieldError::body(DATA, Reason::Missing, "Field required")));
    };
    parse_json::<T>(data.get().as_bytes()).and_then(Task::try_from).map_err(|error| match error {
        DomainError::Invalid { mut fields } => {
            for field in &mut fields {
                field.path.insert(0, Step::Name(DATA.to_owned()));
            }
            DomainError::Invalid { fields }
        }
        error => error,
    })
}

impl TryFrom<SendMessageDataIn> for Task {
    type Error = DomainError;

    fn try_from(wire: SendMessageDataIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let named = checks.body("channelId", wire.channel_id.as_deref().map(channel).transpose());
        let text = checks.body("content", content(&wire.content));
        let (channel, content) = checks.finish(named.zip(text))?;
        Ok(Self::SendMessage { channel, content })
    }
}

impl TryFrom<CreateChannelDataIn> for Task {
    type Error = DomainError;

    fn try_from(wire: CreateChannelDataIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", channel_name(&wire.name));
        let about = checks.body("description", wire.description.as_deref().map_or(Ok(None), description));
        let kind = checks.body("type", wire.kind.as_deref().map_or(Ok(ChannelKind::default()), one_of));
        let ((name, description), kind) = checks.finish(name.zip(about).zip(kind))?;
        Ok(Self::CreateChannel { name, description, kind })
    }
}

impl TryFrom<CreateDepartmentDataIn> for Task {
    type Error = DomainError;

    fn try_from(wire: CreateDepartmentDataIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", department_name(&wire.name));
        let about = checks.body("description", wire.description.as_deref().map_or(Ok(None), description));
        let (name, description) = checks.finish(name.zip(about))?;
        Ok(Self::CreateDepartment { name, description })
    }
}

impl TryFrom<AddMemberDataIn> for Task {
    type Error = DomainError;

    fn try_from(wire: AddMemberDataIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let email = checks.body("email", wire.email.parse());
        let role = checks.body("role", wire.role.as_deref().map_or(Ok(Role::Member), role));
        let (email, role) = checks.finish(email.zip(role))?;
        Ok(Self::AddMember { email, role })
    }
}

/// What came of a request.
#[derive(Debug, Serialize, ToSchema)]
pub struct IncomingOut {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// What was done.
    #[schema(example = "send_message")]
    pub action: String,
    /// What it made.
    pub result: IncomingResultOut,
}

/// What a request made: the one of these that its action makes.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IncomingResultOut {
    /// The message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "msg_01m7sx5wyrjvng11se0qt1cfmx")]
    pub message_id: Option<String>,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// The department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department_id: Option<String>,
    /// The membership.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_id: Option<String>,
}

impl IncomingOut {
    /// The answer to a request that made `resource_id`.
    pub fn new(action: IncomingAction, resource_id: Id) -> Self {
        let spelled = |prefix| Some(id::spell(prefix, resource_id));
        let mut result = IncomingResultOut::default();
        match action {
            IncomingAction::SendMessage => result.message_id = spelled(MESSAGE),
            IncomingAction::CreateChannel => result.channel_id = spelled(CHANNEL),
            IncomingAction::CreateDepartment => result.department_id = spelled(DEPARTMENT),
            IncomingAction::AddMember => result.member_id = spelled(MEMBER),
        }
        Self { success: true, action: action.to_string(), result }
    }
}
