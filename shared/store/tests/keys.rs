//! Every key, pinned: a key that changes loses what was stored under it.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use switchboard_model::address::PhoneAddress;
use switchboard_model::campaign::CampaignStatus;
use switchboard_model::contact::import::RowStatus;
use switchboard_model::conversation::{Conversation, ConversationKey, Customer, LastMessage};
use switchboard_model::media::MediaKind;
use switchboard_model::message::Direction;
use switchboard_model::phone_number::MetaId;
use switchboard_model::{Id, Timestamp};
use switchboard_store::keys::{self, Key, Range};

/// The digest of nothing, as an example of one.
const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn id(bits: u64) -> Id {
    Id::from_bits(bits).unwrap()
}

fn inbox_conversation(key: ConversationKey) -> Conversation {
    let at = Timestamp::from_second(1_767_225_600).unwrap();
    Conversation {
        id: id(21),
        workspace_id: id(1),
        key,
        business_number: "+1234567890".to_owned(),
        profile_name: None,
        last_inbound: None,
        last_message: LastMessage {
            message_id: id(4),
            direction: Direction::Inbound,
            kind: "text".to_owned(),
            text: None,
            at,
        },
        unread: 0,
        receipted: None,
        assignee: None,
        created_at: at,
        version: 1,
    }
}

fn line(name: &str, key: &Key) -> String {
    format!("{name}: {:?} {} | {}", key.table, key.pk, key.sk)
}

fn run(name: &str, range: &Range) -> String {
    format!("{name}: {:?} {} | {}…", range.table, range.pk, range.sk_prefix)
}

#[test]
fn keys_of_main_stay_as_they_are() {
    let (workspace, user, number) = (id(1), id(2), id(3));
    let (campaign, sending) = (id(6), CampaignStatus::Sending);
    let (meta, account): (MetaId, MetaId) = ("1234567890".parse().unwrap(), "9876543210".parse().unwrap());
    let keys = [
        line("user", &keys::user(user)),
        line("email", &keys::email(&"Ada#1@Example.com".parse().unwrap())),
        line("workspace", &keys::workspace(workspace)),
        line("tally", &keys::tally(workspace)),
        line("slug", &keys::slug("my-company")),
        line("api_key", &keys::api_key(DIGEST)),
        line("member", &keys::member(workspace, user)),
        run("members", &keys::members(workspace)),
        line("membership", &keys::membership(user, workspace)),
        run("memberships", &keys::memberships(user)),
        line("phone_number", &keys::phone_number(number)),
        line("workspace_phone_number", &keys::workspace_phone_number(workspace, number)),
        run("workspace_phone_numbers", &keys::workspace_phone_numbers(workspace)),
        line("meta_number", &keys::meta_number(&meta)),
        line("account_phone_number", &keys::account_phone_number(&account, number)),
        run("account_phone_numbers", &keys::account_phone_numbers(&account)),
        line("template", &keys::template(workspace, &account, "welcome", "en_US")),
        run("templates_named", &keys::templates_named(workspace, "welcome", "en_US")),
        line("template_pointer", &keys::template_pointer(id(8))),
        line("deleted_template", &keys::deleted_template(id(8))),
        line("listed_template", &keys::listed_template(workspace, id(8))),
        run("listed_templates", &keys::listed_templates(workspace)),
        line("meta_template", &keys::meta_template(&meta, workspace)),
        run("meta_templates", &keys::meta_templates(&meta)),
        line("template_synced_account", &keys::template_synced_account(workspace, &account)),
        run("template_synced_accounts", &keys::template_synced_accounts()),
        line("template_sync_round", &keys::template_sync_round()),
        line("recipient_count", &keys::recipient_count(id(6), 7)),
        run("recipient_counts", &keys::recipient_counts(id(6))),
        line("dispatch", &keys::dispatch(id(6))),
        line("campaign", &keys::campaign(campaign)),
        line("listed_campaign", &keys::listed_campaign(workspace, campaign)),
        run("listed_campaigns", &keys::listed_campaigns(workspace)),
        line("listed_campaign_of_status", &keys::listed_campaign_of_status(workspace, sending, campaign)),
        run("listed_campaigns_of_status", &keys::listed_campaigns_of_status(workspace, sending)),
        line("campaign_tally", &keys::campaign_tally(workspace)),
    ];
    insta::assert_snapshot!(keys.join("\n"), @"
    user: Main USER#0000000000002 | USER
    email: Main EMAIL#ada#1@example.com | EMAIL
    workspace: Main WORKSPACE#0000000000001 | WORKSPACE
    tally: Main WORKSPACE#0000000000001 | TALLY
    slug: Main SLUG#my-company | SLUG
    api_key: Main APIKEY#e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | APIKEY
    member: Main WORKSPACE#0000000000001 | MEMBER#0000000000002
    members: Main WORKSPACE#0000000000001 | MEMBER#…
    membership: Main USER#0000000000002 | MEMBER#0000000000001
    memberships: Main USER#0000000000002 | MEMBER#…
    phone_number: Main PHONE#0000000000003 | PHONE
    workspace_phone_number: Main WORKSPACE#0000000000001 | PHONE#0000000000003
    workspace_phone_numbers: Main WORKSPACE#0000000000001 | PHONE#…
    meta_number: Main META#1234567890 | META
    account_phone_number: Main WABA#9876543210 | PHONE#0000000000003
    account_phone_numbers: Main WABA#9876543210 | PHONE#…
    template: Main TEMPLATES#0000000000001 | NAME#welcome#en_US#9876543210
    templates_named: Main TEMPLATES#0000000000001 | NAME#welcome#en_US#…
    template_pointer: Main TEMPLATE#0000000000008 | TEMPLATE
    deleted_template: Main TEMPLATE#0000000000008 | DELETED
    listed_template: Main TEMPLATES#0000000000001 | LIST#0000000000008
    listed_templates: Main TEMPLATES#0000000000001 | LIST#…
    meta_template: Main METATEMPLATE#1234567890 | 0000000000001
    meta_templates: Main METATEMPLATE#1234567890 | …
    template_synced_account: Main TEMPLATESYNC | 0000000000001#9876543210
    template_synced_accounts: Main TEMPLATESYNC | …
    template_sync_round: Ephemeral TEMPLATESYNC | ROUND
    recipient_count: Main CAMPAIGN#0000000000006 | COUNT#07
    recipient_counts: Main CAMPAIGN#0000000000006 | COUNT#…
    dispatch: Main CAMPAIGN#0000000000006 | DISPATCH
    campaign: Main CAMPAIGN#0000000000006 | CAMPAIGN
    listed_campaign: Main CAMPAIGNS#0000000000001 | ALL#0000000000006
    listed_campaigns: Main CAMPAIGNS#0000000000001 | ALL#…
    listed_campaign_of_status: Main CAMPAIGNS#0000000000001 | sending#0000000000006
    listed_campaigns_of_status: Main CAMPAIGNS#0000000000001 | sending#…
    campaign_tally: Main CAMPAIGNS#0000000000001 | TALLY
    ");
}

#[test]
fn keys_of_messages_stay_as_they_are() {
    let (number, message) = (id(3), id(4));
    let customer = Customer::at(&"+15550001111".parse::<PhoneAddress>().unwrap());
    let conversation = ConversationKey { phone_number_id: number, customer };
    let keys = [
        line("message", &keys::message(&conversation, message)),
        line("message_pointer", &keys::message_pointer(message)),
        run("messages", &keys::messages(&conversation)),
        line("conversation", &keys::conversation(&conversation)),
        line("conversation_pointer", &keys::conversation_pointer(id(21))),
        line("inbox_entry", &keys::inbox_entry(&inbox_conversation(conversation.clone()))),
        run("inbox", &keys::inbox(id(1), 3)),
        line("inbox_tally", &keys::inbox_tally(id(1), id(21))),
        run("inbox_tallies", &keys::inbox_tallies(id(1))),
        line("wa_message", &keys::wa_message("wamid.HBgLMTU1NTAwMDExMTEVAgARGBI=")),
        line("wa_message that holds a separator", &keys::wa_message("wamid#1")),
        line("wa_message that is long", &keys::wa_message(&"x".repeat(257))),
        line("parked_message", &keys::parked_message(number, message)),
        run("parked_messages", &keys::parked_messages(number)),
        line("account_event", &keys::account_event("9876543210", "account_update", b"")),
        line("account_event of nobody", &keys::account_event("", "", b"")),
        line("recipient", &keys::recipient(id(6), &conversation.customer)),
        run("recipients", &keys::recipients(id(6), 4)),
    ];
    insta::assert_snapshot!(keys.join("\n"), @"
    message: Messages CONVERSATION#0000000000003#15550001111 | 0000000000004
    message_pointer: Messages MESSAGE#0000000000004 | MESSAGE
    messages: Messages CONVERSATION#0000000000003#15550001111 | …
    conversation: Messages THREAD#0000000000003#15550001111 | THREAD
    conversation_pointer: Messages THREADID#000000000000N | THREADID
    inbox_entry: Messages INBOX#0000000000001#1 | 1767225600000#000000000000N
    inbox: Messages INBOX#0000000000001#3 | …
    inbox_tally: Messages INBOX#0000000000001 | TALLY#05
    inbox_tallies: Messages INBOX#0000000000001 | TALLY#…
    wa_message: Messages WAMID#wamid.HBgLMTU1NTAwMDExMTEVAgARGBI= | WAMID
    wa_message that holds a separator: Messages WAMID#~82263ad16a3fb1a3de360d1ad21c8fa71790776d91c6090876c696362e8ae380 | WAMID
    wa_message that is long: Messages WAMID#~15eb95a462ee20bd91a415ae2d4aed341288186ddaa2b37908f7d592f0c3f85f | WAMID
    parked_message: Messages PARKED#0000000000003 | 0000000000004
    parked_messages: Messages PARKED#0000000000003 | …
    account_event: Messages EVENTS#9876543210 | account_update#e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    account_event of nobody: Messages EVENTS#~e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | ~e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855#e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    recipient: Messages LEDGER#0000000000006#04 | 15550001111
    recipients: Messages LEDGER#0000000000006#04 | …
    ");
}

#[test]
fn keys_of_contacts_stay_as_they_are() {
    use switchboard_store::keys::ContactList;
    let (workspace, contact) = (id(1), id(6));
    let customer = Customer::at(&"+15550001111".parse::<PhoneAddress>().unwrap());
    let hidden = Customer::from_whatsapp("US.13491208655302741918").unwrap();
    let (all, tagged) = (ContactList::All, ContactList::Tagged("a#b".to_owned()));
    let keys = [
        line("contact", &keys::contact(workspace, &customer)),
        line("contact without a number", &keys::contact(workspace, &hidden)),
        run("contacts", &keys::contacts(workspace, "1555")),
        line("contact_pointer", &keys::contact_pointer(contact)),
        line("contact_alias", &keys::contact_alias(workspace, &hidden)),
        line("contact_alias of a number", &keys::contact_alias(workspace, &customer)),
        line("listed_contact", &keys::listed_contact(workspace, &all, true, contact)),
        line("listed_contact of a tag", &keys::listed_contact(workspace, &tagged, false, contact)),
        run("listed_contacts", &keys::listed_contacts(workspace, &all, false)),
        line("contact_count", &keys::contact_count(workspace, &all, keys::contact_shard(&customer))),
        run("contact_counts", &keys::contact_counts(workspace, &tagged)),
        line("contact_word", &keys::contact_word(workspace, "ada", contact)),
        run("contact_words", &keys::contact_words(workspace, "ad")),
        line("contact_tail", &keys::contact_tail(workspace, "11110005551")),
        run("contact_tails", &keys::contact_tails(workspace, "0111")),
        line("contact_bookmark", &keys::contact_bookmark(workspace, &all, None, 1_100)),
        run("contact_bookmarks", &keys::contact_bookmarks(workspace, &tagged, Some(false))),
        line("contact_import", &keys::contact_import(contact)),
        line("import_results", &keys::import_results(contact, 7)),
        line("import_outcome", &keys::import_outcome(contact, RowStatus::Failed, 1_234)),
        run("import_outcomes", &keys::import_outcomes(contact, RowStatus::Unchanged)),
    ];
    insta::assert_snapshot!(keys.join("\n"), @"
    contact: Main CONTACTS#0000000000001 | 15550001111
    contact without a number: Main CONTACTS#0000000000001 | ~US.13491208655302741918
    contacts: Main CONTACTS#0000000000001 | 1555…
    contact_pointer: Main CONTACT#0000000000006 | CONTACT
    contact_alias: Main CONTACTALIAS#0000000000001 | US.13491208655302741918
    contact_alias of a number: Main CONTACTALIAS#0000000000001 | 15550001111
    listed_contact: Main CONTACTLIST#0000000000001 | IN#0000000000006
    listed_contact of a tag: Main CONTACTTAG#0000000000001#a#b | OUT#0000000000006
    listed_contacts: Main CONTACTLIST#0000000000001 | OUT#…
    contact_count: Main CONTACTLIST#0000000000001 | COUNT#e
    contact_counts: Main CONTACTTAG#0000000000001#a#b | COUNT#…
    contact_word: Main CONTACTWORDS#0000000000001 | ada#0000000000006
    contact_words: Main CONTACTWORDS#0000000000001 | ad…
    contact_tail: Main CONTACTTAILS#0000000000001 | 11110005551
    contact_tails: Main CONTACTTAILS#0000000000001 | 1110…
    contact_bookmark: Ephemeral BOOKMARKS#BOTH#bab75e2cd47db87c67b93468bdd94680b7fb78fa06f0faabcc2d32c1f1958ba3 | 0000001100
    contact_bookmarks: Ephemeral BOOKMARKS#OUT#72f46ab05c41ae0f100a77c5235358cae8867be18a666e1dcf0649aec99c63de | …
    contact_import: Main IMPORT#0000000000006 | IMPORT
    import_results: Ephemeral IMPORT#0000000000006 | RESULTS#00000007
    import_outcome: Ephemeral IMPORT#0000000000006 | OUTCOME#f#000000001234
    import_outcomes: Ephemeral IMPORT#0000000000006 | OUTCOME#n#…
    ");
}

#[test]
fn keys_of_a_team_stay_as_they_are() {
    let (workspace, user, channel, message, action) = (id(1), id(2), id(3), id(4), id(5));
    let keys = [
        line("api_token", &keys::api_token(DIGEST)),
        line("workspace_api_token", &keys::workspace_api_token(workspace, id(6))),
        run("workspace_api_tokens", &keys::workspace_api_tokens(workspace)),
        line("audit_entry", &keys::audit_entry(workspace, id(7))),
        run("audit_log", &keys::audit_log(workspace)),
        line("channel", &keys::channel(workspace, channel)),
        line("channel_count", &keys::channel_count(workspace, channel, 7)),
        run("channels", &keys::channels(workspace)),
        line("channel_name", &keys::channel_name(workspace, "a#b c")),
        line("department", &keys::department(workspace, id(8))),
        run("departments", &keys::departments(workspace)),
        line("channel_message", &keys::channel_message(channel, message)),
        line("channel_message_pointer", &keys::channel_message_pointer(message)),
        line("action_response", &keys::action_response(message, action, user)),
        run("action_responses", &keys::action_responses(message)),
    ];
    insta::assert_snapshot!(keys.join("\n"), @"
    api_token: Main APITOKEN#e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | APITOKEN
    workspace_api_token: Main WORKSPACE#0000000000001 | APITOKEN#0000000000006
    workspace_api_tokens: Main WORKSPACE#0000000000001 | APITOKEN#…
    audit_entry: Main AUDIT#0000000000001 | 0000000000007
    audit_log: Main AUDIT#0000000000001 | …
    channel: Main CHANNELS#0000000000001 | CHANNEL#0000000000003
    channel_count: Main CHANNELS#0000000000001 | CHANNEL#0000000000003#COUNT#07
    channels: Main CHANNELS#0000000000001 | CHANNEL#…
    channel_name: Main CHANNELS#0000000000001 | NAME#a#b c
    department: Main DEPARTMENTS#0000000000001 | DEPARTMENT#0000000000008
    departments: Main DEPARTMENTS#0000000000001 | DEPARTMENT#…
    channel_message: Messages CHANNEL#0000000000003 | 0000000000004
    channel_message_pointer: Messages CHANNELMESSAGE#0000000000004 | MESSAGE
    action_response: Messages CHANNELMESSAGE#0000000000004 | RESPONSE#0000000000005#0000000000002
    action_responses: Messages CHANNELMESSAGE#0000000000004 | RESPONSE#…
    ");
}

#[test]
fn keys_of_ephemeral_stay_as_they_are() {
    let (workspace, number, session) = (id(1), id(3), id(5));
    let keys = [
        line("session", &keys::session(session)),
        line("refresh_token", &keys::refresh_token(session, DIGEST)),
        line("request_window", &keys::request_window(workspace, 20_454)),
        line("sign_in_window", &keys::sign_in_window("account ada@example.com", 1_963_584)),
        line("pace", &keys::pace(number)),
        line("orphan", &keys::orphan("wamid.1", "delivered")),
        run("orphans", &keys::orphans("wamid.1")),
        line("new_users", &keys::new_users(&"9876543210".parse().unwrap())),
    ];
    insta::assert_snapshot!(keys.join("\n"), @"
    session: Ephemeral SESSION#0000000000005 | SESSION
    refresh_token: Ephemeral SESSION#0000000000005 | TOKEN#e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    request_window: Ephemeral RATE#0000000000001 | 020454
    sign_in_window: Ephemeral SIGNIN#adba30a059db6f95249d59b8cdda5e5b14629b636a9d5f6713246aa0346e2dd0 | 01963584
    pace: Ephemeral PACE#0000000000003 | PACE
    orphan: Ephemeral ORPHAN#wamid.1 | delivered
    orphans: Ephemeral ORPHAN#wamid.1 | …
    new_users: Ephemeral NEWUSERS#9876543210 | NEWUSERS
    ");
}

#[test]
fn addresses_that_differ_only_in_case_have_one_key() {
    let (upper, lower) = ("ADA@EXAMPLE.COM".parse().unwrap(), "ada@example.com".parse().unwrap());
    assert_eq!(keys::email(&upper), keys::email(&lower));
}

#[test]
fn what_meta_chooses_can_not_reach_into_another_key() {
    assert_ne!(keys::account_event("1", "a#b", b""), keys::account_event("1", "a", b""));
    assert_ne!(keys::wa_message("~x"), keys::wa_message("#"));
}

#[test]
fn keys_of_media_stay_as_they_are() {
    let (workspace, media, number) = (id(1), id(0x123), id(3));
    let keys = [
        line("media", &keys::media(media)),
        line("listed_media", &keys::listed_media(workspace, None, media)),
        line("listed_media of a kind", &keys::listed_media(workspace, Some(MediaKind::Image), media)),
        run("media_list", &keys::media_list(workspace, None)),
        run("media_list of a kind", &keys::media_list(workspace, Some(MediaKind::Document))),
        line("media_tally", &keys::media_tally(workspace, media)),
        run("media_tallies", &keys::media_tallies(workspace)),
        line("upload", &keys::upload(media)),
        line("media_at_meta", &keys::media_at_meta(media, number)),
    ];
    insta::assert_snapshot!(keys.join("\n"), @"
    media: Main MEDIA#0000000000093 | MEDIA
    listed_media: Main MEDIALIST#0000000000001 | 0000000000093
    listed_media of a kind: Main MEDIALIST#0000000000001#image | 0000000000093
    media_list: Main MEDIALIST#0000000000001 | …
    media_list of a kind: Main MEDIALIST#0000000000001#document | …
    media_tally: Main MEDIATALLY#0000000000001 | 03
    media_tallies: Main MEDIATALLY#0000000000001 | …
    upload: Ephemeral UPLOAD#0000000000093 | UPLOAD
    media_at_meta: Ephemeral ATMETA#0000000000093 | 0000000000003
    ");
}

#[test]
fn a_key_in_a_log_names_items_and_nobody() {
    let workspace = Id::new(Timestamp::from_second(1_767_225_600).unwrap(), 7);
    let customer = Customer::from_whatsapp("4915100000042").unwrap();
    let hidden = Customer::from_whatsapp("US.13491208655302741918").unwrap();
    let conversation = ConversationKey { phone_number_id: workspace, customer: customer.clone() };
    let list = keys::ContactList::Tagged("VIP of Ada".to_owned());

    let redacted = [
        keys::email(&"ada.lovelace@example.org".parse().unwrap()),
        keys::contact(workspace, &customer),
        keys::contact(workspace, &hidden),
        keys::message(&conversation, workspace),
        keys::recipient(workspace, &customer),
        keys::contact_count(workspace, &list, 7),
        keys::member(workspace, workspace),
        keys::sign_in_window("ada", 12),
    ];

    let redacted = redacted.map(|key| key.redacted()).join("\n").replace(&workspace.to_string(), "<id>");
    insta::assert_snapshot!(redacted, @"
    EMAIL#…rg/EMAIL
    CONTACTS#<id>/…42
    CONTACTS#<id>/…18
    CONVERSATION#<id>#…42/<id>
    LEDGER#<id>#05/…42
    CONTACTTAG#<id>#…da/COUNT#7
    WORKSPACE#<id>/MEMBER#<id>
    SIGNIN#…29/…12
    ");
}
