//! The short way to read a shared line: for lines in canonical form, whose keys stand in one order and without
//! blanks, as every writer of ours gives them.
//!
//! What it takes and what then passes [`SharedLine::check`], the long way takes too, with the same fields. Whatever
//! else it meets, it leaves to the long way, which alone decides what is refused, and why.

use std::borrow::Cow;

use memchr::memchr2;

use super::{Evidence, Kind, Redaction, SharedLine, Text};

/// Digits of a number that is read here: any such number fits 64 bits.
const DIGITS: usize = 16;

/// The line, its fields not yet checked. A text with escapes is resolved into `scratch`, if that is lent.
///
/// Control characters, which JSON allows in no string, are looked for in the text alone: no other field that has
/// one passes its check.
pub(super) fn shared_line<'a>(line: &'a [u8], scratch: Option<&'a mut String>) -> Option<SharedLine<'a>> {
    let mut scan = Scan {
        rest: std::str::from_utf8(line).ok()?,
    };

    scan.take(br#"{"claimed_evidence":""#)?;
    let evidence = scan.string()?;
    let claimed_evidence = Evidence::ALL.into_iter().find(|one| one.as_str() == evidence)?;
    scan.take(br#","id":""#)?;
    let id = scan.string()?.into();
    scan.take(br#","kind":""#)?;
    let kind = scan.string()?;
    let kind = Kind::ALL.into_iter().find(|one| one.as_str() == kind)?;
    let lang = scan.optional(br#","lang":""#)?;
    scan.take(br#","redactions":["#)?;
    let redactions = scan.redactions()?;
    scan.take(br#","salt":""#)?;
    let salt = scan.string()?.into();
    scan.take(br#","seq":"#)?;
    let seq = scan.number()?;
    let site = scan.optional(br#","site":""#)?;
    scan.take(br#","text":""#)?;
    let text = scan.text(scratch)?;
    let thread = scan.optional(br#","thread":""#)?;
    let time = scan.optional(br#","time":""#)?;
    scan.take(br#","v":"#)?;
    let v = scan.number()?.try_into().ok()?;
    (scan.rest == "}").then_some(SharedLine {
        claimed_evidence,
        id,
        kind,
        lang,
        redactions,
        salt,
        seq,
        site,
        text,
        thread,
        time,
        v,
    })
}

/// What is left of a line.
struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    /// What is due is of known length, so that it is compared in a few wide words.
    #[inline]
    fn take<const N: usize>(&mut self, due: &[u8; N]) -> Option<()> {
        if self.rest.as_bytes().first_chunk()? != due {
            return None;
        }
        self.rest = self.rest.get(N..)?;
        Some(())
    }

    /// A string without escapes, whose opening quote is taken.
    #[inline]
    fn string(&mut self) -> Option<&'a str> {
        let end = memchr2(b'"', b'\\', self.rest.as_bytes())?;
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// A member that may be absent; gives `None` only where it is there and not of this form.
    #[inline]
    #[allow(clippy::option_option, reason = "outside: read or not; inside: there or not")]
    fn optional<const N: usize>(&mut self, due: &[u8; N]) -> Option<Option<Text<'a>>> {
        if self.take(due).is_none() {
            return Some(None);
        }
        self.string().map(|text| Some(text.into()))
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        let (mut number, mut digits) = (0, 0);
        for byte in self.rest.bytes().take(DIGITS) {
            if !byte.is_ascii_digit() {
                break;
            }
            number = number * 10 + u64::from(byte - b'0');
            digits += 1;
        }
        // A leading zero is the business of the long way; a longer number ends in a digit, which nothing takes.
        if digits == 0 || (digits > 1 && self.rest.starts_with('0')) {
            return None;
        }
        self.rest = self.rest.get(digits..)?;
        Some(number)
    }

    /// The items of an array whose opening bracket is taken, and its closing one.
    fn redactions(&mut self) -> Option<Vec<Redaction<'a>>> {
        let mut redactions = Vec::new();
        while self.take(b"]").is_none() {
            if !redactions.is_empty() {
                self.take(b",")?;
            }
            self.take(br#"{"count":"#)?;
            let count = self.number()?.try_into().ok()?;
            self.take(br#","type":""#)?;
            let kind = self.string()?.into();
            self.take(b"}")?;
            redactions.push(Redaction { count, kind });
        }
        Some(redactions)
    }

    /// A string with the escapes of canonical form, whose opening quote is taken.
    #[inline]
    fn text(&mut self, scratch: Option<&'a mut String>) -> Option<Text<'a>> {
        if let Some(plain) = self.string() {
            return is_printed(plain).then(|| plain.into());
        }
        Some(Text(match scratch {
            Some(lent) => {
                lent.clear();
                self.resolve(lent)?;
                Cow::Borrowed(lent)
            }
            None => {
                // Resolving only ever shortens.
                let mut own = String::with_capacity(self.rest.len());
                self.resolve(&mut own)?;
                Cow::Owned(own)
            }
        }))
    }

    fn resolve(&mut self, out: &mut String) -> Option<()> {
        loop {
            let marked = memchr2(b'"', b'\\', self.rest.as_bytes())?;
            let (plain, rest) = self.rest.split_at_checked(marked)?;
            if !is_printed(plain) {
                return None;
            }
            out.push_str(plain);
            if let Some(rest) = rest.strip_prefix('"') {
                self.rest = rest;
                return Some(());
            }
            let (character, length) = escape(rest.as_bytes())?;
            out.push(character);
            self.rest = rest.get(length..)?;
        }
    }
}

/// Whether there is no character in it that JSON wants escaped. No early end: such a loop is one of wide registers.
fn is_printed(text: &str) -> bool {
    text.bytes().fold(0, |found, byte| found | u8::from(byte < b' ')) == 0
}

/// The character that an escape of canonical form stands for, and the bytes of the escape.
fn escape(text: &[u8]) -> Option<(char, usize)> {
    let character = match text.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let [high @ (b'0' | b'1'), low] = text.get(2..6)?.strip_prefix(b"00")? else {
                return None;
            };
            let low = char::from(*low).to_digit(16)?;
            let code = u32::from(high - b'0') * 16 + low;
            return Some((char::from_u32(code)?, 6));
        }
        _ => return None,
    };
    Some((character, 2))
}

#[cfg(test)]
mod tests;
