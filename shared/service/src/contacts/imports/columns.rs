//! What the columns of a file mean.

use std::collections::BTreeMap;

use phonenumber::country::Id as Country;
use switchboard_model::DomainError;
use switchboard_model::contact::{
    self, ATTRIBUTE_NAME_MAX_LENGTH, ATTRIBUTE_VALUE_MAX_LENGTH, ATTRIBUTES_MAX,
};
use switchboard_model::conversation::Customer;
use switchboard_sheets::{Cell, Row};

use super::numbers::understand;

const PHONE: [&str; 16] = [
    "phone",
    "phone_number",
    "phonenumber",
    "mobile",
    "mobile_number",
    "mobile_phone",
    "mobilephone",
    "cell",
    "cell_phone",
    "cellphone",
    "telephone",
    "tel",
    "whatsapp",
    "whatsapp_number",
    "wa_id",
    "msisdn",
];
const NAME: [&str; 5] = ["name", "full_name", "fullname", "contact_name", "display_name"];
const FIRST_NAME: [&str; 4] = ["first_name", "firstname", "given_name", "forename"];
const LAST_NAME: [&str; 4] = ["last_name", "lastname", "surname", "family_name"];
const TAGS: [&str; 4] = ["tags", "labels", "tag", "label"];
/// Columns whose numbers have a country code without `+`.
const WHATSAPP: [&str; 2] = ["wa_id", "msisdn"];
/// Most characters of a number that a result repeats.
const SHOWN_MAX: usize = 40;

/// What the columns of a file mean.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    width: usize,
    phone: usize,
    /// Whether the numbers have a country code without `+`.
    whatsapp: bool,
    names: Vec<usize>,
    tags: Option<usize>,
    attributes: Vec<(usize, String)>,
    country: Option<Country>,
}

/// What a row says of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Who it is.
    pub(crate) customer: Customer,
    /// What they are called.
    pub(crate) name: Option<String>,
    /// Tags to add.
    pub(crate) tags: Vec<String>,
    /// Attributes to set.
    pub(crate) attributes: BTreeMap<String, String>,
}

/// A row, or why it can't be understood; with the number as a result shows it.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub(crate) number: u64,
    pub(crate) phone: String,
    pub(crate) entry: Result<Entry, String>,
}

impl Columns {
    /// What these columns mean, without regard to case. The first that may be the phone number is.
    pub(crate) fn of(header: &[String], country: Option<Country>) -> Result<Self, DomainError> {
        let folded: Vec<String> = header.iter().map(|name| fold(name)).collect();
        let find =
            |names: &[&str]| names.iter().find_map(|name| folded.iter().position(|column| column == name));
        let phone = find(&PHONE).ok_or_else(|| without_phone(header))?;
        let names = match find(&NAME) {
            Some(name) => vec![name],
            None => [find(&FIRST_NAME), find(&LAST_NAME)].into_iter().flatten().collect(),
        };
        let whole_name = find(&NAME);
        let tags = find(&TAGS);
        let mut attributes: Vec<(usize, String)> = Vec::new();
        for (at, name) in header.iter().enumerate() {
            let name: String = name.trim().chars().filter(|letter| !letter.is_control()).collect();
            let taken = at == phone || Some(at) == whole_name || Some(at) == tags;
            if taken || name.is_empty() || attributes.iter().any(|(_, known)| *known == name) {
                continue;
            }
            attributes.push((at, name.chars().take(ATTRIBUTE_NAME_MAX_LENGTH).collect()));
        }
        if attributes.len() > ATTRIBUTES_MAX {
            let reason = format!("it has more than {ATTRIBUTES_MAX} columns beside phone, name and tags");
            return Err(DomainError::ContactFileRefused { reason });
        }
        let whatsapp = WHATSAPP.contains(&folded[phone].as_str());
        Ok(Self { width: header.len(), phone, whatsapp, names, tags, attributes, country })
    }

    /// What a row says.
    pub(crate) fn parse(&self, row: &Row) -> Parsed {
        let cell = |at: usize| row.cells.get(at).map_or("", |cell| cell.text.trim());
        let phone = row.cells.get(self.phone).cloned().unwrap_or_default();
        let entry = self.entry(row, &phone, cell);
        let shown =
            entry.as_ref().map_or_else(|_| phone.text.trim().to_owned(), |entry| entry.customer.display());
        Parsed { number: row.number, phone: shown.chars().take(SHOWN_MAX).collect(), entry }
    }

    fn entry<'a>(&self, row: &Row, phone: &Cell, cell: impl Fn(usize) -> &'a str) -> Result<Entry, String> {
        if row.cells.iter().skip(self.width).any(|cell| !cell.text.trim().is_empty()) {
            return Err(
                "Row has more cells than the header: a text with a separator needs quotation marks".into()
            );
        }
        let bare = self.whatsapp && phone.text.starts_with(|letter: char| ('1'..='9').contains(&letter));
        let text = if bare { format!("+{}", phone.text) } else { phone.text.clone() };
        let number = understand(&text, phone.numeric, self.country)?;
        let name: Vec<&str> = self.names.iter().map(|at| cell(*at)).filter(|part| !part.is_empty()).collect();
        let name = contact::name(&name.join(" ")).map_err(|refusal| format!("Name: {}", refusal.message))?;
        let tags = self.tags.map(&cell).unwrap_or_default();
        let tags = tags.split([',', ';']).filter(|tag| !tag.trim().is_empty());
        let tags = contact::tags(tags).map_err(|refusal| format!("Tags: {}", refusal.message))?;
        let mut attributes = BTreeMap::new();
        for (at, name) in &self.attributes {
            let value = cell(*at);
            if value.chars().count() > ATTRIBUTE_VALUE_MAX_LENGTH {
                return Err(format!("{name}: at most {ATTRIBUTE_VALUE_MAX_LENGTH} characters are kept"));
            }
            if !value.is_empty() {
                attributes.insert(name.clone(), value.to_owned());
            }
        }
        Ok(Entry { customer: Customer::at(&number), name, tags, attributes })
    }
}

/// A name of a column in lower case, with `_` between its words.
fn fold(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

fn without_phone(header: &[String]) -> DomainError {
    let columns: Vec<String> = header
        .iter()
        .take(10)
        .map(|name| format!("'{}'", name.trim().chars().take(32).collect::<String>()))
        .collect();
    let reason = format!("it has no column 'phone'. Its columns are {}", columns.join(", "));
    DomainError::ContactFileRefused { reason }
}
