//! Schemas of the OpenAPI documents, to hold real bodies against.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// Where the schemas of a document are, as those that refer to them say it.
const DOCUMENT: &str = "http://document.invalid/";

/// A schema with all that it refers to.
pub struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// The schema that the documents have of `T`.
    ///
    /// # Panics
    /// Where it is none.
    pub fn of<T: ToSchema>() -> Self {
        let mut all = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        let all: serde_json::Map<String, Value> =
            all.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
        let document = json!({"components": {"schemas": all}});
        let mut compiler = Compiler::new();
        compiler.add_resource(DOCUMENT, document).expect("a document");
        let mut schemas = Schemas::new();
        let location = format!("{DOCUMENT}#/components/schemas/{}", T::name());
        let index = compiler.compile(&location, &mut schemas).expect("a schema");
        Self { schemas, index }
    }

    /// Why it is not true of a body, if it is not.
    pub fn check(&self, body: &Value) -> Result<(), String> {
        self.schemas.validate(body, self.index).map_err(|error| format!("{error:#}"))
    }
}
