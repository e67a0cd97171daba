//! Requests that come by incoming webhooks.

use std::sync::Arc;

use serde_json::json;
use switchboard_model::channel::ChannelRef;
use switchboard_model::channel_message::MessageKind;
use switchboard_model::field::{FieldError, Part, Reason, Step};
use switchboard_model::incoming_webhook::{
    Asked, IncomingAction, IncomingStatus, IncomingWebhook, RequestName, Signature, Task, body_digest,
    is_recent,
};
use switchboard_model::workspace::WorkspaceStatus;
use switchboard_model::{DomainError, Id};
use switchboard_store::{CarriedOut, RequestClaim, Surroundings, Wanted};
use switchboard_vault::Sealer;

use super::keyring::Keyrings;
use crate::team::{Acting, NewChannel, NewDepartment, NewMember, NewMessage};
use crate::{Resources, Team};

/// Takes the requests of incoming webhooks.
#[derive(Clone, Debug)]
pub struct Receiver {
    resources: Resources,
    sealer: Sealer,
    team: Team,
    keyrings: Arc<Keyrings>,
}

/// A request as it came.
#[derive(Debug)]
pub struct Received<'a> {
    /// The webhook that it names.
    pub webhook_id: Id,
    /// How it is signed, if it is.
    pub signature: Option<Signature>,
    /// When it was sent, if that is told.
    pub sent_at: Option<String>,
    /// What its sender calls it: a key, a delivery, both or nothing.
    pub names: Vec<RequestName>,
    /// Its body, exactly as it came.
    pub body: &'a [u8],
    /// What the body says.
    pub asked: Result<Asked, DomainError>,
}

/// A request that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// What was done.
    pub action: IncomingAction,
    /// What it made: message, channel, department or membership.
    pub resource_id: Id,
}

impl Receiver {
    /// A receiver for the webhooks of these tables, whose secrets `sealer` opens.
    pub fn new(resources: Resources, sealer: Sealer) -> Self {
        let team = Team::new(resources.clone());
        Self { resources, sealer, team, keyrings: Arc::default() }
    }

    /// Carries a request out. Refuses in this order: no such webhook, wrong signature, too many requests, unreadable,
    /// not allowed, wrong data. A request with names is carried out once under each: the note of it is written by the
    /// transaction that carries it out, so whoever comes second, or after somebody who died, finds both or neither.
    pub async fn receive(&self, request: Received<'_>) -> Result<Done, DomainError> {
        let webhook = self.webhook(&request).await?;
        let Received { names, asked, body, .. } = request;
        let channel = asked.as_ref().ok().and_then(|asked| channel(asked, &webhook));
        let (acting, found, known) = self.enter(&webhook, channel, &names).await?;
        let asked = asked?;
        let digest = body_digest(body);
        if let Some(known) = &known {
            return repeated(known, &digest, asked.action);
        }
        if !webhook.actions.contains(&asked.action) {
            return Err(DomainError::ActionNotAllowed { action: asked.action });
        }
        let (action, task) = (asked.action, asked.task?);
        let now = self.resources.now();
        let (webhook_id, claimed) = (webhook.id, names.clone());
        let claim = RequestClaim { webhook_id, names: claimed, digest: digest.clone(), at: now };
        match perform(&self.team.claiming(claim), &acting, &found, task).await {
            Ok(resource_id) => Ok(Done { action, resource_id }),
            Err(DomainError::DeliveryRepeated) => {
                let known = self.resources.store.carried_out(webhook_id, &names, now).await?;
                repeated(&known.ok_or(DomainError::Contested)?, &digest, action)
            }
            Err(error) => Err(error),
        }
    }

    /// The webhook that the request names, if it is active and signed the request not long ago.
    async fn webhook(&self, request: &Received<'_>) -> Result<IncomingWebhook, DomainError> {
        let found = self.resources.store.incoming_webhook(request.webhook_id).await?;
        let webhook = found.filter(|webhook| webhook.status == IncomingStatus::Active);
        let webhook = webhook.ok_or(DomainError::WebhookNotFound)?;
        let signature = request.signature.as_ref().ok_or(DomainError::SignatureInvalid)?;
        let now = self.resources.now();
        let keyring = self.keyrings.of(&self.sealer, &webhook).await?;
        let secrets: Vec<&str> = keyring.good_at(now.as_millisecond()).collect();
        if !signature.is_right(&secrets, request.body) {
            return Err(DomainError::SignatureInvalid);
        }
        if request.sent_at.as_ref().is_some_and(|text| !is_recent(text, now)) {
            return Err(DomainError::SignatureStale);
        }
        Ok(webhook)
    }

    /// Lets a webhook that signed its request into its workspace: counts the use, and reads beside that the
    /// workspace, the channel and whether the request was carried out before.
    async fn enter(
        &self,
        webhook: &IncomingWebhook,
        channel: Option<ChannelRef>,
        names: &[RequestName],
    ) -> Result<(Acting, Surroundings, Option<CarriedOut>), DomainError> {
        let (store, now) = (&self.resources.store, self.resources.now());
        let wanted = Wanted { channel, ..Wanted::default() };
        let (usage, mut found, known) = futures::try_join!(
            store.use_incoming_webhook(webhook.id, now),
            store.surroundings(webhook.workspace_id, &wanted),
            store.carried_out(webhook.id, names, now),
        )?;
        let workspace = found.workspace.take().ok_or(DomainError::WebhookNotFound)?;
        let meter = switchboard_meter::current();
        meter.note_workspace(workspace.id);
        let (within, limit) = webhook.judge(&usage, now);
        meter.note_limit(limit);
        if !within {
            return Err(DomainError::RateLimited { limit });
        }
        if workspace.status == WorkspaceStatus::Suspended {
            return Err(DomainError::WorkspaceInactive);
        }
        Ok((Acting::webhook(workspace, webhook.id, webhook.name.clone()), found, known))
    }
}

/// The channel that a message is for: the one that is named, else the webhook's own.
fn channel(asked: &Asked, webhook: &IncomingWebhook) -> Option<ChannelRef> {
    match &asked.task {
        Ok(Task::SendMessage { channel, .. }) => channel.clone().or(webhook.channel_id.map(ChannelRef::Id)),
        _ => None,
    }
}

/// What comes of a request whose name was used before.
fn repeated(known: &CarriedOut, digest: &str, action: IncomingAction) -> Result<Done, DomainError> {
    match known.name {
        RequestName::Delivery(_) => Err(DomainError::DeliveryRepeated),
        RequestName::IdempotencyKey(_) if known.digest != digest => Err(DomainError::IdempotencyKeyReused),
        RequestName::IdempotencyKey(_) => Ok(Done { action, resource_id: known.resource_id }),
    }
}

async fn perform(team: &Team, acting: &Acting, found: &Surroundings, task: Task) -> Result<Id, DomainError> {
    let made = match task {
        Task::SendMessage { channel, content } => send(team, acting, found, channel, content).await,
        Task::CreateChannel { name, description, kind } => {
            let new = NewChannel { name, description, kind, department_id: None };
            team.create_channel_by(acting, new).await.map(|channel| channel.id)
        }
        Task::CreateDepartment { name, description } => {
            let new = NewDepartment { name, description, manager_id: None, parent_id: None };
            team.create_department_by(acting, new, None).await.map(|department| department.id)
        }
        Task::AddMember { email, role } => {
            let new = NewMember { email, role, title: None, department_id: None };
            team.add_member_by(acting, &new).await.map(|joined| joined.member.id)
        }
    };
    // The workspace was deleted in this moment, and the webhook with it.
    made.map_err(|error| match error {
        DomainError::CredentialsInvalid => DomainError::WebhookNotFound,
        error => error,
    })
}

async fn send(
    team: &Team,
    acting: &Acting,
    found: &Surroundings,
    channel: Option<ChannelRef>,
    content: String,
) -> Result<Id, DomainError> {
    let channel_id = match (found.channel_id, &channel) {
        (Some(id), _) => id,
        (None, Some(_)) => return Err(DomainError::ChannelNotFound),
        (None, None) => {
            let path = ["data", "channelId"].map(|name| Step::Name(name.to_owned())).into();
            let message = "Field required: the webhook has no channel of its own".to_owned();
            return Err(DomainError::field(FieldError {
                part: Part::Body,
                path,
                reason: Reason::Missing,
                message,
            }));
        }
    };
    let new = NewMessage {
        channel: ChannelRef::Id(channel_id),
        content,
        kind: MessageKind::Integration,
        metadata: json!({}),
        attachments: Vec::new(),
        interaction: None,
    };
    team.send_message_by(acting, channel_id, new).await.map(|message| message.id)
}
