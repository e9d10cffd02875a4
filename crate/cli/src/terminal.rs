//! What is printed, and text of others on a terminal.

use std::io::{self, Write as _};

/// Prints to standard output now. `false` if nobody reads it any more, as when `head` has seen enough.
pub(crate) fn print(text: &str) -> Result<bool, String> {
    print_bytes(text.as_bytes())
}

/// As [`print`], byte for byte.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<bool, String> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(format!("cannot write the result: {error}")),
    }
}

/// Says a line on standard error. Where even that is gone, the exit code is all that is left to say it with.
pub(crate) fn warn(line: &str) {
    let _ = writeln!(io::stderr(), "{}", escape(line));
}

/// A count and its noun: `1 record`, `2 records`. Of several words, the first is the one that is counted.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    if count == 1 {
        return format!("1 {noun}");
    }
    match noun.split_once(' ') {
        Some((noun, rest)) => format!("{count} {noun}s {rest}"),
        None => format!("{count} {noun}s"),
    }
}

/// Whether a character could move the cursor, hide text or turn its direction.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text on one line, with every such character spelled out.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hostile(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// JSON whose strings hold no such character: each is written as its JSON escape, so the values stay the same.
pub(crate) fn escape_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hostile(c) {
            let units = c
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<Vec<_>>();
            out.push_str(&units.concat());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_cannot_write_to_the_terminal() {
        assert_eq!(
            escape("a\u{1b}[2Jb\n\r\u{9b}c\u{202e}d\u{2066}\u{7f}"),
            "a\\u{1b}[2Jb\\n\\r\\u{9b}c\\u{202e}d\\u{2066}\\u{7f}"
        );
        assert_eq!(escape("naïve 日本語 عربي 👩‍💻"), "naïve 日本語 عربي 👩‍💻");
    }

    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::json!({"a": "\u{202e}\u{e0041}\u{9b}\n"});
        let text = escape_json(&value.to_string());
        assert_eq!(text, r#"{"a":"\u202e\udb40\udc41\u009b\n"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).ok(), Some(value));
    }
}
