//! Each function may touch what its environment names and its code asks for, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;

use crate::read;
use crate::template::{functions, referred, resources, template};

/// The variables that a function of `Deployment` reads; of the tables, those that the function has.
fn variables(asked: &str) -> &'static [&'static str] {
    match asked {
        "resources" => &[],
        "gate" | "token_key" => &["SWITCHBOARD_SECRET_JWT"],
        "meta_secrets" => &["SWITCHBOARD_SECRET_META"],
        "sealer" => &["SWITCHBOARD_KMS_KEY_ID"],
        "graph" => &["SWITCHBOARD_GRAPH_URL", "SWITCHBOARD_GRAPH_VERSION"],
        "meta_app_id" => &["SWITCHBOARD_META_APP_ID"],
        "sending_settings" => &["SWITCHBOARD_DEFAULT_THROUGHPUT", "SWITCHBOARD_RECONCILE_SECONDS"],
        "whatsapp_sends" => &["SWITCHBOARD_QUEUE_WHATSAPP_SENDS"],
        "media_jobs" => &["SWITCHBOARD_QUEUE_MEDIA_JOBS"],
        "media_bucket" => &["SWITCHBOARD_BUCKET_MEDIA"],
        "contact_imports" => &["SWITCHBOARD_QUEUE_CONTACT_IMPORTS"],
        "meta_events" => &["SWITCHBOARD_QUEUE_META_EVENTS"],
        "campaign_sends" => &["SWITCHBOARD_QUEUE_CAMPAIGN_SENDS"],
        "campaign_steps" => &["SWITCHBOARD_QUEUE_CAMPAIGN_STEPS"],
        "campaign_timers" => {
            &["SWITCHBOARD_TIMERS_CAMPAIGNS", "SWITCHBOARD_TIMERS_QUEUE_ARN", "SWITCHBOARD_TIMERS_ROLE_ARN"]
        }
        "delivery_timers" => {
            const ALL: &[&str] = &[
                "SWITCHBOARD_TIMERS_DELIVERIES",
                "SWITCHBOARD_TIMERS_DELIVERIES_QUEUE_ARN",
                "SWITCHBOARD_TIMERS_DELIVERIES_ROLE_ARN",
            ];
            ALL
        }
        "courier" => &["SWITCHBOARD_PRIVATE_NETWORKS"],
        "delivery_settings" => &["SWITCHBOARD_DELIVERY_WAIT_DIVISOR"],
        "webhook_deliveries" => &["SWITCHBOARD_QUEUE_WEBHOOK_DELIVERIES"],
        other => panic!("say here which variables `Deployment::{other}` reads"),
    }
}

/// What a variable leads to, of those that lead to something that needs a grant.
fn resource(variable: &str) -> Option<&'static str> {
    match variable {
        "SWITCHBOARD_TABLE_MAIN" => Some("MainTable"),
        "SWITCHBOARD_TABLE_MESSAGES" => Some("MessagesTable"),
        "SWITCHBOARD_TABLE_EPHEMERAL" => Some("EphemeralTable"),
        "SWITCHBOARD_SECRET_JWT" => Some("JwtKeySecret"),
        "SWITCHBOARD_SECRET_META" => Some("MetaSecret"),
        "SWITCHBOARD_KMS_KEY_ID" => Some("TokenKey"),
        "SWITCHBOARD_QUEUE_WHATSAPP_SENDS" => Some("WhatsappSendsQueue"),
        "SWITCHBOARD_QUEUE_MEDIA_JOBS" => Some("MediaJobsQueue"),
        "SWITCHBOARD_BUCKET_MEDIA" => Some("MediaBucket"),
        "SWITCHBOARD_QUEUE_CONTACT_IMPORTS" => Some("ContactImportsQueue"),
        "SWITCHBOARD_QUEUE_META_EVENTS" => Some("MetaEventsQueue"),
        "SWITCHBOARD_QUEUE_CAMPAIGN_SENDS" => Some("CampaignSendsQueue"),
        "SWITCHBOARD_QUEUE_CAMPAIGN_STEPS" | "SWITCHBOARD_TIMERS_QUEUE_ARN" => Some("CampaignStepsQueue"),
        "SWITCHBOARD_TIMERS_CAMPAIGNS" => Some("CampaignTimers"),
        "SWITCHBOARD_TIMERS_ROLE_ARN" => Some("CampaignTimersRole"),
        "SWITCHBOARD_TIMERS_DELIVERIES" => Some("DeliveryTimers"),
        "SWITCHBOARD_TIMERS_DELIVERIES_ROLE_ARN" => Some("DeliveryTimersRole"),
        "SWITCHBOARD_QUEUE_WEBHOOK_DELIVERIES" | "SWITCHBOARD_TIMERS_DELIVERIES_QUEUE_ARN" => {
            Some("WebhookDeliveriesQueue")
        }
        _ => None,
    }
}

const TABLE: &str = "SWITCHBOARD_TABLE_";

/// What the start of a function asks `Deployment` for.
fn asked(function: &str) -> BTreeSet<String> {
    let main = read(&format!("functions/{function}/src/main.rs"));
    let calls = main.split("deployment.").skip(1);
    calls.filter_map(|call| call.split_once('(')).map(|(name, _)| name.to_owned()).collect()
}

fn environment(function: &Value) -> BTreeMap<String, Value> {
    let variables = function["Environment"]["Variables"].as_object().into_iter().flatten();
    variables.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The actions that a function may take, by what it may take them on.
fn grants(function: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut grants: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let statements = function["Policies"].as_array().into_iter().flatten();
    for statement in statements.flat_map(|policy| policy["Statement"].as_array().into_iter().flatten()) {
        assert_eq!(statement["Effect"], "Allow");
        for resource in one_or_many(&statement["Resource"]) {
            let actions = one_or_many(&statement["Action"])
                .map(|action| action.as_str().expect("an action").to_owned());
            grants.entry(named(resource)).or_default().extend(actions);
        }
    }
    grants
}

fn one_or_many(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice).iter()
}

/// The name of a resource; of objects of a bucket, with the part of the bucket that they are in.
fn named(resource: &Value) -> String {
    let put_together = resource["Fn::Sub"].as_str();
    if let Some((bucket, objects)) =
        put_together.and_then(|text| text.strip_prefix("${")?.split_once(".Arn}"))
    {
        return format!("{bucket}{objects}");
    }
    // Of an address that is written out, the one part that is a resource of the template.
    let parts = put_together.into_iter().flat_map(|text| text.split("${").skip(1));
    let mut names = parts.filter_map(|part| part.split_once('}')).map(|(name, _)| name);
    if let Some(name) = names.find(|name| !name.starts_with("AWS::")) {
        return name.to_owned();
    }
    let name =
        resource.as_str().or_else(|| resource["Ref"].as_str()).or_else(|| resource["Fn::GetAtt"].as_str());
    name.expect("a resource").trim_end_matches(".Arn").to_owned()
}

#[test]
fn the_environment_names_what_the_code_asks_for() {
    for (name, function) in functions(&template()) {
        let asked = asked(&name);
        let environment = environment(&function);
        let (tables, others): (BTreeSet<_>, BTreeSet<_>) =
            environment.keys().map(String::as_str).partition(|variable| variable.starts_with(TABLE));
        let needed: BTreeSet<_> = asked.iter().flat_map(|asked| variables(asked)).copied().collect();
        assert_eq!(others, needed, "{name}");
        assert_eq!(!tables.is_empty(), asked.contains("resources"), "{name}");
    }
}

#[test]
fn a_function_may_touch_what_its_environment_names() {
    for (name, function) in functions(&template()) {
        let mut named_resources = BTreeSet::new();
        for (variable, value) in environment(&function) {
            let Some(resource) = resource(&variable) else { continue };
            assert_eq!(referred(&value), Some(resource), "{variable} of {name}");
            named_resources.insert(resource.to_owned());
        }
        let granted = grants(&function).into_keys();
        let granted: BTreeSet<String> =
            granted.map(|name| name.split('/').next().unwrap_or_default().to_owned()).collect();
        let sources = sources(&name);
        let unnamed: Vec<_> =
            granted.difference(&named_resources).filter(|name| !sources.contains(*name)).collect();
        assert!(unnamed.is_empty(), "{name} may touch {unnamed:?}, which its environment does not name");
        let missing: Vec<_> = named_resources.difference(&granted).collect();
        assert!(missing.is_empty(), "{name} may not touch {missing:?}");
    }
}

/// What a worker is fed from, and where its mapping puts what it can't deliver.
fn sources(function: &str) -> BTreeSet<String> {
    let template = template();
    let directory = format!("functions/{function}/");
    let resources_of_functions = resources(&template, "AWS::Serverless::Function");
    let (logical, _) = resources_of_functions
        .iter()
        .find(|(_, found)| found["CodeUri"] == directory.as_str())
        .expect("a function");
    let mappings = resources(&template, "AWS::Lambda::EventSourceMapping").into_values();
    let mappings = mappings.filter(|mapping| referred(&mapping["FunctionName"]) == Some(logical));
    let mut sources = BTreeSet::new();
    for mapping in mappings {
        assert_eq!(mapping["FunctionResponseTypes"][0], "ReportBatchItemFailures", "{function}");
        sources.insert(named(&mapping["EventSourceArn"]));
        let dead_letters = &mapping["DestinationConfig"]["OnFailure"]["Destination"];
        if !dead_letters.is_null() {
            // Listing streams can't be granted for one stream.
            sources.extend([named(dead_letters), "*".to_owned()]);
        }
    }
    sources
}

#[test]
fn the_grants_are_the_reviewed_ones() {
    let mut table = String::new();
    for (name, function) in functions(&template()) {
        writeln!(table, "{name}").expect("a line");
        for (resource, actions) in grants(&function) {
            assert!(actions.iter().all(|action| !action.contains('*')), "{name}: {actions:?}");
            let service =
                actions.first().and_then(|action| action.split_once(':')).expect("an action").0.to_owned();
            let actions: Vec<_> =
                actions.iter().map(|action| action.rsplit(':').next().expect("a name")).collect();
            writeln!(table, "  {service} {resource}: {}", actions.join(" ")).expect("a line");
        }
    }
    insta::assert_snapshot!(table, @"
    administration
      dynamodb EphemeralTable: UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
    auth
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
    campaign-ledger
      dynamodb *: ListStreams
      sqs CampaignLedgerDeadLetters: SendMessage
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable.StreamArn: DescribeStream GetRecords GetShardIterator
    campaign-planner
      sqs CampaignSendsQueue: SendMessage
      sqs CampaignStepsQueue: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage SendMessage
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
    campaign-sender
      sqs CampaignSendsQueue: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      s3 MediaBucket: ListBucket
      s3 MediaBucket/media/*: GetObject
      dynamodb MessagesTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      kms TokenKey: Decrypt
    campaigns
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable: BatchGetItem GetItem Query
    contact-importer
      sqs ContactImportsQueue: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage
      dynamodb EphemeralTable: PutItem
      dynamodb MainTable: BatchGetItem DeleteItem GetItem PutItem UpdateItem
      s3 MediaBucket: ListBucket
      s3 MediaBucket/imports/*: DeleteObject GetObject
    contacts
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      s3 MediaBucket: ListBucket
      s3 MediaBucket/imports/*: GetObject PutObject
    conversations
      dynamodb EphemeralTable: UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem GetItem
      dynamodb MessagesTable: BatchGetItem DeleteItem GetItem PutItem Query UpdateItem
    docs
    media
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      s3 MediaBucket: ListBucket
      s3 MediaBucket/media/*: DeleteObject GetObject PutObject
      s3 MediaBucket/uploads/*: DeleteObject GetObject PutObject
    media-worker
      dynamodb MainTable: GetItem PutItem UpdateItem
      s3 MediaBucket/media/*: AbortMultipartUpload PutObject PutObjectTagging
      sqs MediaJobsQueue: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage
      dynamodb MessagesTable: GetItem PutItem UpdateItem
      kms TokenKey: Decrypt
    messages
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem GetItem Query
      dynamodb MessagesTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
    meta-events
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      sqs MetaEventsQueue: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage
    meta-webhook
      sqs MetaEventsQueue: SendMessage
      secretsmanager MetaSecret: GetSecretValue
    outbox
      dynamodb *: ListStreams
      sqs CampaignStepsQueue: SendMessage
      scheduler CampaignTimers: CreateSchedule DeleteSchedule
      iam CampaignTimersRole: PassRole
      sqs ContactImportsQueue: SendMessage
      dynamodb MainTable.StreamArn: DescribeStream GetRecords GetShardIterator
      sqs MediaJobsQueue: SendMessage
      dynamodb MessagesTable: DeleteItem Query
      dynamodb MessagesTable.StreamArn: DescribeStream GetRecords GetShardIterator
      sqs OutboxDeadLetters: SendMessage
      sqs WebhookDeliveriesQueue: SendMessage
      sqs WhatsappSendsQueue: SendMessage
    phone-numbers
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager MetaSecret: GetSecretValue
      kms TokenKey: Decrypt Encrypt
    template-sync
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      kms TokenKey: Decrypt
    templates
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      s3 MediaBucket/media/*: GetObject
      kms TokenKey: Decrypt
    v1-channels
      dynamodb MainTable: BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem
    v1-departments
      dynamodb MainTable: BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem
    v1-members
      dynamodb MainTable: BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem
    v1-messages
      dynamodb EphemeralTable: UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable: BatchGetItem ConditionCheckItem GetItem PutItem Query UpdateItem
    v1-webhooks
      dynamodb EphemeralTable: BatchGetItem PutItem
      dynamodb MainTable: BatchGetItem ConditionCheckItem GetItem PutItem UpdateItem
      dynamodb MessagesTable: PutItem
      kms TokenKey: Decrypt
    webhook-deliverer
      scheduler DeliveryTimers: CreateSchedule
      iam DeliveryTimersRole: PassRole
      dynamodb EphemeralTable: BatchGetItem GetItem PutItem Query UpdateItem
      dynamodb MainTable: BatchGetItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable: BatchGetItem GetItem PutItem Query UpdateItem
      kms TokenKey: Decrypt
      sqs WebhookDeliveriesQueue: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage SendMessage
    webhooks
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MessagesTable: GetItem PutItem Query UpdateItem
      kms TokenKey: Decrypt Encrypt
    whatsapp-sender
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      s3 MediaBucket: ListBucket
      s3 MediaBucket/media/*: GetObject
      dynamodb MessagesTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      kms TokenKey: Decrypt
      sqs WhatsappSendsQueue: ChangeMessageVisibility DeleteMessage GetQueueAttributes ReceiveMessage
    workspaces
      dynamodb EphemeralTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      secretsmanager JwtKeySecret: GetSecretValue
      dynamodb MainTable: BatchGetItem ConditionCheckItem DeleteItem GetItem PutItem Query UpdateItem
      kms TokenKey: Decrypt Encrypt
    ");
}
