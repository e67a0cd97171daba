//! The `administration` function.

use administration::{Services, router};
use switchboard_runtime::{Api, Error, serve, start};
use switchboard_service::{ApiTokens, AuditLogs};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let deployment = start();
    let resources = deployment.resources()?;
    let gate = deployment.gate(&resources)?;
    let services = Services {
        api_tokens: ApiTokens::new(resources.clone(), gate.clone()),
        audit_logs: AuditLogs::new(resources, gate.clone()),
    };
    serve(router(Api::new(services, gate))).await
}
