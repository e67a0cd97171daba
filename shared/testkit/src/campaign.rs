//! What campaigns are made of.

use std::collections::BTreeMap;

use switchboard_model::campaign::{Audience, Campaign, CampaignStatus, Plan, Variables};
use switchboard_model::contact::Contact;
use switchboard_model::conversation::Customer;
use switchboard_model::phone_number::QualityRating;
use switchboard_model::template::{Body, Category, Components, News, Template, TemplateStatus, TemplateText};
use switchboard_store::ContactWrite;

use crate::{Business, World};

/// Meta's id of the business account that [`with_account`] gives.
const ACCOUNT: &str = "102290129340398";

/// Gives the business's number an account, which templates belong to.
///
/// # Panics
/// Where the store refuses.
pub async fn with_account(world: &World, business: &mut Business) {
    business.number.business_id = Some(ACCOUNT.parse().expect("an id of Meta's"));
    business.number.version += 1;
    world.store().update_phone_number(&business.number).await.expect("a number can be changed");
}

/// Makes an approved template of the business's account with this body.
///
/// # Panics
/// Where the store refuses.
pub async fn create_template(world: &World, business: &Business, name: &str, body: &str) -> Template {
    let now = world.resources.now();
    let body = TemplateText { text: body.to_owned(), samples: Vec::new() };
    let template = Template {
        id: world.resources.ids.next_id(),
        workspace_id: business.workspace.id,
        phone_number_id: business.number.id,
        business_id: ACCOUNT.parse().expect("an id of Meta's"),
        name: name.to_owned(),
        language: "en_US".to_owned(),
        category: Category::Marketing,
        status: TemplateStatus::Approved,
        components: Components { body: Some(Body::Text(body)), ..Components::default() },
        meta_template_id: None,
        rejection_reason: None,
        quality: QualityRating::Unknown,
        operation: None,
        edits: Vec::new(),
        news: News::default(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    };
    world.store().create_template(&template).await.expect("a template can be made");
    template
}

/// Makes contacts with numbers from +49151000000 on, each with a name and the attribute `city`; the first `opted_in` of
/// them opted in.
///
/// # Panics
/// Where the store refuses.
pub async fn create_contacts(
    world: &World,
    business: &Business,
    count: u32,
    opted_in: u32,
    tags: &[&str],
) -> Vec<Contact> {
    let now = world.resources.now();
    let contact = |number: u32| {
        let customer = Customer::from_whatsapp(&format!("{}", 49_151_000_000_u64 + u64::from(number)));
        let id = world.resources.ids.next_id();
        let new = Contact::new(id, business.workspace.id, customer.expect("a customer"), now);
        Contact {
            name: Some(format!("Contact {number}")),
            opted_in: number < opted_in,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            attributes: BTreeMap::from([("city".to_owned(), "Berlin".to_owned())]),
            ..new
        }
    };
    let contacts: Vec<_> = (0..count).map(contact).collect();
    let writes: Vec<_> = contacts.iter().map(|contact| ContactWrite::new(None, contact.clone())).collect();
    world.store().write_contacts_in_turn(&writes).await.expect("contacts can be made");
    contacts
}

/// A campaign that is not stored yet.
pub fn draft_campaign(world: &World, business: &Business) -> Campaign {
    let now = world.resources.now();
    Campaign {
        id: world.resources.ids.next_id(),
        workspace_id: business.workspace.id,
        phone_number_id: business.number.id,
        template_id: None,
        name: "Summer Sale 2024".to_owned(),
        status: CampaignStatus::Draft,
        pause: None,
        failure: None,
        audience: Audience::default(),
        variables: Variables::new(),
        schedule: None,
        timer: 0,
        run: 0,
        turn: 0,
        plan: Plan::default(),
        retry: None,
        created_by: Some(business.owner.user_id),
        created_at: now,
        updated_at: now,
        started_at: None,
        ended_at: None,
        deleted_at: None,
        version: 1,
    }
}
