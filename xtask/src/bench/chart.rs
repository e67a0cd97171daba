//! The chart: bars of the starts and of the processor time of a request.

use std::fmt::Write;
use std::time::Duration;

use super::Measurements;
use super::report::{MAX_INIT_RATIO, milliseconds};

const WIDTH: f64 = 860.0;
/// Where bars begin: room for names.
const LEFT: f64 = 300.0;
/// Length of the longest bar.
const LONGEST: f64 = 480.0;
const ROW: f64 = 20.0;
const BAR: f64 = 13.0;
const HEAD: f64 = 44.0;
const GREY: &str = "#8c959f";
const BLUE: &str = "#2563a8";

struct Bar<'a> {
    label: String,
    value: Duration,
    colour: &'a str,
}

/// Draws both.
pub fn draw(measurements: &Measurements) -> String {
    let bare = measurements.init.first().map(|init| init.median).unwrap_or_default();
    let starts: Vec<_> = measurements
        .init
        .iter()
        .enumerate()
        .map(|(at, init)| Bar { label: init.name.clone(), value: init.median, colour: colour(at) })
        .collect();
    let requests: Vec<_> = measurements
        .hot
        .iter()
        .enumerate()
        .map(|(at, hot)| Bar {
            label: format!("{}: {}", hot.program, hot.operation),
            value: hot.processor,
            colour: colour(at),
        })
        .collect();
    let mut body = String::new();
    let limit = Some((bare.mul_f64(MAX_INIT_RATIO), format!("{MAX_INIT_RATIO} × hello")));
    let below = panel(&mut body, 0.0, "Start, median, ms", &starts, limit);
    let height = panel(&mut body, below, "Processor time of a hot request, ms", &requests, None);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n"
    )
}

/// The bare function, which comes first, is grey.
fn colour(at: usize) -> &'static str {
    if at == 0 { GREY } else { BLUE }
}

/// Draws one panel below `top`, and returns where it ends.
fn panel(
    svg: &mut String,
    top: f64,
    title: &str,
    bars: &[Bar<'_>],
    limit: Option<(Duration, String)>,
) -> f64 {
    let values = bars.iter().map(|bar| bar.value).chain(limit.as_ref().map(|limit| limit.0));
    let longest = values.max().unwrap_or_default().as_secs_f64().max(f64::MIN_POSITIVE);
    let length = |value: Duration| value.as_secs_f64() / longest * LONGEST;
    let _ = writeln!(
        svg,
        "<text x=\"12\" y=\"{}\" font-size=\"14\" font-weight=\"bold\">{title}</text>",
        top + 24.0
    );
    let mut y = top + HEAD;
    for Bar { label, value, colour } in bars {
        let (text, width, value) = (y + BAR - 2.0, length(*value), milliseconds(*value));
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{label}</text>\
             <rect x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{text}\">{value}</text>",
            LEFT - 8.0,
            LEFT + width + 6.0,
        );
        y += ROW;
    }
    if let Some((value, label)) = limit {
        let x = LEFT + length(value);
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{}\" y2=\"{y}\" stroke=\"#c0392b\" stroke-dasharray=\"4 3\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#c0392b\">{label}</text>",
            top + HEAD - 4.0,
            top + HEAD - 8.0,
        );
    }
    y + 12.0
}
