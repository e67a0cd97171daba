//! The error codes that the simulator can bring on, each with the HTTP status Graph answers it with
//! (Meta, Cloud API error codes).

/// One row of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphCode {
    /// Graph's `error.code`.
    pub code: u32,
    /// HTTP status of the synchronous answer.
    pub http: u16,
    /// What the code means, in a few words.
    pub title: &'static str,
    /// `error.error_subcode`, where Graph gives one.
    pub subcode: Option<u32>,
}

const fn row(code: u32, http: u16, title: &'static str) -> GraphCode {
    GraphCode { code, http, title, subcode: None }
}

/// Every code of the catalogue, in ascending order.
pub const CODES: &[GraphCode] = &[
    row(0, 401, "Authentication failed"),
    row(1, 400, "Unknown API error"),
    row(2, 503, "Service temporarily down"),
    row(3, 500, "Capability or permission missing"),
    row(4, 400, "Application call limit reached"),
    row(10, 403, "Permission not granted"),
    row(33, 400, "Phone number deleted or unknown"),
    row(100, 400, "Invalid parameter"),
    GraphCode { code: 190, http: 401, title: "Access token expired", subcode: Some(463) },
    row(200, 403, "Permission denied"),
    row(368, 403, "Temporarily blocked for policy violations"),
    row(613, 429, "Calls to this API exceed the rate limit"),
    row(80007, 400, "Business account call limit reached"),
    row(80008, 400, "Business account management limit reached"),
    row(130_429, 400, "Rate limit hit"),
    row(130_472, 400, "Recipient is part of an experiment"),
    row(130_497, 403, "Business may not message this country"),
    row(131_000, 500, "Something went wrong"),
    row(131_005, 403, "Access denied"),
    row(131_008, 400, "Required parameter is missing"),
    row(131_009, 400, "Parameter value is not valid"),
    row(131_016, 500, "Service unavailable"),
    row(131_021, 400, "Recipient cannot be sender"),
    row(131_026, 400, "Message undeliverable"),
    row(131_030, 400, "Recipient not in allowed list"),
    row(131_031, 403, "Account locked"),
    row(131_037, 400, "Display name needs approval"),
    row(131_042, 400, "Payment problem"),
    row(131_045, 500, "Number not properly registered"),
    row(131_047, 400, "Outside the customer service window"),
    row(131_048, 400, "Spam rate limit hit"),
    row(131_049, 400, "Withheld to keep engagement healthy"),
    row(131_050, 400, "Recipient stopped marketing messages"),
    row(131_051, 400, "Unsupported message type"),
    row(131_052, 400, "Media download error"),
    row(131_053, 400, "Media upload error"),
    row(131_056, 400, "Pair rate limit hit"),
    row(131_057, 500, "Account in maintenance mode"),
    row(131_062, 400, "Business-scoped user id not supported here"),
    row(131_063, 400, "Marketing templates disabled on this API"),
    row(131_064, 400, "Messaging limit lowered"),
    row(132_000, 400, "Template parameter count mismatch"),
    row(132_001, 404, "Template does not exist"),
    row(132_005, 400, "Filled template text too long"),
    row(132_007, 400, "Template format policy violated"),
    row(132_008, 400, "Template parameter refused"),
    row(132_012, 400, "Template parameter format mismatch"),
    row(132_015, 400, "Template is paused"),
    row(132_016, 400, "Template is disabled"),
    row(132_018, 400, "Template parameter holds forbidden whitespace"),
    row(132_068, 400, "Flow is blocked"),
    row(132_069, 400, "Flow is throttled"),
    row(133_000, 500, "Incomplete deregistration"),
    row(133_004, 503, "Server temporarily unavailable"),
    row(133_005, 400, "Two-step verification code mismatch"),
    row(133_006, 400, "Phone number needs verification"),
    row(133_008, 400, "Too many verification code guesses"),
    row(133_009, 400, "Verification code guessed too fast"),
    row(133_010, 400, "Phone number not registered"),
    row(133_015, 400, "Wait before registering this number"),
    row(133_016, 400, "Too many registration attempts"),
    row(134_011, 400, "Payments terms not accepted"),
    row(134_100, 400, "Only marketing messages allowed here"),
    row(134_101, 400, "Template is still being synchronised"),
    row(134_102, 500, "Template unavailable for this API"),
    row(135_000, 400, "Generic user error"),
    row(2_494_100, 400, "Phone number in maintenance"),
];

/// Looks a code up. Graph uses 200 to 299 for permissions: they share the row of 200.
pub fn lookup(code: u32) -> Option<GraphCode> {
    let listed = if (200..300).contains(&code) { 200 } else { code };
    let found = CODES.iter().find(|row| row.code == listed)?;
    Some(GraphCode { code, ..*found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ascending() {
        assert!(CODES.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn the_readme_lists_every_code() {
        let readme = include_str!("../README.md");
        for row in CODES {
            let line = format!("| {} | {} | {} |", row.code, row.http, row.title);
            assert!(readme.contains(&line), "{line}");
        }
    }

    #[test]
    fn permission_codes_share_a_row() {
        assert_eq!(lookup(294).map(|row| (row.code, row.http)), Some((294, 403)));
        assert_eq!(lookup(300), None);
    }
}
