//! The bytes that are looked at, and classes of bytes.
//!
//! Every reading goes through [`Text::at`] or [`Text::slice`], so that a test can count the steps.

use std::cell::Cell;

/// `0` to `9`.
pub(crate) const DIGIT: u8 = 1;
/// `A` to `Z`.
pub(crate) const UPPER: u8 = 2;
/// `a` to `z`.
pub(crate) const LOWER: u8 = 4;
/// A byte of a character outside ASCII, which counts as a letter.
pub(crate) const HIGH: u8 = 8;
/// `_`.
pub(crate) const UNDER: u8 = 16;
/// A mark at which something may begin or end.
pub(crate) const ANCHOR: u8 = 32;
/// What a word is made of.
pub(crate) const WORD: u8 = DIGIT | UPPER | LOWER | HIGH | UNDER;

/// The class of each byte.
/// Where a few bytes stand first.
pub(crate) fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// Whether a few bytes stand anywhere.
pub(crate) fn holds(bytes: &[u8], part: &[u8]) -> bool {
    find(bytes, part).is_some()
}

pub(crate) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'_' => UNDER,
            b'@' | b':' | b'=' | b'"' | b'\'' | b'`' | b'>' | b'+' | b'(' | b'~' => ANCHOR,
            0x80.. => HIGH,
            _ => 0,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

/// A text under examination.
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
    /// A place that counts as the beginning of a word, whatever stands before it.
    cut: Cell<usize>,
    #[cfg(test)]
    steps: Cell<u64>,
}

impl<'a> Text<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            cut: Cell::new(usize::MAX),
            #[cfg(test)]
            steps: Cell::new(0),
        }
    }

    #[cfg(test)]
    fn step(&self, count: usize) {
        self.steps.set(self.steps.get() + count as u64);
    }

    #[cfg(not(test))]
    #[inline]
    #[allow(clippy::unused_self, reason = "only a test counts")]
    fn step(&self, _count: usize) {}

    /// Bytes that were looked at so far.
    #[cfg(test)]
    pub(crate) fn steps(&self) -> u64 {
        self.steps.get()
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The byte at a place; 0 behind the end.
    #[inline]
    pub(crate) fn at(&self, place: usize) -> u8 {
        self.step(1);
        self.bytes.get(place).copied().unwrap_or(0)
    }

    /// The byte before a place; 0 before the beginning.
    #[inline]
    pub(crate) fn before(&self, place: usize) -> u8 {
        if place == 0 { 0 } else { self.at(place - 1) }
    }

    /// The class of the byte at a place; 0 outside.
    #[inline]
    pub(crate) fn class(&self, place: usize) -> u8 {
        CLASS[self.at(place) as usize]
    }

    /// The bytes of a range, cut at the end of the text.
    #[inline]
    pub(crate) fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        let end = end.min(self.bytes.len());
        let slice = self.bytes.get(start..end).unwrap_or_default();
        self.step(slice.len());
        slice
    }

    /// Whether a word character stands there.
    #[inline]
    pub(crate) fn word(&self, place: usize) -> bool {
        self.class(place) & WORD != 0
    }

    /// Lets a word begin at a place that stands behind a word character.
    pub(crate) fn cut(&self, place: usize) {
        self.cut.set(place);
    }

    /// Whether a word character stands before a place.
    #[inline]
    pub(crate) fn word_before(&self, place: usize) -> bool {
        place > 0 && self.word(place - 1) && self.cut.get() != place
    }

    /// The end of the run that begins at a place, at most so many bytes on.
    #[inline]
    pub(crate) fn run(&self, start: usize, most: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let stop = start.saturating_add(most).min(self.bytes.len());
        let mut place = start;
        while place < stop && belongs(self.at(place)) {
            place += 1;
        }
        place
    }

    /// The beginning of the run that ends at a place, at most so many bytes back.
    #[inline]
    pub(crate) fn run_back(&self, end: usize, most: usize, belongs: impl Fn(u8) -> bool) -> usize {
        let stop = end.saturating_sub(most);
        let mut place = end.min(self.bytes.len());
        while place > stop && belongs(self.at(place - 1)) {
            place -= 1;
        }
        place
    }

    /// Whether this stands at a place, as it is.
    #[inline]
    pub(crate) fn starts(&self, place: usize, with: &[u8]) -> bool {
        self.slice(place, place.saturating_add(with.len())) == with
    }

    /// Whether a place may begin or end a finding: it does not cut a character.
    pub(crate) fn boundary(&self, place: usize) -> bool {
        self.bytes.get(place).is_none_or(|byte| byte & 0xC0 != 0x80)
    }
}

/// In lower case, if ASCII.
#[inline]
pub(crate) const fn lower(byte: u8) -> u8 {
    if byte.is_ascii_uppercase() {
        byte | 0x20
    } else {
        byte
    }
}
