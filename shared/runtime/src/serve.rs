//! The ends of `main`.

use axum::Router;
use lambda_http::request::RequestContext;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceBuilder;

use crate::Error;

/// Answers HTTP requests with `router`, which stands in its dialect's frame.
pub async fn serve(router: Router) -> Result<(), Error> {
    lambda_http::run(ServiceBuilder::new().map_request(marked).service(router)).await
}

/// Tells the frame what the gateway knows of a request.
fn marked(mut request: lambda_http::Request) -> lambda_http::Request {
    if let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get::<RequestContext>() {
        let (id, address) = (context.request_id.clone(), context.http.source_ip.clone());
        switchboard_http::mark(&mut request, id, address);
    }
    request
}

/// Handles events of a queue or a stream with `handle`. An error is the function's: the event comes again.
pub async fn work<E, A, X>(handle: impl AsyncFn(E) -> Result<A, X>) -> Result<(), Error>
where
    E: DeserializeOwned,
    A: Serialize,
    X: std::error::Error + Send + Sync + 'static,
{
    let handle = &handle;
    let handle = async move |event: LambdaEvent<E>| Ok::<A, Error>(Box::pin(handle(event.payload)).await?);
    lambda_runtime::run(service_fn(handle)).await
}
