//! The `docs` function.

use switchboard_runtime::{Error, serve, start};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    start();
    serve(docs::router()).await
}
