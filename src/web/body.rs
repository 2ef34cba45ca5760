//! Bodies as they arrive: unpacked and decoded piece by piece, within limits.

use std::io::Write;

use encoding_rs::{Decoder, Encoding, UTF_8};
use flate2::write::MultiGzDecoder;

/// No more of a page is read.
const LARGEST: usize = 8 * 1024 * 1024;
/// What grows more than this when it is unpacked was made to do harm.
const LARGEST_RATIO: usize = 100;
/// This much may grow by any ratio: repetitive pages do.
const HARMLESS: usize = 512 * 1024;
/// So much is unpacked at once.
const PIECE: usize = 512;
/// So much of a page is looked at for its encoding.
const PRESCAN: usize = 1024;

/// Unpacks and decodes a body.
pub(super) struct Body {
    gzip: Option<MultiGzDecoder<Vec<u8>>>,
    arrived: usize,
    unpacked: usize,
    head: Vec<u8>,
    declared: Option<&'static Encoding>,
    decoder: Option<Decoder>,
}

/// It is not read any further.
#[derive(Debug)]
pub(super) struct TooMuch;

impl Body {
    /// A body with these headers; `None`: it is packed in a way that we did not ask for.
    pub(super) fn new(content_encoding: &str, content_type: &str) -> Option<Self> {
        let gzip = match content_encoding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => None,
            "gzip" | "x-gzip" => Some(MultiGzDecoder::new(Vec::new())),
            _ => return None,
        };
        let charset = content_type.split(';').skip(1).find_map(|part| {
            let (name, value) = part.split_once('=')?;
            let value = value.trim().trim_matches('"').trim_matches('\'');
            name.trim().eq_ignore_ascii_case("charset").then(|| Encoding::for_label(value.as_bytes()))?
        });
        Some(Self { gzip, arrived: 0, unpacked: 0, head: Vec::new(), declared: charset, decoder: None })
    }

    /// The text of the next piece; the last one ends the body.
    pub(super) fn read(&mut self, piece: &[u8], last: bool) -> Result<String, TooMuch> {
        let mut text = String::new();
        for part in piece.chunks(PIECE) {
            self.arrived += part.len();
            let bytes = match &mut self.gzip {
                None => part.to_vec(),
                Some(gzip) => {
                    gzip.write_all(part).and_then(|()| gzip.flush()).map_err(|_| TooMuch)?;
                    std::mem::take(gzip.get_mut())
                }
            };
            self.unpacked += bytes.len();
            let is_bomb = self.unpacked > HARMLESS && self.unpacked / LARGEST_RATIO > self.arrived;
            if is_bomb || self.unpacked > LARGEST {
                return Err(TooMuch);
            }
            self.decode(&bytes, false, &mut text);
        }
        if last {
            self.decode(&[], true, &mut text);
        }
        Ok(text)
    }

    fn decode(&mut self, bytes: &[u8], last: bool, text: &mut String) {
        let head = if self.decoder.is_none() {
            self.head.extend_from_slice(bytes);
            if self.head.len() < PRESCAN && !last {
                return;
            }
            std::mem::take(&mut self.head)
        } else {
            bytes.to_vec()
        };
        let declared = self.declared;
        let decoder = self.decoder.get_or_insert_with(|| {
            let encoding = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
            encoding.or(declared).or_else(|| meta(&head)).unwrap_or(UTF_8).new_decoder()
        });
        text.reserve(decoder.max_utf8_buffer_length(head.len()).unwrap_or(0));
        _ = decoder.decode_to_string(&head, text, last);
    }
}

/// The encoding that a `<meta>` names.
fn meta(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&head[..head.len().min(PRESCAN)]).to_ascii_lowercase();
    let at = head.find("charset=")? + 8;
    let value = head[at..].trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| matches!(c, '"' | '\'' | ';' | '>' | '/') || c.is_whitespace());
    Encoding::for_label(&value.as_bytes()[..end.unwrap_or(value.len())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    #[test]
    fn encodings_are_found_in_the_order_of_browsers() {
        let (shift_jis, ..) = encoding_rs::SHIFT_JIS.encode("<meta charset=\"shift_jis\">日本");
        let (euc, ..) = encoding_rs::EUC_JP.encode("<meta charset=\"utf-8\">日本");
        for (content_type, bytes) in [
            ("text/html", &shift_jis[..]),
            ("text/html; Charset=\"euc-jp\"", &euc[..]),
            ("text/html; charset=latin1", "\u{feff}日本".as_bytes()),
            ("text/html", "日本".as_bytes()),
        ] {
            let mut body = Body::new("", content_type).expect("readable");
            let mut text = String::new();
            for byte in bytes {
                text += &body.read(&[*byte], false).expect("small");
            }
            text += &body.read(&[], true).expect("small");
            assert!(text.ends_with("日本"), "{content_type}: {text}");
        }
    }

    #[test]
    fn bombs_are_put_down_before_they_go_off() {
        let bomb = gzip(&vec![b' '; 16 * 1024 * 1024]);
        let mut body = Body::new("gzip", "text/html").expect("readable");
        assert!(body.read(&bomb, true).is_err());
        assert!(body.unpacked < 2 * 1024 * 1024, "{}", body.unpacked);
        let mut endless = Body::new("", "text/html").expect("readable");
        let piece = [b'a'; 4096];
        let read = (0..).take_while(|_| endless.read(&piece, false).is_ok()).count();
        assert_eq!(read, LARGEST / piece.len());
    }

    #[test]
    fn packed_pages_are_unpacked_and_other_packings_are_not_guessed() {
        let mut body = Body::new("gzip", "").expect("readable");
        assert_eq!(body.read(&gzip("日本".as_bytes()), true).expect("small"), "日本");
        assert!(Body::new("br", "").is_none());
    }
}
