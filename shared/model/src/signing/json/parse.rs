//! Reading JSON without losing how it is written (RFC 8259).

use super::{Json, MAX_DEPTH};

/// The value that the whole of `text` spells.
pub(super) fn parse(text: &str) -> Option<Json> {
    let mut reader = Reader { rest: text };
    let value = reader.value(MAX_DEPTH)?;
    reader.space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes `token` where it comes next.
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        for word in ["null", "true", "false"] {
            if self.take(word) {
                return Some(Json::Word(word));
            }
        }
        match self.rest.as_bytes().first()? {
            b'"' => self.text().map(Json::Text),
            b'[' => self.array(depth.checked_sub(1)?),
            b'{' => self.object(depth.checked_sub(1)?),
            _ => self.number(),
        }
    }

    fn array(&mut self, depth: usize) -> Option<Json> {
        self.take("[");
        self.space();
        let mut items = Vec::new();
        if self.take("]") {
            return Some(Json::Array(items));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            if self.take("]") {
                return Some(Json::Array(items));
            }
            self.take(",").then_some(())?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.take("{");
        self.space();
        let mut members: Vec<(Vec<u16>, Json)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        if self.take("}") {
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let key = self.text()?;
            self.space();
            self.take(":").then_some(())?;
            let value = self.value(depth)?;
            let place = *places.entry(key.clone()).or_insert(members.len());
            match members.get_mut(place) {
                Some((_, earlier)) => *earlier = value,
                None => members.push((key, value)),
            }
            self.space();
            if self.take("}") {
                return Some(Json::Object(members));
            }
            self.take(",").then_some(())?;
        }
    }

    fn text(&mut self) -> Option<Vec<u16>> {
        self.take("\"").then_some(())?;
        let mut units = Vec::new();
        let mut characters = self.rest.chars();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => units.push(escaped(&mut characters)?),
                '\0'..='\u{1f}' => return None,
                character => units.extend_from_slice(character.encode_utf16(&mut [0; 2])),
            }
        }
        self.rest = characters.as_str();
        Some(units)
    }

    fn number(&mut self) -> Option<Json> {
        let whole: &'a str = self.rest;
        self.take("-");
        if !self.take("0") {
            self.digits()?;
        }
        if self.take(".") {
            self.digits()?;
        }
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            self.digits()?;
        }
        let literal = whole.get(..whole.len() - self.rest.len())?;
        Some(Json::Number(literal.to_owned()))
    }

    fn digits(&mut self) -> Option<()> {
        let rest = self.rest.trim_start_matches(|character: char| character.is_ascii_digit());
        let some = rest.len() < self.rest.len();
        self.rest = rest;
        some.then_some(())
    }
}

fn escaped(characters: &mut std::str::Chars<'_>) -> Option<u16> {
    let character = match characters.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        character @ ('"' | '\\' | '/') => character,
        'u' => {
            let hex = characters
                .as_str()
                .get(..4)
                .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
            *characters = characters.as_str().get(4..)?.chars();
            return u16::from_str_radix(hex, 16).ok();
        }
        _ => return None,
    };
    u16::try_from(u32::from(character)).ok()
}
