//! Tables in files, good and bad.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod book;

use std::io::Cursor;
use std::ops::ControlFlow;

use book::{Book, inline, number};
use switchboard_sheets::{Limits, Line, Row, SheetError, read};

const LIMITS: Limits = Limits { workbook_bytes: 4_000_000, unpacked_bytes: 40_000_000 };

/// What is read of a file, a line each; cells that are numbers are marked.
fn lines(file: impl Into<Vec<u8>>) -> Result<Vec<String>, SheetError> {
    let mut lines = Vec::new();
    read(Cursor::new(file.into()), LIMITS, &mut |line| {
        lines.push(match line {
            Line::Header(names) => names.join("|"),
            Line::Row(Row { number, cells }) => {
                let cells = cells
                    .into_iter()
                    .map(|cell| if cell.numeric { format!("#{}", cell.text) } else { cell.text });
                format!("{number}: {}", cells.collect::<Vec<_>>().join("|"))
            }
        });
        ControlFlow::Continue(())
    })?;
    Ok(lines)
}

fn refused(file: impl Into<Vec<u8>>) -> String {
    lines(file).unwrap_err().to_string()
}

#[test]
fn the_documented_table_is_read() {
    let file = "phone,name,tags\n+1234567890,John Doe,customer;vip\n+0987654321,Jane Smith,customer\n";
    assert_eq!(
        lines(file).unwrap(),
        ["phone|name|tags", "1: +1234567890|John Doe|customer;vip", "2: +0987654321|Jane Smith|customer"]
    );
}

#[test]
fn separators_quotes_line_breaks_and_ragged_rows_work() {
    let semicolons = "phone;name\r\n+1;\"a;b\"\r\n+2;\"two\r\nlines\"\r\n+3\r\n+4;x;y\r\n";
    assert_eq!(
        lines(semicolons).unwrap(),
        ["phone|name", "1: +1|a;b", "2: +2|two\r\nlines", "3: +3", "4: +4|x|y"]
    );
    assert_eq!(lines("phone\tname\n+1\ta,b\n").unwrap(), ["phone|name", "1: +1|a,b"]);
    assert_eq!(lines("sep=;\r\nphone;name\r\n+1;a,b\r\n").unwrap(), ["phone|name", "1: +1|a,b"]);
    assert_eq!(lines("phone\n+1\n\n,\n+2").unwrap(), ["phone", "1: +1", "3: +2"]);
    assert_eq!(lines("\"a \"\"b\"\"\",\"c;d;e\"\n1,2\n").unwrap(), ["a \"b\"|c;d;e", "1: 1|2"]);
}

#[test]
fn any_encoding_is_read() {
    let text = "phone,name\n+1,Zoë Müller – José\n";
    let expected = ["phone|name", "1: +1|Zoë Müller – José"];
    let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    let (little, big) = (utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes));
    let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
    let windows_1252: Vec<u8> = text
        .chars()
        .map(|letter| if letter == '–' { 0x96 } else { u8::try_from(u32::from(letter)).unwrap() })
        .collect();
    for file in [
        text.as_bytes().to_vec(),
        marked(b"\xef\xbb\xbf", text.as_bytes()),
        marked(b"\xff\xfe", &little),
        marked(b"\xfe\xff", &big),
        little,
        big,
        windows_1252,
    ] {
        assert_eq!(lines(file.clone()).unwrap(), expected, "{:02x?}", &file[..4]);
    }
}

#[test]
fn a_file_that_is_not_utf_8_only_far_behind_is_read_whole() {
    let mut file = b"phone,name\n".to_vec();
    for _ in 0..200_000 {
        file.extend_from_slice(b"+15550001111,Ada\n");
    }
    file.extend_from_slice(b"+15550001111,Zo\xeb\n");
    assert_eq!(lines(file).unwrap().last().unwrap(), "200001: +15550001111|Zoë");
}

#[test]
fn a_workbook_is_read_with_its_numbers_dates_and_gaps() {
    let book = Book::new(&[
        &[inline("Phone"), inline("Name"), inline("Born")],
        &[number("491701234567"), inline("Ada &amp; Co"), number("44197").styled(1)],
        &[],
        &[number("1.5550001111E10"), inline(""), number("0.5")],
    ]);
    assert_eq!(
        lines(book.bytes()).unwrap(),
        ["Phone|Name|Born", "1: #491701234567|Ada & Co|2021-01-01", "3: #15550001111||#0.5"]
    );
}

#[test]
fn a_workbooks_shared_texts_are_read() {
    let book = Book::new(&[&[book::shared(0)], &[book::shared(1)]]).with_texts(&["phone", "+15550001111"]);
    assert_eq!(lines(book.bytes()).unwrap(), ["phone", "1: +15550001111"]);
}

#[test]
fn a_reader_may_stop() {
    let mut seen = 0;
    let file = Cursor::new("phone\n1\n2\n3\n");
    let stop = &mut |_| {
        seen += 1;
        if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    read(file, LIMITS, stop).unwrap();
    assert_eq!(seen, 2);
}

#[test]
fn what_is_no_table_is_refused_in_words() {
    let book = Book::new(&[&[inline("phone")], &[inline("+1")]]);
    let whole = book.bytes();
    let mut compound = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    compound.resize(100_000, 0);
    let mut encrypted = compound.clone();
    encrypted.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let cases = [
        ("0 bytes", refused("")),
        ("blank", refused("\n\n ,\n")),
        ("truncated", refused(&whole[..whole.len() / 2])),
        ("truncated at the end", refused(&whole[..whole.len() - 10])),
        ("encrypted", refused(encrypted)),
        ("old", refused(compound)),
        ("no workbook", refused(book::archive(&[("a.txt", b"phone")]))),
        ("image", refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec())),
        ("wide", refused(vec![b','; 300].into_iter().chain(*b"x\n").collect::<Vec<u8>>())),
        ("no end of quotes", refused(format!("phone\n\"{}", "+1\n".repeat(500_000)))),
    ];
    let cases: Vec<_> = cases.iter().map(|(name, error)| format!("{name}: {error}")).collect();
    insta::assert_snapshot!(cases.join("\n"), @"
    0 bytes: it is empty
    blank: it is empty
    truncated: it is damaged or incomplete, or no Excel file (.xlsx)
    truncated at the end: it is damaged or incomplete, or no Excel file (.xlsx)
    encrypted: it is encrypted. Save it without a password
    old: it is an old Excel file (.xls). Save it as .xlsx or CSV
    no workbook: it is damaged or incomplete, or no Excel file (.xlsx)
    image: it is neither CSV nor Excel (.xlsx)
    wide: it has more than 256 columns
    no end of quotes: the row after line 2 is longer than 1 MB. Perhaps a quotation mark is not closed
    ");
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_whatever_it_declares() {
    let zeros = vec![b' '; 60_000_000];
    let bomb = book::archive(&[("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < 100_000);
    assert_eq!(refused(bomb.clone()), "it unpacks to too much data. Save it as CSV");
    assert_eq!(
        refused(book::declaring(bomb, 1_000)),
        "it is damaged or incomplete, or no Excel file (.xlsx)"
    );
}

#[test]
fn a_workbook_with_too_many_parts_or_bytes_is_refused() {
    let names: Vec<String> = (0..2_100).map(|at| format!("{at}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(book::archive(&parts)), "it unpacks to too much data. Save it as CSV");
    let mut large = Book::new(&[&[inline("phone")]]).bytes();
    large.resize(4_000_001, 0);
    assert!(refused(large).starts_with("it is too large for an Excel file"));
}
