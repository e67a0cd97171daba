//! Text of any encoding as UTF-8.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::SheetError;

const CHUNK: usize = 32 * 1024;
/// Bytes from which the encoding is guessed, beside those around the first that is not UTF-8.
const GUESSED_FROM: u64 = 1024 * 1024;

/// What text is in `file`: its byte order mark says it, or the zeros of UTF-16; else it is UTF-8 if all of it can be,
/// and what its bytes look like, such as Windows-1252, if not.
pub(crate) fn detect(file: &mut (impl Read + Seek)) -> Result<&'static Encoding, SheetError> {
    let mut reader = BufReader::with_capacity(CHUNK, file);
    let found = detect_in(&mut reader)?;
    reader.into_inner().seek(SeekFrom::Start(0))?;
    Ok(found)
}

fn detect_in(reader: &mut impl BufRead) -> Result<&'static Encoding, SheetError> {
    let first = reader.fill_buf()?;
    if let Some((encoding, _)) = Encoding::for_bom(first) {
        return Ok(encoding);
    }
    if let Some(encoding) = utf_16_without_mark(first) {
        return Ok(encoding);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut scratch = vec![0; 3 * CHUNK + 16];
    let (mut seen, mut is_utf_8) = (0, true);
    loop {
        let chunk = reader.fill_buf()?;
        if chunk.is_empty() || (!is_utf_8 && seen > GUESSED_FROM) {
            break;
        }
        if chunk.contains(&0) {
            return Err(SheetError::UnknownFormat);
        }
        let valid = !is_utf_8 || !decoder.decode_to_utf8(chunk, &mut scratch, false).3;
        if seen < GUESSED_FROM || (is_utf_8 && !valid) {
            detector.feed(chunk, false);
        }
        is_utf_8 = is_utf_8 && valid;
        let length = chunk.len();
        seen += u64::try_from(length).unwrap_or(u64::MAX);
        reader.consume(length);
    }
    detector.feed(&[], true);
    Ok(if is_utf_8 { UTF_8 } else { detector.guess(None, Utf8Detection::Deny) })
}

/// UTF-16 shows by its zeros: nearly every other byte of a table with Latin letters and digits.
fn utf_16_without_mark(start: &[u8]) -> Option<&'static Encoding> {
    let start = &start[..start.len().min(1_024)];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    let many = |count: usize| count > 0 && count * 10 >= half * 6;
    match (many(even), many(odd)) {
        (false, true) => Some(UTF_16LE),
        (true, false) => Some(UTF_16BE),
        _ => None,
    }
}

/// `inner` in UTF-8, without a byte order mark. What its encoding does not allow becomes U+FFFD.
pub(crate) struct Utf8<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    ready: Vec<u8>,
    ready_at: usize,
    over: bool,
}

impl<R: Read> Utf8<R> {
    pub(crate) fn new(inner: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { inner, decoder, raw: Vec::new(), raw_at: 0, ready: Vec::new(), ready_at: 0, over: false }
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.ready_at == self.ready.len() && !self.over {
            if self.raw_at == self.raw.len() {
                self.raw.resize(CHUNK, 0);
                let read = self.inner.read(&mut self.raw)?;
                self.raw.truncate(read);
                self.raw_at = 0;
            }
            let last = self.raw.is_empty();
            self.ready.resize(CHUNK, 0);
            let (result, taken, made, _) =
                self.decoder.decode_to_utf8(&self.raw[self.raw_at..], &mut self.ready, last);
            self.raw_at += taken;
            self.ready.truncate(made);
            self.ready_at = 0;
            self.over = last && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let ready = &self.ready[self.ready_at..];
        let length = ready.len().min(buffer.len());
        buffer[..length].copy_from_slice(&ready[..length]);
        self.ready_at += length;
        Ok(length)
    }
}
