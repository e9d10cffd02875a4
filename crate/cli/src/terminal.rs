//! Text of others on a terminal.

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
