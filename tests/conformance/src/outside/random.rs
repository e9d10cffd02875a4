//! Random material that a seed repeats, with the characters on which writers of JSON differ.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};

use serde_json::{Map, Value};

/// Characters that are escaped, sorted or split in ways that are easily got wrong: controls, quotes, the two
/// separators of lines that JSON does not escape, both ends of the surrogates, what sorts otherwise by UTF-16 than
/// by code points, direction marks, combining marks.
const CHARACTERS: [char; 40] = [
    '\0',
    '\u{1}',
    '\u{8}',
    '\t',
    '\n',
    '\u{b}',
    '\u{c}',
    '\r',
    '\u{1f}',
    ' ',
    '"',
    '\\',
    '/',
    '<',
    '\u{7f}',
    '\u{80}',
    '\u{9f}',
    '\u{a0}',
    '\u{e9}',
    '\u{f6}',
    '\u{301}',
    '\u{5d0}',
    '\u{20ac}',
    '\u{200b}',
    '\u{200d}',
    '\u{200f}',
    '\u{202e}',
    '\u{2028}',
    '\u{2029}',
    '\u{d7ff}',
    '\u{e000}',
    '\u{fb33}',
    '\u{feff}',
    '\u{fffd}',
    '\u{ffff}',
    '\u{10000}',
    '\u{1f600}',
    '\u{1f468}',
    '\u{e0001}',
    '\u{10ffff}',
];
/// Largest integer of the formats.
const LARGEST: i64 = (1 << 53) - 1;

/// `SplitMix64`: nothing here has to be secret.
#[derive(Debug)]
pub(super) struct Random(u64);

/// A seed that differs from run to run.
pub(super) fn fresh_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`, which is not zero.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for byte in &mut bytes {
            *byte = self.next().to_le_bytes()[0];
        }
        bytes
    }

    pub(super) fn many(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// Up to `most` characters.
    pub(super) fn text(&mut self, most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.character()).collect()
    }

    fn character(&mut self) -> char {
        match self.below(4) {
            0 => CHARACTERS
                .get(self.below(CHARACTERS.len()))
                .copied()
                .unwrap_or(' '),
            1 => u32::try_from(self.below(0x11_0000))
                .ok()
                .and_then(char::from_u32)
                .unwrap_or('\u{fffd}'),
            _ => char::from(0x20 + u8::try_from(self.below(0x5f)).unwrap_or_default()),
        }
    }

    /// A UUID of a version.
    pub(super) fn uuid(&mut self, version: u8) -> String {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[6] = bytes[6] & 0x0f | version << 4;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = counterfoil_core::encoding::to_hex(&bytes);
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    }

    /// A JSON value of the formats' kind: integers only.
    pub(super) fn value(&mut self, depth: usize) -> Value {
        let kinds = if depth == 0 { 5 } else { 8 };
        match self.below(kinds) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 1),
            2 => self.integer().into(),
            3 | 4 => self.text(12).into(),
            5 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let count = self.below(6);
                let members: Map<_, _> = (0..count)
                    .map(|_| (self.text(4), self.value(depth - 1)))
                    .collect();
                members.into()
            }
        }
    }

    fn integer(&mut self) -> i64 {
        let number = self.next().cast_signed() >> self.below(64);
        match self.below(8) {
            0 => LARGEST,
            1 => -LARGEST,
            _ => number.clamp(-LARGEST, LARGEST),
        }
    }
}
