//! Texts that come one after the other, from a file or from standard input, without more than one in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use serde::Deserialize;

/// Longest line of JSON, in bytes with its newline.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;
/// How long a piece of plain text is, in bytes, before it ends at an empty line; what is shorter is one piece.
const PIECE: usize = 1024 * 1024;
/// How long it is before it ends at any line.
const LONGEST_PIECE: usize = 2 * PIECE;

/// A line of JSON as it comes. Other fields are nothing to us.
#[derive(Deserialize)]
struct Line {
    text: String,
}

/// One text.
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Number of the line it begins with, from 1.
    pub(crate) line: u64,
}

/// The texts of a file, or of standard input.
pub(crate) struct Stream {
    source: Box<dyn BufRead>,
    name: String,
    json: bool,
    line: u64,
}

impl Stream {
    /// Opens a file, or standard input. JSON has one object a line, with its text in `text`; plain text is one text,
    /// or several where it is long.
    pub(crate) fn open(path: Option<&Path>, json: bool) -> Result<Self, String> {
        let (source, name): (Box<dyn BufRead>, _) = match path {
            Some(path) => {
                let name = path.display().to_string();
                let file = File::open(path).map_err(|error| format!("cannot read {name}: {error}"))?;
                (Box::new(BufReader::new(file)), name)
            }
            None => (Box::new(BufReader::new(io::stdin())), "standard input".to_owned()),
        };
        Ok(Self {
            source,
            name,
            json,
            line: 0,
        })
    }

    /// The next text, or nothing at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Piece>, String> {
        if self.json {
            self.next_object()
        } else {
            self.next_piece()
        }
    }

    fn next_object(&mut self) -> Result<Option<Piece>, String> {
        loop {
            let Some(bytes) = self.next_line()? else {
                return Ok(None);
            };
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let Line { text } = serde_json::from_slice(&bytes).map_err(|error| {
                format!(
                    "line {} of {} is not an object with a \"text\": {error}",
                    self.line, self.name
                )
            })?;
            let line = self.line;
            return Ok(Some(Piece { text, line }));
        }
    }

    fn next_piece(&mut self) -> Result<Option<Piece>, String> {
        let line = self.line + 1;
        let mut bytes = Vec::new();
        while bytes.len() < LONGEST_PIECE {
            let Some(next) = self.next_line()? else { break };
            let empty = next.trim_ascii().is_empty();
            bytes.extend(next);
            if empty && bytes.len() >= PIECE {
                break;
            }
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| format!("{} is not UTF-8 text, at line {line} or soon after", self.name))?;
        Ok(Some(Piece { text, line }))
    }

    /// The next line with its newline.
    fn next_line(&mut self) -> Result<Option<Vec<u8>>, String> {
        let mut bytes = Vec::new();
        let read = (&mut self.source)
            .take(LONGEST_LINE + 1)
            .read_until(b'\n', &mut bytes)
            .map_err(|error| format!("cannot read {}: {error}", self.name))?;
        if read == 0 {
            return Ok(None);
        }
        self.line += 1;
        if bytes.len() as u64 > LONGEST_LINE {
            return Err(format!(
                "line {} of {} is longer than 16 MiB",
                self.line, self.name
            ));
        }
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: String, json: bool) -> Vec<(u64, usize)> {
        let mut stream = Stream {
            source: Box::new(io::Cursor::new(text)),
            name: "a test".to_owned(),
            json,
            line: 0,
        };
        let next = || stream.next().ok().flatten();
        std::iter::from_fn(next)
            .map(|piece| (piece.line, piece.text.len()))
            .collect()
    }

    #[test]
    fn what_is_short_is_one_text_and_what_is_long_ends_at_a_line() {
        assert_eq!(pieces("a\n\nb\r\n\n".to_owned(), false), [(1, 7)]);
        assert_eq!(pieces(String::new(), false), []);
        let half = "0123456\n".repeat(PIECE / 8);
        assert_eq!(
            pieces(format!("{half}{half}{half}end"), false),
            [(1, 2 * PIECE), (2 * (PIECE as u64) / 8 + 1, PIECE + 3)]
        );
        assert_eq!(
            pieces(format!("{half}\nmore"), false),
            [(1, PIECE + 1), (PIECE as u64 / 8 + 2, 4)]
        );
    }

    #[test]
    fn empty_lines_are_no_objects() {
        let text = "{\"text\":\"a\"}\n\n  \r\n{\"other\":[1],\"text\":\"bc\"}".to_owned();
        assert_eq!(pieces(text, true), [(1, 1), (4, 2)]);
    }
}
