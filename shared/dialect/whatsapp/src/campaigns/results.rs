//! A campaign's results as a table (RFC 4180).

use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LINK};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use switchboard_model::field::{FieldError, Part, Reason};
use switchboard_model::id::spelling::uuid;
use switchboard_model::recipient::Recipient;
use switchboard_model::{DomainError, Id, Timestamp};
use utoipa::IntoParams;

use super::recipients::spelled;

/// Most rows of one answer: Lambda answers with 6 MB at most, and a row may have a kilobyte.
pub const RESULTS_PAGE: usize = 5_000;
/// Most characters of a cursor.
const CURSOR_MAX_LENGTH: usize = 300;
/// What stands in front of a cursor's position, so that another form can be told apart.
const VERSION: &str = "1 ";

/// Which rows to answer with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResultsQuery {
    /// Where to go on, from the `Link` header of the answer before.
    cursor: Option<String>,
}

/// The checked form of [`ResultsQuery`].
#[derive(Debug)]
pub struct Results {
    /// Where to go on in the ledger.
    pub position: Option<String>,
}

impl TryFrom<ResultsQuery> for Results {
    type Error = DomainError;

    fn try_from(wire: ResultsQuery) -> Result<Self, DomainError> {
        let refusal =
            || FieldError::new(Part::Query, "cursor", Reason::BadValue, "should be a cursor of this list");
        let position = wire.cursor.map(|cursor| position(&cursor).ok_or_else(refusal)).transpose();
        Ok(Self { position: position.map_err(DomainError::field)? })
    }
}

/// The position that a cursor holds: a part of the ledger, and a customer in it.
fn position(cursor: &str) -> Option<String> {
    if cursor.len() > CURSOR_MAX_LENGTH {
        return None;
    }
    let decoded = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let position = text.strip_prefix(VERSION)?;
    let (shard, after) = position.split_once(' ')?;
    let shard = shard.parse::<u8>().ok()?;
    let known = shard < switchboard_model::recipient::SHARDS;
    let well_formed =
        after.is_empty() || switchboard_model::conversation::Customer::from_whatsapp(after).is_some();
    (known && well_formed).then(|| position.to_owned())
}

fn cursor(position: &str) -> String {
    BASE64URL_NOPAD.encode(format!("{VERSION}{position}").as_bytes())
}

/// Rows of a campaign's results. The `Link` header says where the rest is, if there is more.
#[derive(Debug)]
pub struct ResultsPage {
    campaign_id: Id,
    rows: Vec<Recipient>,
    first: bool,
    next: Option<String>,
}

impl ResultsPage {
    /// Rows, the first of all or later ones, and where the ledger goes on.
    pub fn new(campaign_id: Id, rows: Vec<Recipient>, first: bool, next: Option<String>) -> Self {
        Self { campaign_id, rows, first, next }
    }
}

impl IntoResponse for ResultsPage {
    fn into_response(self) -> Response {
        let text = match table(&self.rows, self.first) {
            Ok(text) => text,
            // Writing to memory fails only where a row has another number of cells; if it did, the frame would answer.
            Err(error) => panic!("results have no table: {error}"),
        };
        let id = uuid::spell(self.campaign_id);
        let name = format!("attachment; filename=\"campaign-{id}.csv\"");
        let mut response =
            (StatusCode::OK, [(CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response();
        let headers = response.headers_mut();
        headers.extend(HeaderValue::from_str(&name).ok().map(|name| (CONTENT_DISPOSITION, name)));
        let link = self
            .next
            .map(|next| format!("</api/campaigns/{id}/results.csv?cursor={}>; rel=\"next\"", cursor(&next)));
        headers.extend(link.and_then(|link| HeaderValue::from_str(&link).ok()).map(|link| (LINK, link)));
        response
    }
}

/// A row of the table.
#[derive(Serialize)]
struct Row {
    phone_number: String,
    name: Option<String>,
    contact_id: Option<String>,
    status: &'static str,
    skip_reason: Option<String>,
    message_id: Option<String>,
    sent_at: Option<Timestamp>,
    delivered_at: Option<Timestamp>,
    read_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
    error_code: Option<i64>,
    error_title: Option<String>,
}

impl From<&Recipient> for Row {
    fn from(recipient: &Recipient) -> Self {
        let failure = recipient.failure.as_ref();
        Self {
            phone_number: recipient.customer.display(),
            name: recipient.name.as_deref().map(harmless),
            contact_id: recipient.contact_id.map(uuid::spell),
            status: spelled(recipient.status),
            skip_reason: recipient.skip.map(|reason| reason.to_string()),
            message_id: recipient.claim.map(|claim| uuid::spell(claim.message_id)),
            sent_at: recipient.sent_at,
            delivered_at: recipient.arrived_at(),
            read_at: recipient.read_at,
            failed_at: recipient.failed_at,
            error_code: failure.map(|failure| failure.code),
            error_title: failure.map(|failure| harmless(&failure.title)),
        }
    }
}

/// A text that a spreadsheet does not take for a formula (OWASP, CSV injection).
fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

const HEADER: [&str; 12] = [
    "phone_number",
    "name",
    "contact_id",
    "status",
    "skip_reason",
    "message_id",
    "sent_at",
    "delivered_at",
    "read_at",
    "failed_at",
    "error_code",
    "error_title",
];

fn table(rows: &[Recipient], with_header: bool) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if with_header {
        writer.write_record(HEADER)?;
    }
    for row in rows {
        writer.serialize(Row::from(row))?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_what_is_none_is_refused() {
        for place in ["0 ", "15 15550001111", "3 US.13491208655302741918"] {
            assert_eq!(position(&cursor(place)).as_deref(), Some(place));
        }
        for place in ["16 ", "x ", "1", "1 a b", "1 \u{e9}"] {
            assert_eq!(position(&cursor(place)), None, "{place}");
        }
        for text in ["", "%", "AAAA", &"A".repeat(CURSOR_MAX_LENGTH + 4)] {
            assert_eq!(position(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_is_no_formula() {
        assert_eq!(harmless("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(harmless("Ada"), "Ada");
    }
}
