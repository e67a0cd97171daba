//! Numbers as JavaScript and Python write them.

/// As JavaScript writes what `literal` is to it: a double (ECMAScript, `Number::toString`; `JSON.stringify` has no
/// infinity).
pub(super) fn javascript(literal: &str) -> String {
    let Some(number) = Decimal::of(literal) else { return "null".to_owned() };
    // The value is 0.DIGITS times 10 to the `point`.
    let point = number.exponent + 1;
    let count = number.count();
    let text = match point {
        _ if number.digits == "0" => return "0".to_owned(),
        point if count <= point && point <= 21 => format!("{}{}", number.digits, zeros(point - count)),
        1..=21 => number.with_point(point),
        -5..=0 => format!("0.{}{}", zeros(-point), number.digits),
        _ => number.scientific(1),
    };
    format!("{}{text}", number.sign)
}

/// As Python writes what `literal` is to it: a whole number of any size, or a double (`repr`).
pub(super) fn python(literal: &str) -> String {
    if !literal.contains(['.', 'e', 'E']) {
        return if literal == "-0" { "0".to_owned() } else { literal.to_owned() };
    }
    let Some(number) = Decimal::of(literal) else {
        return if literal.starts_with('-') { "-Infinity" } else { "Infinity" }.to_owned();
    };
    let point = number.exponent + 1;
    let count = number.count();
    let text = match point {
        _ if number.digits == "0" => "0.0".to_owned(),
        point if count <= point && point <= 16 => format!("{}{}.0", number.digits, zeros(point - count)),
        1..=16 => number.with_point(point),
        -3..=0 => format!("0.{}{}", zeros(-point), number.digits),
        _ => number.scientific(2),
    };
    format!("{}{text}", number.sign)
}

/// A double in the fewest digits that tell it apart.
struct Decimal {
    sign: &'static str,
    /// Without leading and trailing zeros, but for zero itself.
    digits: String,
    /// The power of ten of the first digit.
    exponent: i32,
}

impl Decimal {
    /// The double nearest to `literal`; `None` where it is infinite.
    fn of(literal: &str) -> Option<Self> {
        let number: f64 = literal.parse().ok()?;
        if !number.is_finite() {
            return None;
        }
        let text = format!("{:e}", number.abs());
        let (mantissa, exponent) = text.split_once('e')?;
        let digits = mantissa.replace('.', "");
        let sign = if number.is_sign_negative() { "-" } else { "" };
        Some(Self { sign, digits, exponent: exponent.parse().ok()? })
    }

    fn count(&self) -> i32 {
        i32::try_from(self.digits.len()).unwrap_or(i32::MAX)
    }

    fn with_point(&self, point: i32) -> String {
        let (whole, fraction) = self.digits.split_at(usize::try_from(point).unwrap_or(0));
        format!("{whole}.{fraction}")
    }

    fn scientific(&self, exponent_digits: usize) -> String {
        let (first, others) = self.digits.split_at(1);
        let point = if others.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        let exponent = self.exponent.unsigned_abs();
        format!("{first}{point}{others}e{sign}{exponent:0exponent_digits$}")
    }
}

fn zeros(count: i32) -> String {
    "0".repeat(usize::try_from(count).unwrap_or(0))
}
