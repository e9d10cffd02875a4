//! Texts that come one after the other, from a file or from standard input, without more than one in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use serde::Deserialize;

/// Longest line of JSON, in bytes with its newline.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;
/// Longest piece of plain text, in bytes; a piece ends at an empty line, or at the end of a line once it is as long.
const LONGEST_PIECE: usize = 64 * 1024;

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
    /// Opens a file, or standard input. JSON has one object a line, with its text in `text`; of plain text, each
    /// paragraph is a text.
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
            self.next_paragraph()
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

    fn next_paragraph(&mut self) -> Result<Option<Piece>, String> {
        let line = self.line + 1;
        let mut bytes = Vec::new();
        while bytes.len() < LONGEST_PIECE {
            let Some(next) = self.next_line()? else { break };
            let empty = next.trim_ascii().is_empty();
            bytes.extend(next);
            if empty {
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
