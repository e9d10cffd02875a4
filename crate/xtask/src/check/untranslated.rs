//! Words that a person reads and no catalogue holds: in the pages' HTML, in the templates and strings of their
//! scripts, and in the manifest.
//!
//! In HTML, and in templates tagged `html` or `svg`, these are letters between tags, except in the elements for code
//! and keys, and letters in the attributes that are read out or shown. Of other strings, those that are put where they
//! are seen, and those that look like a sentence, are findings; what goes into an error's detail is for whoever gets
//! the report, and stays English.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde_json::Value;

use super::catalogue;
use super::refuse;
use super::script::{Placed, Token, tokens};
use crate::generate::MESSAGES;
use crate::tree::{Tree, files_below, kind, read};

/// Rooms whose strings a person never sees: the content script shows nothing.
const UNSEEN: [&str; 2] = ["content/", "adapters/"];
/// Elements whose content is the same in every language.
const VERBATIM: [&str; 5] = ["code", "kbd", "pre", "script", "style"];
/// Attributes that are read out or shown.
const READ: [&str; 9] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "label",
    "placeholder",
    "title",
];
/// Names that are the same in every language.
const NAMES: [&str; 4] = ["Brave Search", "Counterfoil", "Stack Overflow", "example.org"];
/// Functions whose first argument is said or shown.
const SPEAKING: [&str; 2] = ["announce", "offer"];
/// Properties whose values are shown.
const SHOWN: [&str; 9] = [
    "ariaLabel",
    "body",
    "innerText",
    "label",
    "placeholder",
    "textContent",
    "title",
    "words",
    "yes",
];
/// Functions whose strings are selectors or details of a fault.
const TECHNICAL: [&str; 5] = [
    "closest",
    "failed",
    "matches",
    "querySelector",
    "querySelectorAll",
];
/// Values of the manifest that the browser or a store shows.
const MANIFEST: [&str; 4] = ["/name", "/short_name", "/description", "/action/default_title"];

/// Checks the pages, their scripts and the manifest.
///
/// # Errors
/// Words are found; the error names each place.
pub(super) fn hold(tree: &Tree) -> Result<()> {
    let keys = catalogue::keys(tree)?;
    let mut findings = Vec::new();
    for name in files_below(&tree.at("extension"))? {
        let path = format!("extension/{name}");
        if path == MESSAGES || UNSEEN.iter().any(|room| name.starts_with(room)) {
            continue;
        }
        match kind(&name) {
            "ts" => findings.extend(script(&path, &tokens(&read(&tree.at(&path))?), &keys)),
            "html" => {
                let mut markup = Markup::new();
                markup.feed(&read(&tree.at(&path))?, 1);
                findings.extend(told(&path, markup.found));
            }
            _ => {}
        }
    }
    findings.extend(manifest(&read(&tree.at("manifest.json"))?)?);
    refuse("words stand outside the catalogue of texts", &findings)
}

/// Words and the line that they stand on.
type Found = (usize, String);

fn told(path: &str, found: Vec<Found>) -> Vec<String> {
    found
        .into_iter()
        .map(|(line, words)| format!("{path}:{line}: \"{words}\" is no key of a text"))
        .collect()
}

fn script(path: &str, tokens: &[Placed], keys: &BTreeSet<String>) -> Vec<String> {
    let mut found: Vec<Found> = Vec::new();
    // What the template that is being read is, for each that is open.
    let mut open: Vec<Option<Markup>> = Vec::new();
    // The function of each call that is open.
    let mut calls: Vec<&str> = Vec::new();
    for (index, placed) in tokens.iter().enumerate() {
        let before = |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at));
        let plain = |words: &str, calls: &[&str]| {
            let called = calls.last().copied().unwrap_or_default();
            let technical = called.ends_with("Error") || TECHNICAL.contains(&called);
            let shown = shown(before(1), before(2), called);
            lettered(words)
                && !technical
                && !keys.contains(words)
                && !NAMES.contains(&words)
                && (shown || sentence(words))
        };
        match &placed.token {
            Token::Mark('(') => calls.push(before(1).and_then(word).unwrap_or_default()),
            Token::Mark(')') => {
                calls.pop();
            }
            Token::Text(text) if plain(text, &calls) => found.push((placed.line, text.clone())),
            Token::Template { head, whole } => {
                let tagged = before(1).is_some_and(|tag| tag.is_word("html") || tag.is_word("svg"));
                let mut markup = tagged.then(Markup::new);
                match &mut markup {
                    Some(markup) => markup.feed(head, placed.line),
                    None if plain(head, &calls) => found.push((placed.line, head.clone())),
                    None => {}
                }
                open.push(markup);
                if *whole {
                    found.extend(open.pop().flatten().into_iter().flat_map(|markup| markup.found));
                }
            }
            Token::Rest { piece, last } => {
                match open.last_mut() {
                    Some(Some(markup)) => markup.feed(piece, placed.line),
                    _ if plain(piece, &calls) => found.push((placed.line, piece.clone())),
                    _ => {}
                }
                if *last {
                    found.extend(open.pop().flatten().into_iter().flat_map(|markup| markup.found));
                }
            }
            _ => {}
        }
    }
    found.sort();
    told(path, found)
}

fn word(placed: &Placed) -> Option<&str> {
    match &placed.token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

/// Whether what follows these two tokens, inside a call of this function, is put where it is seen.
fn shown(before: Option<&Placed>, earlier: Option<&Placed>, called: &str) -> bool {
    let Some(before) = before else { return false };
    if before.is_mark('(') {
        return SPEAKING.contains(&called);
    }
    (before.is_mark('=') || before.is_mark(':'))
        && earlier.and_then(word).is_some_and(|name| SHOWN.contains(&name))
}

fn lettered(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Whether at least two words of letters stand beside each other.
fn sentence(text: &str) -> bool {
    let worded = |part: &str| {
        let bare = part.trim_matches(|c: char| ".,;:!?“”‘’…".contains(c));
        !bare.is_empty() && bare.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '’')
    };
    let parts: Vec<bool> = text.split_whitespace().map(worded).collect();
    parts.windows(2).any(|pair| pair == [true, true])
}

/// Values of the manifest that name no text.
fn manifest(source: &str) -> Result<Vec<String>> {
    let manifest: Value = serde_json::from_str(source).context("manifest.json is no JSON")?;
    let mut values: Vec<(String, &Value)> = MANIFEST
        .iter()
        .filter_map(|&at| Some((at.to_owned(), manifest.pointer(at)?)))
        .collect();
    for (name, command) in manifest["commands"].as_object().into_iter().flatten() {
        values.extend(
            command
                .get("description")
                .map(|value| (format!("/commands/{name}/description"), value)),
        );
    }
    let named = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.starts_with("__MSG_") && text.ends_with("__"))
    };
    Ok(values
        .into_iter()
        .filter(|(_, value)| !named(value))
        .map(|(at, value)| format!("manifest.json: {at} is {value}: name a text, as in \"__MSG_ext_name__\""))
        .collect())
}

/// Where in the markup the reading stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Text,
    Comment,
    /// In a tag, outside of values; with what is being read of a name.
    Tag(String),
    /// After the `=` of this attribute.
    Equals(String),
    /// In the value of this attribute, up to the mark; a space where it has no quotes.
    Value(String, char),
}

/// Reads markup piece by piece: between the pieces of a template stand values, which are no concern here.
#[derive(Debug)]
struct Markup {
    state: State,
    /// The element of the tag that is being read, with `/` before it where it ends.
    element: Option<String>,
    /// How many elements are open whose content is the same in every language.
    verbatim: usize,
    /// What was read of a text or a value.
    words: String,
    /// Where it begins.
    line: usize,
    found: Vec<Found>,
}

impl Markup {
    fn new() -> Self {
        Self {
            state: State::Text,
            element: None,
            verbatim: 0,
            words: String::new(),
            line: 0,
            found: Vec::new(),
        }
    }

    fn feed(&mut self, piece: &str, line: usize) {
        let mut line = line;
        let mut rest = piece;
        while let Some(c) = rest.chars().next() {
            let state = self.state.clone();
            match state {
                State::Text if rest.starts_with("<!--") => {
                    self.close();
                    self.state = State::Comment;
                }
                State::Comment => {
                    if rest.starts_with("-->") {
                        self.state = State::Text;
                        rest = rest.get(2..).unwrap_or_default();
                    }
                }
                State::Text if c == '<' => {
                    self.close();
                    self.element = None;
                    self.state = State::Tag(String::new());
                }
                State::Text | State::Value(..) if self.ends(c) => {
                    self.close();
                    self.state = State::Tag(String::new());
                    if c == '>' {
                        self.tag_ended();
                    }
                }
                State::Text | State::Value(..) => {
                    if self.words.trim().is_empty() {
                        self.line = line;
                    }
                    self.words.push(c);
                }
                State::Tag(name) => self.in_tag(&name, c),
                State::Equals(name) if matches!(c, '"' | '\'') => self.state = State::Value(name, c),
                State::Equals(name) => {
                    self.line = line;
                    self.words.push(c);
                    self.state = State::Value(name, ' ');
                }
            }
            if c == '\n' {
                line += 1;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
        // A value stands between this piece and the next: what is read on either side is told for itself.
        let state = self.state.clone();
        match state {
            State::Text | State::Value(..) => self.close(),
            // Its value is the one that stands between.
            State::Equals(name) => self.state = State::Value(name, ' '),
            State::Tag(name) if self.element.is_none() => self.element = Some(name),
            State::Tag(_) | State::Comment => {}
        }
    }

    /// Whether the character ends the value that is being read.
    fn ends(&self, c: char) -> bool {
        match &self.state {
            State::Value(_, ' ') => c.is_whitespace() || c == '>',
            State::Value(_, quote) => c == *quote,
            _ => false,
        }
    }

    fn in_tag(&mut self, name: &str, c: char) {
        match c {
            '>' => {
                if self.element.is_none() {
                    self.element = Some(name.to_owned());
                }
                self.tag_ended();
            }
            '=' => self.state = State::Equals(name.to_owned()),
            _ if c.is_whitespace() => {
                if self.element.is_none() && !name.is_empty() {
                    self.element = Some(name.to_owned());
                }
                self.state = State::Tag(String::new());
            }
            _ => self.state = State::Tag(format!("{name}{c}")),
        }
    }

    fn tag_ended(&mut self) {
        let element = self.element.take().unwrap_or_default();
        if VERBATIM.contains(&element.as_str()) {
            self.verbatim += 1;
        } else if element
            .strip_prefix('/')
            .is_some_and(|name| VERBATIM.contains(&name))
        {
            self.verbatim = self.verbatim.saturating_sub(1);
        }
        self.state = State::Text;
    }

    /// Ends a text or a value.
    fn close(&mut self) {
        let words = std::mem::take(&mut self.words);
        let concerned = match &self.state {
            State::Text => self.verbatim == 0,
            State::Value(name, _) => READ.contains(&name.as_str()),
            State::Tag(_) | State::Equals(_) | State::Comment => false,
        };
        let words = words.trim();
        if concerned && lettered(&without_entities(words)) && !NAMES.contains(&words) {
            self.found.push((self.line, words.to_owned()));
        }
    }
}

/// The text without `&name;`, whose letters nobody sees.
fn without_entities(text: &str) -> String {
    let mut pieces = text.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once(';').map_or(piece, |(_, after)| after));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        script(
            "x.ts",
            &tokens(source),
            &BTreeSet::from(["popup_title".to_owned()]),
        )
    }

    fn words(html: &str) -> Vec<String> {
        let mut markup = Markup::new();
        markup.feed(html, 1);
        markup.found.into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn words_in_templates_are_found_with_their_lines() {
        assert_eq!(
            found("html`<p>${text(\"a\")}</p>\n<p class=\"big one\">All of it</p>`"),
            ["x.ts:2: \"All of it\" is no key of a text"]
        );
        assert_eq!(found("html`<p>${n} records</p>`").len(), 1);
        assert_eq!(found("html`<p>${on ? html`<b>On</b>` : nothing}</p>`").len(), 1);
        assert_eq!(found("html`<p>${text(\"a\")}: ${n} · …&nbsp;</p>`"), [""; 0]);
    }

    #[test]
    fn attributes_that_are_read_out_are_found() {
        assert_eq!(
            found("html`<i aria-label=\"Close\" @click=${f} class=\"icon\">${x}</i>`").len(),
            1
        );
        assert_eq!(found("html`<i title=\"No. ${n}\"></i>`").len(), 1);
        assert_eq!(
            found("html`<i title=${text(\"close\")} id=\"a-${b}\" @click=${f}>${x}</i>`"),
            [""; 0]
        );
        assert_eq!(words("<input placeholder=example.org title=Site>"), ["Site"]);
    }

    #[test]
    fn code_names_and_comments_are_no_words() {
        assert_eq!(
            words(
                "<!doctype html><!-- <p>a b</p> --><title>Counterfoil</title><code>counterfoil verify</code>"
            ),
            [""; 0]
        );
        assert_eq!(words("<pre class=\"x\">a <b>c</b></pre><p>d</p>"), ["d"]);
    }

    #[test]
    fn strings_that_are_shown_or_are_sentences_are_found() {
        assert_eq!(found("announce(\"Saved\");").len(), 1);
        assert_eq!(found("status.textContent = \"Done\";").len(), 1);
        assert_eq!(found("f({ label: \"Undo\" });").len(), 1);
        assert_eq!(found("const words = on ? \"It is on.\" : `It is off.`;").len(), 2);
        assert_eq!(found("f(`${n} records found`);").len(), 1);
    }

    #[test]
    fn keys_selectors_and_details_of_faults_are_not() {
        for source in [
            "announce(text(\"saved\"));",
            "f({ title: \"popup_title\" });",
            "e.closest(\"button, input\");",
            "throw new TypeError(\"not an input\");",
            "return failed(\"internal\", \"no outcome\");",
            "const s = `#${a} .b`; f(\"chrome-extension:\", \"button primary-big\");",
        ] {
            assert_eq!(found(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn the_manifest_names_texts() {
        let source = r#"{ "name": "__MSG_ext_name__", "description": "Keep", "version": "1",
            "commands": { "a": { "description": "Open" }, "b": {} } }"#;
        let found = manifest(source).unwrap();
        assert_eq!(found.len(), 2);
        assert!(found[0].starts_with("manifest.json: /description is \"Keep\""));
        assert!(found[1].contains("/commands/a/description"));
    }
}
