//! The operations of a function.

/// Declares the operations of a function: from the one list come `routes()`, `OPERATIONS`, their methods and paths,
/// and `openapi()`, their description. The description is large and made only when it is asked for, which a deployed
/// function never does: built along with the routes, it would cost every cold start.
///
/// Each operation names its method and path here and at its handler; a test holds the two against each other.
#[macro_export]
macro_rules! operations {
    ($state:ty: $($method:ident $path:literal => $($handler:ident)::+),+ $(,)?) => {
        fn routes() -> axum::Router<$state> {
            axum::Router::new()$(.route($path, axum::routing::$method($($handler)::+)))+
        }

        /// The method and the path of each operation.
        pub const OPERATIONS: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        /// What the function adds to the API's description.
        pub fn openapi() -> utoipa::openapi::OpenApi {
            #[derive(utoipa::OpenApi)]
            #[openapi(paths($($($handler)::+),+))]
            struct Description;
            <Description as utoipa::OpenApi>::openapi()
        }
    };
}
