//! Which bytes of an answer are its body, byte by byte as they come.

use std::str;

/// Longer lines are no head that anyone sends; ureq gives up long before.
const LONGEST_LINE: usize = 64 * 1024;

/// Follows an answer through its head, and through its chunks if it has any.
///
/// It decides nothing: what it takes for the body is compared in length with what ureq does.
#[derive(Debug, Default)]
pub(crate) struct Framing {
    at: At,
    line: Vec<u8>,
    status: u16,
    chunked: bool,
    length: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    #[default]
    Head,
    /// So much of the body, or of a chunk, is to come.
    Body {
        left: u64,
        chunk: bool,
    },
    /// A body that ends with the connection.
    BodyToTheEnd,
    ChunkSize,
    ChunkEnd,
    Trailer,
    /// What comes after the body belongs to nothing.
    After,
}

/// What a stretch of bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Status, headers, sizes of chunks.
    Frame,
    Body,
    /// What nobody needs: where a redirect leads, and what comes after the body.
    Beyond,
}

impl Framing {
    /// What the next bytes are, and how many of them; `bytes` is not empty.
    pub(crate) fn next(&mut self, bytes: &[u8]) -> (Part, usize) {
        match self.at {
            At::Body { left, chunk } => {
                let length = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                self.at = match left - length as u64 {
                    0 if chunk => At::ChunkEnd,
                    0 => At::After,
                    left => At::Body { left, chunk },
                };
                (Part::Body, length)
            }
            At::BodyToTheEnd => (Part::Body, bytes.len()),
            At::After => (Part::Beyond, bytes.len()),
            At::Head | At::ChunkSize | At::ChunkEnd | At::Trailer => self.frame(bytes),
        }
    }

    /// Takes a line, or what there is of it; a header's name and value by themselves.
    fn frame(&mut self, bytes: &[u8]) -> (Part, usize) {
        let named = self.line.contains(&b':');
        let leads_on = named && self.line.get(..9).is_some_and(is_location);
        let ends = |byte: &u8| match byte {
            b':' => !named,
            b'\r' => leads_on,
            byte => *byte == b'\n',
        };
        let length = match bytes.iter().position(ends) {
            // The end of the line is for ureq to see.
            Some(end) if leads_on => end.max(1),
            Some(end) => end + 1,
            None => bytes.len(),
        };
        let taken = bytes.get(..length).unwrap_or(bytes);
        if self.line.len() + length > LONGEST_LINE {
            self.at = At::After;
            return (Part::Beyond, length);
        }
        self.line.extend_from_slice(taken);
        if taken.last() == Some(&b'\n') {
            let line = std::mem::take(&mut self.line);
            let line = str::from_utf8(&line).unwrap_or("?").trim_end();
            self.at = self.after_line(line);
        }
        let is_end = matches!(taken, [b'\r' | b'\n', ..]);
        match leads_on && !is_end {
            true => (Part::Beyond, length),
            false => (Part::Frame, length),
        }
    }

    fn after_line(&mut self, line: &str) -> At {
        match self.at {
            At::Head if line.is_empty() => self.after_head(),
            At::Head => {
                self.header(line);
                At::Head
            }
            At::ChunkEnd => At::ChunkSize,
            At::ChunkSize => {
                let size = line.split(';').next().unwrap_or_default().trim();
                match u64::from_str_radix(size, 16) {
                    Ok(0) => At::Trailer,
                    Ok(left) => At::Body { left, chunk: true },
                    Err(_) => At::After,
                }
            }
            At::Trailer if line.is_empty() => At::After,
            at => at,
        }
    }

    fn header(&mut self, line: &str) {
        let Some((name, value)) = line.split_once(':') else {
            if line.starts_with("HTTP/") {
                let status = line.split_whitespace().nth(1);
                self.status = status.and_then(|text| text.parse().ok()).unwrap_or(0);
            }
            return;
        };
        if name.eq_ignore_ascii_case("transfer-encoding") {
            let mut codings = value.split(',');
            self.chunked |= codings.any(|coding| coding.trim().eq_ignore_ascii_case("chunked"));
        } else if name.eq_ignore_ascii_case("content-length") {
            self.length = value.trim().parse().ok();
        }
    }

    fn after_head(&mut self) -> At {
        match (self.status, self.length) {
            // An interim answer: the real one follows.
            (100..=199, _) => At::Head,
            (204 | 304, _) => At::After,
            _ if self.chunked => At::ChunkSize,
            (_, Some(0)) => At::After,
            (_, Some(left)) => At::Body { left, chunk: false },
            (_, None) => At::BodyToTheEnd,
        }
    }
}

fn is_location(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"location:")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body of an answer that comes in pieces of this size, and what is left to be seen.
    fn parts(answer: &str, piece: usize) -> (String, String) {
        let (mut framing, mut body, mut frame) = (Framing::default(), Vec::new(), Vec::new());
        for mut bytes in answer.as_bytes().chunks(piece) {
            while !bytes.is_empty() {
                let (part, length) = framing.next(bytes);
                assert!(length > 0);
                let (now, later) = bytes.split_at(length);
                match part {
                    Part::Body => body.extend_from_slice(now),
                    Part::Frame => frame.extend_from_slice(now),
                    Part::Beyond => {}
                }
                bytes = later;
            }
        }
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(body), text(frame))
    }

    #[test]
    fn a_body_is_told_from_its_frame_however_it_comes() {
        let table = [
            ("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", "body"),
            (
                "HTTP/1.1 200 OK\r\ncontent-LENGTH:4\r\n\r\nbodyBEYOND",
                "body",
            ),
            ("HTTP/1.1 200 OK\n\nto the\r\n\r\nend", "to the\r\n\r\nend"),
            ("HTTP/1.1 204 No Content\r\n\r\nBEYOND", ""),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nBEYOND", ""),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "ok",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: x, Chunked\r\nContent-Length: 9\r\n\r\n\
                 4;name=value\r\nbo\r\n\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nBEYOND",
                "bo\r\n0123456789",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nBEYOND",
                "",
            ),
        ];
        for (answer, expected) in table {
            for piece in [1, 2, 3, 7, answer.len()] {
                let (body, frame) = parts(answer, piece);
                assert_eq!(body, expected, "{answer:?} by {piece}");
                assert!(!frame.contains("BEYOND"), "{frame:?}");
            }
        }
    }
}
