//! What Meta holds against a template, told by the field that it is about.

use switchboard_graph::{GraphError, TemplateFault};
use switchboard_model::DomainError;
use switchboard_model::field::{FieldError, Part, Reason, Step};

/// What a client is told of Meta's refusal of a template.
pub(super) fn told(error: GraphError) -> DomainError {
    let fault = error.refusal().and_then(TemplateFault::of);
    let words = error.refusal().map(switchboard_graph::Refusal::explanation);
    let (Some(fault), Some(words)) = (fault, words) else { return error.into() };
    let (path, reason): (&[&str], Reason) = match fault {
        TemplateFault::NameTaken => return DomainError::TemplateTaken,
        TemplateFault::NameBlocked => (&["name"], Reason::BadValue),
        TemplateFault::TooManyTemplates => (&[], Reason::BadValue),
        TemplateFault::Length => (&["components"], Reason::TooLong),
        TemplateFault::Header => (&["components", "header"], Reason::BadValue),
        TemplateFault::Footer => (&["components", "footer"], Reason::BadValue),
        TemplateFault::Body => (&["components", "body"], Reason::BadValue),
        TemplateFault::TooManyVariables | TemplateFault::VariableAtAnEnd => {
            (&["components", "body", "text"], Reason::BadValue)
        }
    };
    let path = path.iter().map(|name| Step::Name((*name).to_owned())).collect();
    let message = format!("Meta rejected the template: {words}");
    DomainError::field(FieldError { part: Part::Body, path, reason, message })
}
