//! JSON as JavaScript and Python write it after reading it: receivers that serialise again what they parsed sign that.

use std::fmt::Write;

mod numbers;
mod parse;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 64;

/// A JSON value that keeps what a rewriting would lose: the order of members and how numbers are written.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`, `true` or `false`.
    Word(&'static str),
    /// A number, as it is written.
    Number(String),
    /// A text in UTF-16, which can hold halves of surrogate pairs.
    Text(Vec<u16>),
    /// An array.
    Array(Vec<Json>),
    /// An object: members in the order of their first appearance, each with its last value.
    Object(Vec<(Vec<u16>, Json)>),
}

impl Json {
    /// The value that `bytes` spell; `None` where they spell none, or one that is nested too deeply.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        parse::parse(std::str::from_utf8(bytes).ok()?)
    }

    /// As `JSON.stringify(JSON.parse(…))` writes it.
    pub fn as_javascript(&self) -> String {
        let mut text = String::new();
        self.write_javascript(&mut text);
        text
    }

    /// As `json.dumps(json.loads(…))` writes it.
    pub fn as_python(&self) -> String {
        let mut text = String::new();
        self.write_python(&mut text);
        text
    }

    fn write_javascript(&self, out: &mut String) {
        match self {
            Self::Word(word) => out.push_str(word),
            Self::Number(literal) => out.push_str(&numbers::javascript(literal)),
            Self::Text(units) => write_javascript_text(units, out),
            Self::Array(items) => {
                write_list(out, ('[', ']'), ",", items, Json::write_javascript);
            }
            Self::Object(members) => {
                // Keys that are array indexes come first, in their order (ECMAScript, OrdinaryOwnPropertyKeys).
                let mut ordered: Vec<_> = members.iter().collect();
                ordered.sort_by_key(|(key, _)| array_index(key).map_or((1, 0), |index| (0, index)));
                write_list(out, ('{', '}'), ",", &ordered, |(key, value), out| {
                    write_javascript_text(key, out);
                    out.push(':');
                    value.write_javascript(out);
                });
            }
        }
    }

    fn write_python(&self, out: &mut String) {
        match self {
            Self::Word(word) => out.push_str(word),
            Self::Number(literal) => out.push_str(&numbers::python(literal)),
            Self::Text(units) => write_python_text(units, out),
            Self::Array(items) => {
                write_list(out, ('[', ']'), ", ", items, Json::write_python);
            }
            Self::Object(members) => write_list(out, ('{', '}'), ", ", members, |(key, value), out| {
                write_python_text(key, out);
                out.push_str(": ");
                value.write_python(out);
            }),
        }
    }
}

fn write_list<T>(
    out: &mut String,
    brackets: (char, char),
    between: &str,
    items: &[T],
    write: impl Fn(&T, &mut String),
) {
    out.push(brackets.0);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(between);
        }
        write(item, out);
    }
    out.push(brackets.1);
}

/// The array index that a key spells: a whole number below 2^32 - 1 in its shortest form.
fn array_index(key: &[u16]) -> Option<u32> {
    let text = String::from_utf16(key).ok()?;
    let index: u32 = text.parse().ok()?;
    (index != u32::MAX && index.to_string() == text).then_some(index)
}

fn write_javascript_text(units: &[u16], out: &mut String) {
    out.push('"');
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(character) if !write_short_escape(character, out) => out.push(character),
            Ok(_) => {}
            Err(half) => write_escape(half.unpaired_surrogate(), out),
        }
    }
    out.push('"');
}

fn write_python_text(units: &[u16], out: &mut String) {
    out.push('"');
    for unit in units {
        match char::from_u32(u32::from(*unit)) {
            Some(character) if write_short_escape(character, out) => {}
            Some(character @ ' '..='~') => out.push(character),
            _ => write_escape(*unit, out),
        }
    }
    out.push('"');
}

/// Writes what both languages escape alike; whether `character` is such.
fn write_short_escape(character: char, out: &mut String) -> bool {
    let escape = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\u{c}' => "\\f",
        '\r' => "\\r",
        '\0'..='\u{1f}' => {
            write_escape(u16::try_from(u32::from(character)).unwrap_or_default(), out);
            return true;
        }
        _ => return false,
    };
    out.push_str(escape);
    true
}

fn write_escape(unit: u16, out: &mut String) {
    // Writing to a string can't fail.
    let _ = write!(out, "\\u{unit:04x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What node 22 and `CPython` 3.11 write for the same text.
    #[test]
    fn both_forms_are_those_of_the_languages() {
        let cases = [
            ("{}", "{}", "{}"),
            (" [ ] ", "[]", "[]"),
            (r#"{"b":1,"a":[true,null]}"#, r#"{"b":1,"a":[true,null]}"#, r#"{"b": 1, "a": [true, null]}"#),
            (
                r#"{"b":0,"2":1,"10":2,"1":3}"#,
                r#"{"1":3,"2":1,"10":2,"b":0}"#,
                r#"{"b": 0, "2": 1, "10": 2, "1": 3}"#,
            ),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#, r#"{"a": 3, "b": 2}"#),
            ("[1.0,1e16,1e-7,1.50]", "[1,10000000000000000,1e-7,1.5]", "[1.0, 1e+16, 1e-07, 1.5]"),
            ("[9007199254740993]", "[9007199254740992]", "[9007199254740993]"),
            ("[-0,-0.0,0.0001,0.00001]", "[0,0,0.0001,0.00001]", "[0, -0.0, 0.0001, 1e-05]"),
            (
                "[1e21,123456789012345680000,1e400]",
                "[1e+21,123456789012345680000,null]",
                "[1e+21, 123456789012345680000, Infinity]",
            ),
            (r#"["\/\b\u001f\u007f"]"#, "[\"/\\b\\u001f\u{7f}\"]", r#"["/\b\u001f\u007f"]"#),
            ("[\"é🚀\u{2028}\"]", "[\"é🚀\u{2028}\"]", r#"["\u00e9\ud83d\ude80\u2028"]"#),
            (r#"["\ud83d"]"#, r#"["\ud83d"]"#, r#"["\ud83d"]"#),
        ];
        for (text, javascript, python) in cases {
            let json = Json::parse(text.as_bytes()).unwrap();
            assert_eq!(json.as_javascript(), javascript, "{text}");
            assert_eq!(json.as_python(), python, "{text}");
        }
    }

    #[test]
    fn what_is_not_json_is_none() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "{a:1}",
            "01",
            "1.",
            "+1",
            ".5",
            "\"\u{1}\"",
            "nul",
            "\"\\x\"",
            "1 2",
            "[1}",
            "\"\\u12\"",
            "--1",
            "1e",
            "'a'",
        ] {
            assert_eq!(Json::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Json::parse(&[b'"', 0xff, b'"']), None);
        assert_eq!(Json::parse(&vec![b'['; 100_000]), None);
    }
}
