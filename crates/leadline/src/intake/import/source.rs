//! A file as a stream of UTF-8, whatever it was written in.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

const BUFFER: usize = 64 * 1024;
const UTF8_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// The stream as UTF-8, without a byte order mark. What is meant to be UTF-8 is passed on as it is, so that a broken
/// place can be told to its row.
pub fn decoded<R: Read + Send + 'static>(
    input: R,
    encoding: Encoding,
) -> io::Result<Box<dyn Read + Send>> {
    let encoding = match encoding {
        Encoding::Utf8 => {
            let mut input = BufReader::with_capacity(BUFFER, input);
            if fill(&mut input)?.starts_with(&UTF8_MARK) {
                input.consume(UTF8_MARK.len());
            }
            return Ok(Box::new(input));
        }
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
        Encoding::Windows1252 => WINDOWS_1252,
    };
    Ok(Box::new(Decoding {
        input: BufReader::with_capacity(BUFFER, input),
        decoder: encoding.new_decoder_with_bom_removal(),
        ended: false,
        text: vec![0; BUFFER],
        filled: 0,
        taken: 0,
    }))
}

/// The first bytes; a source that gives them one by one is asked once only, which at worst leaves a mark in.
fn fill<R: Read>(input: &mut BufReader<R>) -> io::Result<&[u8]> {
    input.fill_buf()
}

struct Decoding<R> {
    input: BufReader<R>,
    decoder: Decoder,
    ended: bool,
    /// Text that has not been taken yet begins at `taken`.
    text: Vec<u8>,
    filled: usize,
    taken: usize,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.filled {
            if self.ended {
                return Ok(0);
            }
            let bytes = self.input.fill_buf()?;
            let last = bytes.is_empty();
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(bytes, &mut self.text, last);
            self.input.consume(read);
            self.ended = last && result == CoderResult::InputEmpty;
            (self.taken, self.filled) = (0, written);
        }
        let count = out.len().min(self.filled - self.taken);
        out[..count].copy_from_slice(&self.text[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = Vec::new();
        decoded(io::Cursor::new(bytes.to_vec()), encoding)
            .unwrap()
            .read_to_end(&mut text)
            .unwrap();
        String::from_utf8_lossy(&text).into_owned()
    }

    #[test]
    fn every_encoding_becomes_utf_8_without_its_mark() {
        let utf16 = |mark: bool, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let mark = mark.then_some(0xFEFF);
            let units = mark.into_iter().chain("Zoë,€".encode_utf16());
            units.flat_map(order).collect()
        };
        for (bytes, encoding) in [
            ("Zoë,€".as_bytes().to_vec(), Encoding::Utf8),
            ("\u{feff}Zoë,€".as_bytes().to_vec(), Encoding::Utf8),
            (utf16(true, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(false, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(true, u16::to_be_bytes), Encoding::Utf16Be),
            (b"Zo\xeb,\x80".to_vec(), Encoding::Windows1252),
        ] {
            assert_eq!(text(&bytes, encoding), "Zoë,€", "{encoding:?}");
        }
        assert_eq!(text(b"", Encoding::Utf8), "");
        assert_eq!(text(b"", Encoding::Utf16Le), "");
    }

    #[test]
    fn a_stream_larger_than_the_buffers_comes_through_whole() {
        let whole = "äöü€,".repeat(50_000);
        let bytes: Vec<u8> = whole.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(text(&bytes, Encoding::Utf16Le) == whole);
    }
}
