//! Text as the XML of a spreadsheet has it.

/// A cell has no more, in UTF-16.
const LONGEST: usize = 32_767;

/// As much of a text as a cell holds, cut between letters.
pub fn shortened(text: &str) -> &str {
    // No letter has more units in UTF-16 than bytes in UTF-8.
    if text.len() <= LONGEST {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > LONGEST
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// Adds text with what XML cannot say written as spreadsheets write it (`_x0007_`), and what looks like that by chance too.
pub fn push(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let special: &[u8] = match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            b'\t' | b'\n' | 0x20.. if !is_escape(bytes, at) && !is_no_letter(bytes, at) => continue,
            b'_' => b"_x005F_",
            // The last two of the sixteen bits are no letters to XML.
            0xEF => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(if bytes[at + 2] == 0xBE {
                    b"_xFFFE_"
                } else {
                    b"_xFFFF_"
                });
                from = at + 3;
                continue;
            }
            control => {
                out.extend_from_slice(&bytes[from..at]);
                out.extend_from_slice(format!("_x{control:04X}_").as_bytes());
                from = at + 1;
                continue;
            }
        };
        out.extend_from_slice(&bytes[from..at]);
        out.extend_from_slice(special);
        from = at + 1;
    }
    out.extend_from_slice(&bytes[from..]);
}

/// Whether `_x` and four digits and `_` stand here.
fn is_escape(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'_'
        && bytes.get(at + 1) == Some(&b'x')
        && bytes.get(at + 6) == Some(&b'_')
        && bytes[at + 2..at + 6].iter().all(u8::is_ascii_hexdigit)
}

fn is_no_letter(bytes: &[u8], at: usize) -> bool {
    bytes[at] == 0xEF
        && bytes.get(at + 1) == Some(&0xBF)
        && matches!(bytes.get(at + 2), Some(0xBE | 0xBF))
}

/// The letters by which spreadsheets call a column, counted from 0.
pub fn letters(column: usize) -> String {
    let (mut left, mut name) = (column + 1, Vec::new());
    while left > 0 {
        left -= 1;
        name.push(char::from(
            b'A' + u8::try_from(left % 26).unwrap_or_default(),
        ));
        left /= 26;
    }
    name.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(text: &str) -> String {
        let mut out = Vec::new();
        push(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_xml_cannot_say_is_written_otherwise() {
        for (text, xml) in [
            (
                "Ada & <Bob> \"x\" ü 😀",
                "Ada &amp; &lt;Bob&gt; &quot;x&quot; ü 😀",
            ),
            ("a\tb\nc\r\nd", "a\tb\nc_x000D_\nd"),
            ("bell \u{7}\0", "bell _x0007__x0000_"),
            ("_x0041_ _x41_ _", "_x005F_x0041_ _x41_ _"),
            ("_x00", "_x00"),
            ("\u{FFFE}a\u{FFFF}ﾀ", "_xFFFE_a_xFFFF_ﾀ"),
            ("", ""),
        ] {
            assert_eq!(pushed(text), xml, "{text:?}");
        }
    }

    #[test]
    fn long_text_is_cut_between_letters() {
        let text = "😀".repeat(20_000);
        assert_eq!(shortened(&text).chars().count(), LONGEST / 2);
        assert_eq!(shortened("Ada"), "Ada");
    }

    #[test]
    fn columns_are_called_by_letters() {
        let named = [0, 25, 26, 51, 52, 701, 702, 16_383].map(letters);
        assert_eq!(named, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD"]);
    }
}
