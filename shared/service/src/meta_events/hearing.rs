//! What a customer's message tells besides what it says: who they are, and whether they want messages.

use switchboard_graph::webhook::InboundMessage;
use switchboard_model::contact::ConsentSource;
use switchboard_model::conversation::Customer;
use switchboard_model::keyword::{self, Keyword};
use switchboard_model::messaging::MessagingSettings;
use switchboard_model::{Id, Timestamp};
use switchboard_store::StoreError;

use super::MetaEvents;
use crate::Contacts;

/// The type of what WhatsApp itself says of a customer.
const SYSTEM: &str = "system";

impl MetaEvents {
    /// Takes note of a customer who wrote. May be repeated, and in any order: older news changes nothing.
    pub(super) async fn hear(
        &self,
        workspace_id: Id,
        customer: &Customer,
        inbound: &InboundMessage,
    ) -> Result<(), StoreError> {
        if inbound.kind == SYSTEM {
            return self.hear_of_change(workspace_id, customer, inbound).await;
        }
        let (name, user_id) = (inbound.profile_name.as_deref(), inbound.user_id.as_ref());
        let user_id = user_id.filter(|user_id| *user_id != customer);
        let (met, asked) = futures::join!(
            Contacts::meet(&self.resources, workspace_id, customer, name, user_id),
            self.asked(workspace_id, inbound),
        );
        met?;
        let Some((keyword, source)) = asked? else { return Ok(()) };
        let opted_in = keyword == Keyword::OptIn;
        let at = inbound.at.unwrap_or_else(|| self.resources.now());
        let changed =
            Contacts::set_consent(&self.resources, workspace_id, customer, opted_in, source, at).await?;
        tracing::info!(%keyword, %source, changed, "a customer said whether they want messages");
        Ok(())
    }

    /// What a message asks for that is one of the workspace's words, and nothing else.
    async fn asked(
        &self,
        workspace_id: Id,
        inbound: &InboundMessage,
    ) -> Result<Option<(Keyword, ConsentSource)>, StoreError> {
        let (said, source) = said(inbound);
        if !said.iter().any(|words| keyword::normalised(words).is_some()) {
            return Ok(None);
        }
        let access = self.resources.store.access(workspace_id, None, None).await?;
        let Some(workspace) = access.workspace else { return Ok(None) };
        let settings = MessagingSettings::of(&workspace.settings);
        let asked: Vec<_> = said.iter().filter_map(|words| settings.keyword(words)).collect();
        let keyword = asked.iter().find(|keyword| **keyword == Keyword::OptOut).or_else(|| asked.first());
        Ok(keyword.map(|keyword| (*keyword, source)))
    }

    /// WhatsApp says that a customer has another number or business-scoped id.
    async fn hear_of_change(
        &self,
        workspace_id: Id,
        customer: &Customer,
        inbound: &InboundMessage,
    ) -> Result<(), StoreError> {
        let system = &inbound.raw["system"];
        let named = |name: &str| system[name].as_str().and_then(Customer::from_whatsapp);
        let current = match system["type"].as_str() {
            Some("user_changed_number") => named("wa_id").or_else(|| named("user_id")),
            Some("user_changed_user_id") => named("user_id"),
            _ => None,
        };
        match current {
            Some(current) => self.follow(workspace_id, customer, &current).await,
            None => Ok(()),
        }
    }

    /// A customer is known by another number or id from now on. A business-scoped id beside a number is noted at the
    /// number; otherwise what is known of the customer is known of the new number or id, too.
    pub(super) async fn follow(
        &self,
        workspace_id: Id,
        previous: &Customer,
        current: &Customer,
    ) -> Result<(), StoreError> {
        let resources = &self.resources;
        if previous == current {
            return Ok(());
        }
        if current.is_scoped_id() && !previous.is_scoped_id() {
            return Contacts::meet(resources, workspace_id, previous, None, Some(current)).await;
        }
        let known = resources.store.contact_of_customer(workspace_id, previous).await?;
        let Some(known) = known.filter(|contact| contact.deleted_at.is_none()) else { return Ok(()) };
        Contacts::meet(resources, workspace_id, current, known.name.as_deref(), None).await?;
        let Some(consent) = known.consent else { return Ok(()) };
        let at = Timestamp::from_millisecond(consent.at).unwrap_or_else(|_| resources.now());
        let (opted_in, source) = (known.opted_in, consent.source);
        Contacts::set_consent(resources, workspace_id, current, opted_in, source, at).await.map(drop)
    }
}

/// What a customer wrote, or what the button that they tapped says and sends back.
fn said(inbound: &InboundMessage) -> (Vec<&str>, ConsentSource) {
    let (paths, source): (&[&str], _) = match inbound.kind.as_str() {
        "text" => (&["/text/body"], ConsentSource::Keyword),
        "button" => (&["/button/payload", "/button/text"], ConsentSource::Button),
        "interactive" => {
            (&["/interactive/button_reply/id", "/interactive/button_reply/title"], ConsentSource::Button)
        }
        _ => (&[], ConsentSource::Keyword),
    };
    let said = paths.iter().filter_map(|path| inbound.raw.pointer(path)?.as_str());
    (said.collect(), source)
}
