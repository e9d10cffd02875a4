//! TypeScript as tokens: enough to tell code from comments and strings, and what is imported or called with what.
//! No more of the language is understood.

/// A token that matters to the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name, keyword or number.
    Word(String),
    /// A string literal, without its quotes.
    Text(String),
    /// The first piece of a template literal; `whole` where it has no holes. Its holes' tokens follow, each after
    /// a [`Token::Hole`].
    Template {
        /// What stands before the first hole.
        head: String,
        /// There is no hole.
        whole: bool,
    },
    /// Where a hole of a template begins.
    Hole,
    /// What stands after a hole, up to the next one or the end.
    Rest {
        /// The piece.
        piece: String,
        /// The template ends with it.
        last: bool,
    },
    /// Any other character.
    Mark(char),
}

/// A token and the line that it begins on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) line: usize,
}

impl Placed {
    /// Whether it is this name.
    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Word(found) if found == word)
    }

    /// Whether it is this character.
    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.token == Token::Mark(mark)
    }
}

/// The tokens of a script.
pub(super) fn tokens(source: &str) -> Vec<Placed> {
    Scanner {
        rest: source.chars().collect(),
        at: 0,
        line: 1,
        found: Vec::new(),
        braces: 0,
        holes: Vec::new(),
    }
    .scan()
}

struct Scanner {
    rest: Vec<char>,
    at: usize,
    line: usize,
    found: Vec<Placed>,
    /// Open braces.
    braces: usize,
    /// For each template that is being read, the open braces at its hole.
    holes: Vec<usize>,
}

impl Scanner {
    fn scan(mut self) -> Vec<Placed> {
        while let Some(c) = self.peek(0) {
            let line = self.line;
            match c {
                _ if c.is_whitespace() => self.skip(1),
                '/' if self.peek(1) == Some('/') => {
                    while self.peek(0).is_some_and(|c| c != '\n') {
                        self.skip(1);
                    }
                }
                '/' if self.peek(1) == Some('*') => {
                    self.skip(2);
                    while self.peek(0).is_some() && !(self.peek(0) == Some('*') && self.peek(1) == Some('/'))
                    {
                        self.skip(1);
                    }
                    self.skip(2);
                }
                '/' if self.value_expected() => self.regular_expression(),
                '"' | '\'' => {
                    self.skip(1);
                    let text = self.quoted(c);
                    self.push(Token::Text(text), line);
                }
                '`' => {
                    self.skip(1);
                    let (head, whole) = self.piece();
                    self.push(Token::Template { head, whole }, line);
                    self.hole_unless(whole, line);
                }
                '}' if self.holes.last() == Some(&self.braces) => {
                    self.skip(1);
                    self.holes.pop();
                    let (piece, last) = self.piece();
                    self.push(Token::Rest { piece, last }, line);
                    self.hole_unless(last, line);
                }
                _ if c.is_alphanumeric() || "_$#@".contains(c) => {
                    let mut word = String::new();
                    while let Some(c) = self
                        .peek(0)
                        .filter(|c| c.is_alphanumeric() || "_$#@".contains(*c))
                    {
                        word.push(c);
                        self.skip(1);
                    }
                    self.push(Token::Word(word), line);
                }
                _ => {
                    match c {
                        '{' => self.braces += 1,
                        '}' => self.braces = self.braces.saturating_sub(1),
                        _ => {}
                    }
                    self.skip(1);
                    self.push(Token::Mark(c), line);
                }
            }
        }
        self.found
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek(0) == Some('\n') {
                self.line += 1;
            }
            self.at += 1;
        }
    }

    fn push(&mut self, token: Token, line: usize) {
        self.found.push(Placed { token, line });
    }

    fn hole_unless(&mut self, ended: bool, line: usize) {
        if !ended {
            self.holes.push(self.braces);
            self.push(Token::Hole, line);
        }
    }

    /// The content of a literal up to its closing quote; escapes are kept as they are written.
    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            self.skip(1);
            match c {
                _ if c == quote => break,
                '\\' => {
                    text.push(c);
                    text.extend(self.peek(0));
                    self.skip(1);
                }
                _ => text.push(c),
            }
        }
        text
    }

    /// A piece of a template, and whether the template ends with it.
    fn piece(&mut self) -> (String, bool) {
        let mut text = String::new();
        while let Some(c) = self.peek(0) {
            match c {
                '`' => {
                    self.skip(1);
                    return (text, true);
                }
                '$' if self.peek(1) == Some('{') => {
                    self.skip(2);
                    return (text, false);
                }
                '\\' => {
                    text.extend(self.peek(1));
                    self.skip(2);
                }
                _ => {
                    text.push(c);
                    self.skip(1);
                }
            }
        }
        (text, true)
    }

    /// Whether a `/` here begins a regular expression rather than divides.
    fn value_expected(&self) -> bool {
        match self.found.last().map(|placed| &placed.token) {
            None | Some(Token::Hole) => true,
            Some(Token::Mark(mark)) => !matches!(mark, ')' | ']' | '}'),
            Some(Token::Word(word)) => {
                ["return", "typeof", "case", "in", "of", "await"].contains(&word.as_str())
            }
            Some(Token::Text(_) | Token::Template { .. } | Token::Rest { .. }) => false,
        }
    }

    fn regular_expression(&mut self) {
        self.skip(1);
        let mut class = false;
        while let Some(c) = self.peek(0) {
            self.skip(1);
            match c {
                '\\' => self.skip(1),
                '[' => class = true,
                ']' => class = false,
                '/' if !class => break,
                '\n' => break,
                _ => {}
            }
        }
        while self.peek(0).is_some_and(char::is_alphabetic) {
            self.skip(1);
        }
        let line = self.line;
        // A value, so that a `/` after it divides.
        self.push(Token::Text(String::new()), line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        let word = |placed: Placed| match placed.token {
            Token::Word(word) => Some(word),
            _ => None,
        };
        tokens(source).into_iter().filter_map(word).collect()
    }

    #[test]
    fn comments_strings_and_expressions_are_not_code() {
        let source = "a // b\n/* c\n */ d \"e\\\"f\" 'g'; /h\"[/]i/ j / k; `l ${m + `n ${o}`} p` q";
        assert_eq!(words(source), ["a", "d", "j", "k", "m", "o", "q"]);
    }

    #[test]
    fn braces_inside_a_hole_do_not_end_it() {
        assert_eq!(words("`a ${f({ b: { c } })} d` e"), ["f", "b", "c", "e"]);
    }

    #[test]
    fn lines_are_counted_everywhere() {
        let found = tokens("`a\nb` /* \n */ c\n\"d\"");
        let lines: Vec<_> = found.iter().map(|placed| placed.line).collect();
        assert_eq!(lines, [1, 3, 4]);
    }

    #[test]
    fn a_template_is_told_in_pieces() {
        let found: Vec<_> = tokens("`a_${b}_c`")
            .into_iter()
            .map(|placed| placed.token)
            .collect();
        assert_eq!(
            found,
            [
                Token::Template {
                    head: "a_".into(),
                    whole: false
                },
                Token::Hole,
                Token::Word("b".into()),
                Token::Rest {
                    piece: "_c".into(),
                    last: true
                },
            ]
        );
    }
}
