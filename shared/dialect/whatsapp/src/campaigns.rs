//! Campaigns on the wire.

mod answer;
mod audience;
mod preview;
mod recipients;
mod results;
mod variables;

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use switchboard_model::campaign::schedule::ScheduleRefusal;
use switchboard_model::campaign::{CampaignChange, CampaignStatus, NewCampaign, Schedule, campaign_name};
use switchboard_model::field::{Checks, FieldError, Reason, Refusal, one_of};
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::page::Filter;

pub use answer::{CampaignOut, HaltOut, ListedCampaign};
pub use audience::{AudienceIn, AudienceOut};
pub use preview::PreviewOut;
pub use recipients::{RecipientFilter, RecipientOut, RecipientPageOut};
pub use results::{RESULTS_PAGE, Results, ResultsPage, ResultsQuery};
pub use variables::{LocationOut, VariableIn, VariableOut};

/// A campaign to make.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"workspace_id": "019b76da-a800-7000-8000-000000000000", "phone_number_id": "019b76da-a800-7000-8000-000000000000", "name": "Summer Sale 2024", "audience": {"tags": ["vip"]}}))]
pub struct CreateCampaignIn {
    /// The workspace.
    workspace_id: WireId,
    /// The number that it is sent from.
    phone_number_id: WireId,
    /// The template; it must be there when the campaign is started.
    template_id: Option<WireId>,
    /// What to call it, 1 to 200 characters.
    #[schema(example = "Summer Sale 2024")]
    name: String,
    /// Whom it tells; by default every contact that opted in.
    audience: Option<AudienceIn>,
    /// What stands in the template's placeholders, by name: `1` or `body.1`, `header.1`, `button.0.1`.
    #[schema(value_type = Option<BTreeMap<String, VariableIn>>)]
    variables: Option<BTreeMap<String, Value>>,
    /// When to start it: RFC 3339, or a local time with `timezone`.
    #[schema(example = "2026-01-31T09:00:00Z")]
    scheduled_at: Option<String>,
    /// IANA name of the time zone that `scheduled_at` is in.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
}

impl TryFrom<CreateCampaignIn> for NewCampaign {
    type Error = DomainError;

    fn try_from(wire: CreateCampaignIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", campaign_name(&wire.name));
        let audience = audience::checked(&mut checks, wire.audience.unwrap_or_default());
        let variables = variables::checked(&mut checks, wire.variables.unwrap_or_default());
        let schedule = schedule(&mut checks, wire.scheduled_at.as_deref(), wire.timezone.as_deref());
        let checked = name.zip(audience).zip(variables).zip(schedule);
        let (((name, audience), variables), schedule) = checks.finish(checked)?;
        Ok(Self {
            workspace_id: wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?,
            phone_number_id: wire.phone_number_id.resolve(DomainError::PhoneNumberNotFound)?,
            template_id: wire.template_id.map(|id| id.resolve(DomainError::TemplateNotFound)).transpose()?,
            name,
            audience,
            variables,
            schedule,
        })
    }
}

/// What to change of a campaign; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct UpdateCampaignIn {
    /// Another name, 1 to 200 characters.
    #[schema(example = "Updated Campaign Name")]
    name: Option<String>,
    /// `scheduled`. Other states are reached by `…/start`, `…/pause` and `…/cancel`.
    #[schema(example = "scheduled")]
    status: Option<String>,
    /// Another number to send from.
    phone_number_id: Option<WireId>,
    /// Another template; null is none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<WireId>)]
    template_id: Option<Option<WireId>>,
    /// Another audience.
    audience: Option<AudienceIn>,
    /// Other variables in the place of all.
    #[schema(value_type = Option<BTreeMap<String, VariableIn>>)]
    variables: Option<BTreeMap<String, Value>>,
    /// When to start it; null is only when somebody says so.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, example = "2026-01-31T09:00:00Z")]
    scheduled_at: Option<Option<String>>,
    /// IANA name of the time zone that `scheduled_at` is in.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
}

/// A value that is there, null or not.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl TryFrom<UpdateCampaignIn> for CampaignChange {
    type Error = DomainError;

    fn try_from(wire: UpdateCampaignIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", wire.name.as_deref().map(campaign_name).transpose());
        let to_scheduled = checks.body("status", wire.status.as_deref().map_or(Ok(false), to_scheduled));
        let audience = match wire.audience {
            Some(audience) => audience::checked(&mut checks, audience).map(Some),
            None => Some(None),
        };
        let variables = match wire.variables {
            Some(variables) => variables::checked(&mut checks, variables).map(Some),
            None => Some(None),
        };
        let schedule = match &wire.scheduled_at {
            Some(at) => schedule(&mut checks, at.as_deref(), wire.timezone.as_deref()).map(Some),
            None => schedule(&mut checks, None, wire.timezone.as_deref()).map(|_| None),
        };
        let checked = name.zip(to_scheduled).zip(audience).zip(variables).zip(schedule);
        let ((((name, to_scheduled), audience), variables), schedule) = checks.finish(checked)?;
        let phone_number_id =
            wire.phone_number_id.map(|id| id.resolve(DomainError::PhoneNumberNotFound)).transpose()?;
        let template_id = match wire.template_id {
            Some(Some(id)) => Some(Some(id.resolve(DomainError::TemplateNotFound)?)),
            Some(None) => Some(None),
            None => None,
        };
        Ok(Self { name, phone_number_id, template_id, audience, variables, schedule, to_scheduled })
    }
}

fn to_scheduled(status: &str) -> Result<bool, Refusal> {
    if status == CampaignStatus::Scheduled.to_string() {
        return Ok(true);
    }
    let message = "Input should be 'scheduled'. Use POST /api/campaigns/{campaign_id}/start, /pause or /cancel to \
                   change the status otherwise";
    Err(Refusal::new(Reason::NotAllowed, message))
}

fn schedule(checks: &mut Checks, at: Option<&str>, time_zone: Option<&str>) -> Option<Option<Schedule>> {
    let Some(at) = at else {
        if time_zone.is_some() {
            checks.push(FieldError::body("scheduled_at", Reason::Missing, "Field required"));
            return None;
        }
        return Some(None);
    };
    match Schedule::parse(at, time_zone) {
        Ok(schedule) => Some(Some(schedule)),
        Err(ScheduleRefusal::At(refusal)) => checks.body("scheduled_at", Err(refusal)),
        Err(ScheduleRefusal::TimeZone(refusal)) => checks.body("timezone", Err(refusal)),
    }
}

/// Which campaigns to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CampaignFilter {
    /// Only those with this status.
    #[param(example = "sending")]
    status: Option<String>,
}

impl Filter for CampaignFilter {
    type Checked = Option<CampaignStatus>;

    fn check(self, checks: &mut Checks) -> Option<Self::Checked> {
        checks.query("status", self.status.as_deref().map(one_of).transpose())
    }
}

/// Which recipients to send to again.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RetryQuery {
    /// `failed`: those whom the campaign failed to tell.
    #[param(value_type = Option<String>, default = "failed")]
    scope: Option<String>,
}

impl RetryQuery {
    /// Refuses another scope than `failed`.
    pub fn check(&self) -> Result<(), DomainError> {
        match self.scope.as_deref() {
            None | Some("failed") => Ok(()),
            Some(_) => {
                let refusal = Refusal::new(Reason::NotAllowed, "Input should be 'failed'");
                Err(DomainError::field(refusal.of_query("scope")))
            }
        }
    }
}

/// The id of a campaign in the path.
pub fn campaign_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("campaign_id", text, DomainError::CampaignNotFound)
}
