//! What is measured of the search, on any host: records as people write them, and queries as they type them.

use counterfoil_core::record::{Body, Kind};

use super::message::{ArchiveAnswer, ArchiveReply, ArchiveRequest};
use crate::app::{App, Sender};
use crate::bulk::Brought;
use crate::error::Result;
use crate::ports::Host;

/// Different words of the records.
const WORDS: u64 = 20_000;
/// Records of one day.
const A_DAY: u64 = 150;
const DAY: u64 = 86_400_000;

/// How long one keystroke took, in the clock's units.
#[derive(Debug, Clone)]
pub struct Keystroke {
    /// The query with the letter that was typed last.
    pub query: String,
    /// Until the first answer.
    pub first: f64,
    /// Until the first 50 records were there, or all.
    pub whole: f64,
    /// Answers until then.
    pub answers: u32,
    /// Records found by then.
    pub found: u32,
}

/// Records by number, of about 45 words each: few words stand in most of them, most words in few.
pub fn records(from: u64, count: u64) -> Vec<Brought> {
    let record = |number: u64| {
        let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851);
        let length = match dice.below(10) {
            0..=3 => 3 + dice.below(9),
            4..=8 => 12 + dice.below(60),
            _ => 80 + dice.below(240),
        };
        let mut text = String::new();
        for at in 0..length {
            if at > 0 {
                text.push_str(if dice.below(12) == 0 { ", " } else { " " });
            }
            text.push_str(&word(dice.word()));
        }
        Brought {
            kind: [Kind::Prompt, Kind::Prompt, Kind::Search, Kind::Post]
                .into_iter()
                .cycle()
                .nth(usize::try_from(number % 4).unwrap_or(0))
                .unwrap_or(Kind::Prompt),
            time: 1_700_000_000_000 + number / A_DAY * DAY,
            body: Body {
                text: Some(text),
                site: Some(format!("site{}.example", number % 7)),
                url: Some(format!("https://site{}.example/", number % 7)),
                typed: Some(40),
                ..Body::default()
            },
        }
    };
    (from..from + count).map(record).collect()
}

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    /// The rank of a word: low ones are frequent.
    fn word(&mut self) -> u64 {
        let (one, other) = (self.below(WORDS), self.below(WORDS));
        one * other / WORDS * self.below(WORDS) / WORDS
    }
}

/// A word by its rank.
pub fn word(rank: u64) -> String {
    let mut dice = Dice((rank + 1).wrapping_mul(0xd6e8_feb8_6659_fd93));
    let mut word = String::new();
    for _ in 0..2 + dice.below(3) {
        for letters in [&b"bcdfghklmnprstvwz"[..], b"aeiou"] {
            let at = usize::try_from(dice.below(letters.len() as u64)).unwrap_or(0);
            word.extend(letters.get(at).map(|letter| char::from(*letter)));
        }
    }
    word
}

/// What is typed, letter by letter.
pub fn queries() -> Vec<String> {
    vec![
        word(3),
        word(400),
        word(15_000),
        format!("{} {}", word(30), word(2_000)),
        format!("\"{} {}\"", word(1), word(2)),
        format!("site:site3.example -{} {}", word(5), word(700)),
        "nothing at all has this".to_owned(),
    ]
}

/// Types the queries, and waits after each letter until the first page is there.
pub async fn typed<H: Host>(
    app: &App<H>,
    page: &Sender,
    queries: &[String],
    clock: impl Fn() -> f64,
) -> Result<Vec<Keystroke>> {
    let mut keystrokes = Vec::new();
    for query in queries {
        let ends = query.char_indices().map(|(at, c)| at + c.len_utf8());
        for query in ends.filter_map(|end| query.get(..end)) {
            let began = clock();
            let mut stroke = Keystroke {
                query: query.to_owned(),
                first: 0.0,
                whole: 0.0,
                answers: 0,
                found: 0,
            };
            let mut before = None;
            loop {
                let request = ArchiveRequest::Find {
                    query: query.to_owned(),
                    before,
                };
                let view = match app.handle_archive(page, request).await.answer {
                    ArchiveAnswer::Ok {
                        reply: ArchiveReply::Searched { view },
                    } => view,
                    ArchiveAnswer::Ok { .. } => return Err(crate::error::Code::Internal.into()),
                    ArchiveAnswer::Failed { failure } => return Err(failure),
                };
                stroke.whole = clock() - began;
                if stroke.answers == 0 {
                    stroke.first = stroke.whole;
                }
                stroke.answers += 1;
                stroke.found += u32::try_from(view.items.len()).unwrap_or(u32::MAX);
                before = view.next;
                if before.is_none() || stroke.found >= 50 {
                    break;
                }
            }
            keystrokes.push(stroke);
        }
    }
    Ok(keystrokes)
}
