#![allow(clippy::unwrap_used)]

use super::shared_line;
use crate::record::{Evidence, Kind, SharedLine};
use crate::share::{Redacted, ShareEntry, derive};

/// Numbers without a pattern, the same in every run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    fn entry(&mut self) -> ShareEntry {
        let texts = [
            "",
            "plain",
            "a \"quoted\" word",
            "C:\\path\\",
            "two\nlines\tand\r\u{8}\u{c}",
            "\u{0}\u{1f}\u{7f}",
            "é",
            "日本語",
            "\u{1f600}\u{200d}",
            "\u{2028}",
            "\\u0041 {}[],:",
            "\\",
        ];
        let text = (0..self.below(6)).map(|_| self.of(&texts)).collect();
        let kinds = Kind::ALL.map(|kind| if kind.shareable() { kind } else { Kind::Prompt });
        let mut optional = |text: &str| (self.below(2) == 0).then(|| text.to_owned());
        let (site, lang) = (optional("chat.example:8080"), optional("de-CH"));
        let (thread, time) = (optional("k3J_-"), optional("2026-11"));
        let redactions = ["NAME", "EMAIL", "IBAN_2"].map(|kind| Redacted {
            kind: kind.to_owned(),
            count: u32::try_from(self.below(1 << 20) + 1).unwrap(),
        });
        let redactions = redactions.into_iter().take(self.below(4)).collect();
        ShareEntry {
            kind: kinds[self.below(kinds.len())],
            evidence: Evidence::ALL[self.below(3)],
            id: crate::id::uuid_v4([self.below(256).to_le_bytes()[0]; 16]),
            salt: [self.below(256).to_le_bytes()[0]; 16],
            seq: (self.below(1 << 52) >> self.below(52)) as u64,
            text,
            site,
            lang,
            thread,
            time,
            redactions,
        }
    }
}

/// Whether the short way takes the line. Fails where the two ways do not agree.
fn agree(line: &[u8]) -> bool {
    let long = SharedLine::parse_long(line);
    let mut scratch = "left over".to_owned();
    let short = shared_line(line, Some(&mut scratch));
    let shown = String::from_utf8_lossy(line);
    let taken = short.as_ref().filter(|short| short.check().is_ok());
    if let Some(short) = taken {
        let read: Result<SharedLine<'_>, _> = serde_json::from_slice(line);
        assert_eq!(read.ok().as_ref(), Some(short), "{shown}");
    }
    assert_eq!(SharedLine::parse(line), long, "{shown}");
    assert_eq!(shared_line(line, None), short, "{shown}");
    taken.is_some()
}

#[test]
fn every_line_of_ours_goes_the_short_way() {
    let mut numbers = Numbers(1);
    for _ in 0..5_000 {
        let entry = numbers.entry();
        let line = derive(entry.clone()).unwrap();
        assert!(agree(&line), "{}", String::from_utf8_lossy(&line));
        let read = SharedLine::parse(&line).unwrap();
        assert_eq!(*read.text, entry.text);
        assert_eq!((read.seq, read.kind), (entry.seq, entry.kind));
        assert_eq!(read.redactions.len(), entry.redactions.len());
    }
}

/// Pieces that mean something in JSON or in a line, some of them only nearly.
const PIECES: [&str; 48] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "\n",
    "\t",
    "\0",
    "0",
    "00",
    "-1",
    "1.0",
    "1e0",
    "9007199254740991",
    "9007199254740992",
    "99999999999999999999",
    "256",
    "4294967296",
    "null",
    "true",
    "\\n",
    "\\/",
    "\\u0041",
    "\\u001F",
    "\\u001f",
    "\\u0000",
    "\\ud800",
    "\\ud83d\\ude00",
    "\\x",
    "\\u00",
    "\"lang\":\"en\",",
    ",\"lang\":null",
    ",\"text\":\"\"",
    "\"v\":1",
    "\"seq\":",
    ",\"time\":\"2026-11-22\"",
    "{\"count\":1,\"type\":\"A\"}",
    "\"type\":\"A\"",
    "unknown",
    "tombstone",
    "search",
    "é",
    "\u{feff}",
    "Z",
];

fn mutate(line: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = numbers.below(line.len() + 1);
    let end = (at + numbers.below(12)).min(line.len());
    match numbers.below(8) {
        0 if at < line.len() => line[at] ^= 1 << numbers.below(8),
        1 if at < line.len() => line[at] = numbers.below(256).to_le_bytes()[0],
        2 => drop(line.drain(at..end)),
        3 => line.truncate(at),
        4 => {
            let copied = line[at..end].to_vec();
            let to = numbers.below(line.len() + 1);
            drop(line.splice(to..to, copied));
        }
        // Mostly a line still, but not a canonical one.
        5 => {
            let after = line
                .iter()
                .skip(at)
                .position(|byte| matches!(byte, b',' | b':' | b'{'));
            let to = after.map_or(0, |after| at + after + 1);
            line.insert(to, b' ');
        }
        6 => drop(line.splice(at..end, numbers.of(&PIECES).bytes())),
        _ => drop(line.splice(at..at, numbers.of(&PIECES).bytes())),
    }
}

#[test]
fn the_two_ways_agree_on_changed_lines() {
    let mut numbers = Numbers(2);
    let (mut short, mut long, mut refused) = (0, 0, 0);
    for _ in 0..60_000 {
        let mut line = derive(numbers.entry()).unwrap();
        for _ in 0..=numbers.below(2) {
            mutate(&mut line, &mut numbers);
        }
        match (agree(&line), SharedLine::parse(&line).is_ok()) {
            (true, true) => short += 1,
            (false, true) => long += 1,
            (_, false) => refused += 1,
        }
    }
    // Each of the three ways is really gone.
    assert!(
        short > 1_000 && long > 1_000 && refused > 10_000,
        "{short} {long} {refused}"
    );
}

#[test]
fn the_two_ways_agree_on_every_value_in_every_place() {
    let mut numbers = Numbers(3);
    let mut entry = numbers.entry();
    entry.text = "a \"b\"\n".to_owned();
    let line = derive(entry).unwrap();
    for at in 0..=line.len() {
        for piece in PIECES {
            let inserted = [&line[..at], piece.as_bytes(), &line[at..]].concat();
            agree(&inserted);
        }
        for byte in 0..=u8::MAX {
            let mut replaced = line.clone();
            if let Some(place) = replaced.get_mut(at) {
                *place = byte;
                agree(&replaced);
            }
        }
    }
}
