//! `docs/benchmarks.md`. What stands there under "Remarks" is written by hand, and is kept.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::hot::{COUNTED, Cost, WARM_UP};
use super::init::STARTS;
use super::{HELLO, Measurements, chart};

const REMARKS: &str = "\n## Remarks\n";
/// Start in relation to that of the bare function.
pub const MAX_INIT_RATIO: f64 = 1.5;
const MAX_ZIP_MEGABYTES: f64 = 6.0;
const MAX_RESIDENT_MEGABYTES: f64 = 40.0;
const MAX_ROUND_TRIPS: u32 = 2;
const BYTES_OF_MEGABYTE: f64 = 1_000_000.0;

/// Writes the page and its chart into a directory.
pub fn write(docs: &Path, measurements: &Measurements) -> Result<()> {
    let page = docs.join("benchmarks.md");
    let before = fs::read_to_string(&page).unwrap_or_default();
    let remarks = before.split_once(REMARKS).map_or("", |(_, remarks)| remarks);
    let text = format!("{}{REMARKS}{remarks}", render(measurements));
    fs::write(&page, text).with_context(|| format!("cannot write {}", page.display()))?;
    Ok(fs::write(docs.join("benchmarks.svg"), chart::draw(measurements))?)
}

/// The tables, for the terminal.
pub fn summary(measurements: &Measurements) -> String {
    [budgets(measurements), starts(measurements), requests(measurements)].join("\n")
}

fn render(measurements: &Measurements) -> String {
    let machine = &measurements.machine;
    format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench` on {date}: {processor}, {processors} processors, {system}, {compiler}. \
         Machines differ, and so do runs on a busy one: compare within one run.\n\n\
         ![Time to start, processor time of a request](benchmarks.svg)\n\n\
         ## Budgets\n\n{budgets}\n\
         ## Starts, memory, size\n\n\
         From the start of the process until it asks for its first event, {STARTS} times each, the programs in turns. \
         `{HELLO}` is a bare `lambda_http` function of the same profile. Memory is what is resident after \
         {events} events of the operation below that needs most. The zip holds the stripped program.\n\n{starts}\n\
         ## Hot requests\n\n\
         {COUNTED} events, one after the other in one process, after {WARM_UP} that are not counted. The time is from \
         the handing out of the event to the last byte of the answer. AWS is an emulator in Python on the same \
         machine, and its time is in there; the processor time is that of the function alone, all threads together. \
         Calls, sequential round trips and units (read, write) are what the function logs.\n\n{requests}",
        date = machine.date,
        processor = machine.processor,
        processors = machine.processors,
        system = machine.system,
        compiler = machine.compiler,
        events = WARM_UP + COUNTED,
        budgets = budgets(measurements),
        starts = starts(measurements),
        requests = requests(measurements),
    )
}

fn budgets(measurements: &Measurements) -> String {
    let mut text = String::from("| what | budget | worst | |\n|---|---|---|---|\n");
    let mut row = |what: &str, budget: String, worst: Option<(f64, &str)>, max: f64, digits: usize| {
        let Some((worst, name)) = worst else { return };
        let verdict = if worst <= max { "met" } else { "**missed**" };
        let _ = writeln!(text, "| {what} | {budget} | {worst:.digits$} ({name}) | {verdict} |");
    };
    let init = measurements.init.iter().skip(1).map(|init| (init.ratio, init.name.as_str()));
    row(
        "start, in relation to the bare function",
        format!("≤ {MAX_INIT_RATIO}"),
        worst(init),
        MAX_INIT_RATIO,
        2,
    );
    let zips = measurements
        .zips
        .iter()
        .zip(&measurements.init)
        .map(|(bytes, init)| (megabytes(*bytes), &*init.name));
    row("zip, MB", format!("≤ {MAX_ZIP_MEGABYTES}"), worst(zips), MAX_ZIP_MEGABYTES, 1);
    let resident = measurements.hot.iter().map(|hot| (megabytes(hot.resident), &*hot.program));
    row(
        "resident memory, MB",
        format!("≤ {MAX_RESIDENT_MEGABYTES}"),
        worst(resident),
        MAX_RESIDENT_MEGABYTES,
        1,
    );
    let trips = measurements.hot.iter().filter(|hot| hot.operation.contains(" /"));
    let trips = trips.map(|hot| (f64::from(hot.cost.round_trips), hot.operation));
    row(
        "sequential round trips of a request",
        format!("≤ {MAX_ROUND_TRIPS}"),
        worst(trips),
        MAX_ROUND_TRIPS.into(),
        0,
    );
    text
}

fn worst<'a>(values: impl Iterator<Item = (f64, &'a str)>) -> Option<(f64, &'a str)> {
    values.max_by(|one, other| one.0.total_cmp(&other.0))
}

fn starts(measurements: &Measurements) -> String {
    let mut text = String::from(
        "| function | median, ms | p90, ms | in relation to the bare one | resident, MB | zip, MB |\n\
         |---|--:|--:|--:|--:|--:|\n",
    );
    for (init, zip) in measurements.init.iter().zip(&measurements.zips) {
        let resident =
            measurements.hot.iter().filter(|hot| hot.program == init.name).map(|hot| hot.resident).max();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.2} | {:.1} | {:.1} |",
            init.name,
            milliseconds(init.median),
            milliseconds(init.p90),
            init.ratio,
            megabytes(resident.unwrap_or_default()),
            megabytes(*zip),
        );
    }
    text
}

fn requests(measurements: &Measurements) -> String {
    let mut text = String::from(
        "| function | operation | p50, ms | p99, ms | processor, ms | AWS calls | round trips | units |\n\
         |---|---|--:|--:|--:|--:|--:|--:|\n",
    );
    for hot in &measurements.hot {
        let Cost { calls, round_trips, read_units, write_units } = hot.cost;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {calls} | {round_trips} | {read_units}, {write_units} |",
            hot.program,
            hot.operation,
            milliseconds(hot.p50),
            milliseconds(hot.p99),
            milliseconds(hot.processor),
        );
    }
    text
}

/// Milliseconds with two digits after the point.
pub fn milliseconds(duration: Duration) -> String {
    format!("{:.2}", duration.as_secs_f64() * 1_000.0)
}

#[expect(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / BYTES_OF_MEGABYTE
}
