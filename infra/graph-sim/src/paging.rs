//! Cursor paging (Meta, Graph API paged results).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::GraphError;

/// Query of lists.
#[derive(Debug, Deserialize)]
pub struct PageQuery {
    /// Chosen fields, separated by commas.
    pub fields: Option<String>,
    limit: Option<usize>,
    after: Option<String>,
}

/// The address that this server was called at.
pub fn base_url(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost:8001");
    format!("http://{host}")
}

fn cursor(position: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("sim:{position}"))
}

fn position(cursor: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    String::from_utf8(bytes).ok()?.strip_prefix("sim:")?.parse().ok()
}

/// Cuts one page out of all rows: 25 unless asked otherwise, 1000 at most.
pub fn page(
    rows: Vec<Value>,
    query: &PageQuery,
    path: &str,
    headers: &HeaderMap,
) -> Result<Value, GraphError> {
    let limit = query.limit.unwrap_or(25).clamp(1, 1000);
    let start = match &query.after {
        Some(after) => position(after).ok_or_else(|| GraphError::parameter("Invalid cursor in after"))?,
        None => 0,
    };
    let total = rows.len();
    let data: Vec<Value> = rows.into_iter().skip(start).take(limit).collect();
    if data.is_empty() {
        return Ok(json!({"data": []}));
    }
    let end = start + data.len();
    let mut paging = json!({"cursors": {"before": cursor(start), "after": cursor(end)}});
    if end < total {
        let next = format!("{}/{path}?limit={limit}&after={}", base_url(headers), cursor(end));
        paging["next"] = next.into();
    }
    Ok(json!({"data": data, "paging": paging}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_all_rows_once() {
        let rows: Vec<Value> = (0..5).map(Value::from).collect();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let query = PageQuery { fields: None, limit: Some(2), after: after.clone() };
            let page = page(rows.clone(), &query, "1/x", &HeaderMap::new()).unwrap();
            seen.extend(page["data"].as_array().unwrap().clone());
            if page["paging"]["next"].is_null() {
                break;
            }
            after = page["paging"]["cursors"]["after"].as_str().map(str::to_owned);
        }
        assert_eq!(seen, rows);
    }
}
