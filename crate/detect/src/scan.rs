//! The one pass over a text: it finds the words that say something, and the places where something may begin.

use crate::text::{ANCHOR, CLASS, DIGIT, HIGH, LOWER, Text, UNDER, UPPER, WORD};
use crate::words;

/// A word that says something about what stands near it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) marks: u64,
}

/// Where something may begin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Event {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) what: What,
}

/// What may begin there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum What {
    /// A word with something in it, of these classes of characters.
    Token(u8),
    /// A word of the table that begins a search.
    Word(u64),
    /// One of the anchors.
    Mark(u8),
}

/// What the pass found.
pub(crate) struct Scan {
    pub(crate) hits: Vec<Hit>,
    pub(crate) events: Vec<Event>,
    /// Runs of twelve and more short words in small letters.
    pub(crate) phrases: Vec<(usize, usize)>,
    /// Whether nothing stands in the text but values.
    pub(crate) alone: bool,
}

/// Longest text that counts as a value alone, in bytes.
const ALONE: usize = 64;
/// Longest word that is looked up, in bytes.
const LONGEST: usize = 64;
/// A run of that many words may be the words of a purse.
const RUN: usize = 12;

/// Looks at each byte once, and at each byte of a compound word once more.
pub(crate) fn scan(text: &Text<'_>) -> Scan {
    let bytes = text.slice(0, text.len());
    let mut scan = Scan {
        hits: Vec::new(),
        events: Vec::with_capacity(bytes.len() / 24),
        phrases: Vec::new(),
        alone: bytes.len() <= ALONE,
    };
    let mut values = false;
    let mut run = Run::default();
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let class = CLASS[*byte as usize];
        if class & WORD == 0 {
            if class & ANCHOR != 0 {
                scan.mark(bytes, place, *byte);
            }
            place += 1;
            continue;
        }
        let start = place;
        let mut classes = 0;
        let mut hash = words::SEED;
        while let Some(byte) = bytes.get(place) {
            let class = CLASS[*byte as usize];
            if class & WORD == 0 {
                break;
            }
            classes |= class;
            hash = words::add(hash, *byte);
            place += 1;
        }
        let length = place - start;
        if classes == LOWER && (3..=8).contains(&length) {
            run.word(bytes, start, place, &mut scan.phrases);
        } else {
            run.end(&mut scan.phrases);
        }
        if scan.alone {
            values |= classes & DIGIT != 0;
            scan.alone = classes & DIGIT != 0 || length <= 3 && classes & HIGH == 0;
        }
        if classes & (LOWER | UPPER | HIGH) != 0 && length <= LONGEST {
            let token = bytes.get(start..place).unwrap_or_default();
            scan.word(text, token, start, classes, hash);
        }
        let next = bytes.get(place).copied().unwrap_or(0);
        let joined = matches!(next, b'-' | b'.' | b'|' | b' ' | b'/' | b':')
            && bytes.get(place + 1).is_some_and(|after| {
                let after = CLASS[*after as usize];
                match next {
                    b'-' => after & (WORD & !HIGH) != 0,
                    b'.' => after & (DIGIT | UPPER | LOWER) != 0 && length < 9,
                    b' ' => {
                        after & DIGIT != 0
                            && (classes == UPPER && length < 5 || bytes.len() <= ALONE && length < 4)
                    }
                    _ => false,
                }
            });
        if classes & (DIGIT | UNDER) != 0
            || length >= 16
            || joined
            || length >= 12 && classes & (UPPER | LOWER) == UPPER | LOWER
        {
            scan.events.push(Event {
                start,
                end: place,
                what: What::Token(classes),
            });
        }
    }
    run.end(&mut scan.phrases);
    scan.alone &= values;
    scan
}

impl Scan {
    fn mark(&mut self, bytes: &[u8], place: usize, byte: u8) {
        let next = bytes.get(place + 1).copied().unwrap_or(0);
        let before = place
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .copied()
            .unwrap_or(0);
        let wanted = match byte {
            b'@' => CLASS[before as usize] & (WORD & !HIGH) != 0,
            b'+' | b'(' => next.is_ascii_digit() || next == b'(',
            b'~' => before == b'Q',
            b'>' => {
                matches!(next, b'\n' | b'\r')
                    || matches!(before, b'=' | b'-')
                    || CLASS[before as usize] & WORD != 0 && CLASS[next as usize] & WORD != 0
            }
            // A quotation follows a name, or another quotation.
            b'"' | b'\'' | b'`' => matches!(before, b' ' | b',' | b'(' | b'@') && next > b' ',
            _ => true,
        };
        if wanted {
            self.events.push(Event {
                start: place,
                end: place + 1,
                what: What::Mark(byte),
            });
        }
    }

    fn word(&mut self, text: &Text<'_>, token: &[u8], start: usize, classes: u8, hash: u32) {
        let mut marks = words::marks(hash, token);
        if marks == 0 && (classes & UNDER != 0 || classes & (LOWER | UPPER) == LOWER | UPPER) {
            marks = parts(text, token, start) & words::KEPT;
        }
        let end = start + token.len();
        if marks & words::KEPT != 0 {
            self.hits.push(Hit {
                start,
                end,
                marks: marks & words::KEPT,
            });
        }
        if marks & words::BEGINS != 0 {
            self.events.push(Event {
                start,
                end,
                what: What::Word(marks),
            });
        }
    }
}

/// What the parts of a name like `home_phone` or `homePhone` say.
fn parts(text: &Text<'_>, token: &[u8], start: usize) -> u64 {
    let _ = text.slice(start, start + token.len());
    let (mut marks, mut from) = (0, 0);
    let mut hash = words::SEED;
    for (place, byte) in token.iter().enumerate() {
        let class = CLASS[*byte as usize];
        let before = place
            .checked_sub(1)
            .map_or(0, |before| CLASS[token[before] as usize]);
        if class & UNDER != 0 || class & UPPER != 0 && before & LOWER != 0 {
            marks |= part(hash, token.get(from..place).unwrap_or_default());
            from = if class & UNDER != 0 { place + 1 } else { place };
            hash = words::SEED;
        }
        if class & UNDER == 0 {
            hash = words::add(hash, *byte);
        }
    }
    if from == 0 {
        return 0;
    }
    marks | part(hash, token.get(from..).unwrap_or_default())
}

/// What one part says. Short ones are mostly abbreviations of something else.
fn part(hash: u32, word: &[u8]) -> u64 {
    const SHORT: [&[u8]; 8] = [b"ssn", b"dob", b"tel", b"fax", b"zip", b"iban", b"card", b"nhs"];
    let marks = words::marks(hash, word);
    if marks != 0 && (word.len() >= 5 || SHORT.contains(&word.to_ascii_lowercase().as_slice())) {
        marks & !(words::NUMBER | words::DRIVER)
    } else {
        0
    }
}

/// Words in small letters, one space apart.
#[derive(Default)]
struct Run {
    count: usize,
    start: usize,
    stop: usize,
}

impl Run {
    fn word(&mut self, bytes: &[u8], start: usize, end: usize, phrases: &mut Vec<(usize, usize)>) {
        let next = start == self.stop + 1
            && bytes
                .get(self.stop)
                .is_some_and(|byte| matches!(byte, b' ' | b'\n'));
        if self.count == 0 || !next {
            self.end(phrases);
            self.start = start;
        }
        self.count += 1;
        self.stop = end;
    }

    fn end(&mut self, phrases: &mut Vec<(usize, usize)>) {
        if self.count >= RUN {
            phrases.push((self.start, self.stop));
        }
        self.count = 0;
    }
}
