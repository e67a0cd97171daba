//! AWS clients.
//!
//! Lambda gives credentials, region and nothing else by environment variables, so the usual chain of providers,
//! with its files and its calls, has no work here and is left out: it would be paid for at each cold start.

use std::sync::OnceLock;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, SharedCredentialsProvider, SharedHttpClient};
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use switchboard_meter::CallMeter;
use switchboard_store::UnitMeter;

use crate::environment::optional;

/// How long one attempt at a call may take: an answer that does not come by then does not come at all, and a second
/// attempt fits into the shortest timeout of a function.
const ATTEMPT: Duration = Duration::from_secs(4);
/// The same for S3, where an attempt carries up to 8 MiB.
const TRANSFER: Duration = Duration::from_secs(20);

/// What all clients share, one HTTP client and one set of credentials; and the clients, each built once.
#[derive(Debug)]
pub(crate) struct Aws {
    region: Region,
    credentials: SharedCredentialsProvider,
    http_client: SharedHttpClient,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    kms: OnceLock<aws_sdk_kms::Client>,
    s3: OnceLock<aws_sdk_s3::Client>,
    scheduler: OnceLock<aws_sdk_scheduler::Client>,
    secrets_manager: OnceLock<aws_sdk_secretsmanager::Client>,
}

/// Sets up TLS at the first call. The client within would read and parse every root certificate of the system
/// whenever an SDK client is built on it: the larger part of a cold start.
#[derive(Debug)]
struct SetUpLate(SharedHttpClient);

impl HttpClient for SetUpLate {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.0.connector_metadata()
    }
}

/// The configuration of one service's client.
macro_rules! config {
    ($self:ident, $sdk:ident, $endpoint:expr, $attempt:expr) => {{
        let config = $sdk::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region($self.region.clone())
            .credentials_provider($self.credentials.clone())
            .http_client($self.http_client.clone())
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout($attempt).build())
            .interceptor(CallMeter);
        match $endpoint {
            Some(url) => config.endpoint_url(url),
            None => config,
        }
    }};
}

macro_rules! client {
    ($(#[$doc:meta])* $name:ident, $sdk:ident, $endpoint:literal $(, $interceptor:expr)?) => {
        $(#[$doc])*
        pub(crate) fn $name(&self) -> $sdk::Client {
            let build = || {
                let config = config!(self, $sdk, endpoint($endpoint), ATTEMPT);
                $(let config = config.interceptor($interceptor);)?
                $sdk::Client::from_conf(config.build())
            };
            self.$name.get_or_init(build).clone()
        }
    };
}

/// Where a service is, if not where AWS has it.
fn endpoint(variable: &'static str) -> Option<String> {
    optional(variable).or_else(|| optional("AWS_ENDPOINT_URL"))
}

impl Aws {
    /// Credentials and region of the function.
    pub(crate) fn from_environment() -> Self {
        let credentials = Credentials::new(
            optional("AWS_ACCESS_KEY_ID").unwrap_or_default(),
            optional("AWS_SECRET_ACCESS_KEY").unwrap_or_default(),
            optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let tls = aws_smithy_http_client::tls::Provider::Rustls(
            aws_smithy_http_client::tls::rustls_provider::CryptoMode::AwsLc,
        );
        let client = aws_smithy_http_client::Builder::new().tls_provider(tls).build_https();
        Self {
            region: Region::new(optional("AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned())),
            credentials: SharedCredentialsProvider::new(credentials),
            http_client: SharedHttpClient::new(SetUpLate(client)),
            dynamodb: OnceLock::new(),
            sqs: OnceLock::new(),
            kms: OnceLock::new(),
            s3: OnceLock::new(),
            scheduler: OnceLock::new(),
            secrets_manager: OnceLock::new(),
        }
    }

    client!(
        /// A client of DynamoDB.
        dynamodb, aws_sdk_dynamodb, "AWS_ENDPOINT_URL_DYNAMODB", UnitMeter
    );
    client!(
        /// A client of SQS.
        sqs, aws_sdk_sqs, "AWS_ENDPOINT_URL_SQS"
    );
    client!(
        /// A client of KMS.
        kms, aws_sdk_kms, "AWS_ENDPOINT_URL_KMS"
    );
    client!(
        /// A client of EventBridge Scheduler.
        scheduler, aws_sdk_scheduler, "AWS_ENDPOINT_URL_SCHEDULER"
    );
    client!(
        /// A client of Secrets Manager.
        secrets_manager, aws_sdk_secretsmanager, "AWS_ENDPOINT_URL_SECRETS_MANAGER"
    );

    /// A client of S3. An endpoint of one's own has no names for single buckets. Checksums are those that the caller
    /// gives: a signed address could not carry others.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let build = || {
            let endpoint = endpoint("AWS_ENDPOINT_URL_S3");
            let own_endpoint = endpoint.is_some();
            let config = config!(self, aws_sdk_s3, endpoint, TRANSFER)
                .force_path_style(own_endpoint)
                .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
                .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
            aws_sdk_s3::Client::from_conf(config.build())
        };
        self.s3.get_or_init(build).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_call_waits_for_ever() {
        let aws = Aws::from_environment();
        macro_rules! attempt {
            ($client:expr) => {
                $client.config().timeout_config().and_then(TimeoutConfig::operation_attempt_timeout)
            };
        }

        let attempts = [
            attempt!(aws.dynamodb()),
            attempt!(aws.sqs()),
            attempt!(aws.kms()),
            attempt!(aws.scheduler()),
            attempt!(aws.secrets_manager()),
        ];

        assert_eq!(attempts, [Some(ATTEMPT); 5]);
        assert_eq!(attempt!(aws.s3()), Some(TRANSFER));
    }
}
