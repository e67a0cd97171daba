//! Update and condition expressions, put together from typed parts.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::tables::PARTITION_KEY;
use crate::{Attributes, Condition};

type Names = std::collections::HashMap<String, String>;

/// A condition of a write.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    /// There is no item.
    Absent,
    /// There is an item.
    Present,
    /// The attribute has this value.
    Equals(&'static str, AttributeValue),
    /// The attribute is below this value.
    Below(&'static str, AttributeValue),
    /// The attribute is above this value.
    Above(&'static str, AttributeValue),
    /// The attribute is not there.
    Lacks(&'static str),
    /// All of these hold.
    All(Vec<Check>),
    /// One of these holds.
    Any(Vec<Check>),
}

/// The parts of an expression, with placeholders for names and values.
#[derive(Debug, Default)]
pub(crate) struct Expression {
    pub(crate) names: Names,
    pub(crate) values: Attributes,
}

impl Expression {
    fn name(&mut self, attribute: &str) -> String {
        let placeholder = format!("#{attribute}");
        self.names.insert(placeholder.clone(), attribute.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// The condition expression of `check`.
    pub(crate) fn condition(&mut self, check: Check) -> String {
        match check {
            Check::Absent => format!("attribute_not_exists({})", self.name(PARTITION_KEY)),
            Check::Present => format!("attribute_exists({})", self.name(PARTITION_KEY)),
            Check::Equals(name, value) => format!("{} = {}", self.name(name), self.value(value)),
            Check::Below(name, value) => format!("{} < {}", self.name(name), self.value(value)),
            Check::Above(name, value) => format!("{} > {}", self.name(name), self.value(value)),
            Check::Lacks(name) => format!("attribute_not_exists({})", self.name(name)),
            Check::All(checks) => self.joined(checks, " AND "),
            Check::Any(checks) => self.joined(checks, " OR "),
        }
    }

    fn joined(&mut self, checks: Vec<Check>, with: &str) -> String {
        let parts: Vec<_> = checks.into_iter().map(|check| self.condition(check)).collect();
        format!("({})", parts.join(with))
    }

    /// The names, or nothing where there are none: DynamoDB refuses an empty map.
    pub(crate) fn names(&self) -> Option<Names> {
        (!self.names.is_empty()).then(|| self.names.clone())
    }

    /// The values, or nothing where there are none.
    pub(crate) fn values(&self) -> Option<Attributes> {
        (!self.values.is_empty()).then(|| self.values.clone())
    }
}

/// A change of some attributes of one item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    set: Vec<(&'static str, AttributeValue)>,
    set_if_absent: Vec<(&'static str, AttributeValue)>,
    add: Vec<(String, AttributeValue)>,
    remove: Vec<&'static str>,
    check: Option<(Check, Condition)>,
}

impl Change {
    /// Sets the attribute.
    pub(crate) fn set(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.set.push((name, value));
        self
    }

    /// Sets the attribute where it is not there.
    pub(crate) fn set_if_absent(mut self, name: &'static str, value: AttributeValue) -> Self {
        self.set_if_absent.push((name, value));
        self
    }

    /// Adds `count` to the attribute, which is 0 where it is not there.
    pub(crate) fn add(mut self, name: impl Into<String>, count: i64) -> Self {
        self.add.push((name.into(), number(count)));
        self
    }

    /// Removes the attribute.
    pub(crate) fn remove(mut self, name: &'static str) -> Self {
        self.remove.push(name);
        self
    }

    /// Makes the change only if `check` holds; if not, it fails by the name of `condition`.
    pub(crate) fn only_if(mut self, check: Check, condition: Condition) -> Self {
        self.check = Some((check, condition));
        self
    }

    /// The update expression, the condition expression, what both refer to, and the condition's name.
    pub(crate) fn build(self) -> (String, Option<String>, Expression, Option<Condition>) {
        let mut expression = Expression::default();
        let mut clauses = Vec::new();
        let mut set = Vec::new();
        for (name, value) in self.set {
            set.push(format!("{} = {}", expression.name(name), expression.value(value)));
        }
        for (name, value) in self.set_if_absent {
            let (name, value) = (expression.name(name), expression.value(value));
            set.push(format!("{name} = if_not_exists({name}, {value})"));
        }
        push_clause(&mut clauses, "SET", &set);
        let add = self.add.into_iter().map(|(name, value)| {
            let name = expression.name(&name);
            format!("{name} {}", expression.value(value))
        });
        push_clause(&mut clauses, "ADD", &add.collect::<Vec<_>>());
        let remove = self.remove.into_iter().map(|name| expression.name(name));
        push_clause(&mut clauses, "REMOVE", &remove.collect::<Vec<_>>());
        let (condition, name) = self.check.unzip();
        let condition = condition.map(|check| expression.condition(check));
        (clauses.join(" "), condition, expression, name)
    }
}

fn push_clause(clauses: &mut Vec<String>, verb: &str, parts: &[String]) {
    if !parts.is_empty() {
        clauses.push(format!("{verb} {}", parts.join(", ")));
    }
}

/// A number as DynamoDB has it.
pub(crate) fn number(value: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// A string as DynamoDB has it.
pub(crate) fn string(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// A boolean as DynamoDB has it.
pub(crate) fn boolean(value: bool) -> AttributeValue {
    AttributeValue::Bool(value)
}
