//! Payment cards, bank accounts and the addresses of purses.

use counterfoil_core::mnemonic;
use sha2::{Digest as _, Sha256};

use crate::checksum::{luhn, mod97, number, uniform};
use crate::text::{DIGIT, Text, WORD};

/// Lengths of the account numbers of each country with the form of the part behind the check digits: `n` digits, `a`
/// capitals, `c` both (ISO 13616 registry).
static IBANS: &[(&[u8; 2], &str)] = &[
    (b"AD", "n8c12"),
    (b"AE", "n19"),
    (b"AL", "n8c16"),
    (b"AT", "n16"),
    (b"AZ", "a4c20"),
    (b"BA", "n16"),
    (b"BE", "n12"),
    (b"BG", "a4n6c8"),
    (b"BH", "a4c14"),
    (b"BI", "n23"),
    (b"BR", "n23a1c1"),
    (b"BY", "c4n4c16"),
    (b"CH", "n5c12"),
    (b"CR", "n18"),
    (b"CY", "n8c16"),
    (b"CZ", "n20"),
    (b"DE", "n18"),
    (b"DJ", "n23"),
    (b"DK", "n14"),
    (b"DO", "c4n20"),
    (b"EE", "n16"),
    (b"EG", "n25"),
    (b"ES", "n20"),
    (b"FI", "n14"),
    (b"FK", "a2n12"),
    (b"FO", "n14"),
    (b"FR", "n10c11n2"),
    (b"GB", "a4n14"),
    (b"GE", "a2n16"),
    (b"GI", "a4c15"),
    (b"GL", "n14"),
    (b"GR", "n7c16"),
    (b"GT", "c4c20"),
    (b"HN", "a4n20"),
    (b"HR", "n17"),
    (b"HU", "n24"),
    (b"IE", "a4n14"),
    (b"IL", "n19"),
    (b"IQ", "a4n15"),
    (b"IS", "n22"),
    (b"IT", "a1n10c12"),
    (b"JO", "a4n4c18"),
    (b"KW", "a4c22"),
    (b"KZ", "n3c13"),
    (b"LB", "n4c20"),
    (b"LC", "a4c24"),
    (b"LI", "n5c12"),
    (b"LT", "n16"),
    (b"LU", "n3c13"),
    (b"LV", "a4c13"),
    (b"LY", "n21"),
    (b"MC", "n10c11n2"),
    (b"MD", "c2c18"),
    (b"ME", "n18"),
    (b"MK", "n3c10n2"),
    (b"MN", "n16"),
    (b"MR", "n23"),
    (b"MT", "a4n5c18"),
    (b"MU", "a4n19a3"),
    (b"NI", "a4n20"),
    (b"NL", "a4n10"),
    (b"NO", "n11"),
    (b"OM", "n3c16"),
    (b"PK", "a4c16"),
    (b"PL", "n24"),
    (b"PS", "a4c21"),
    (b"PT", "n21"),
    (b"QA", "a4c21"),
    (b"RO", "a4c16"),
    (b"RS", "n18"),
    (b"RU", "n14c15"),
    (b"SA", "n2c18"),
    (b"SC", "a4n20a3"),
    (b"SD", "n14"),
    (b"SE", "n20"),
    (b"SI", "n15"),
    (b"SK", "n20"),
    (b"SM", "a1n10c12"),
    (b"SO", "n19"),
    (b"ST", "n21"),
    (b"SV", "a4n20"),
    (b"TL", "n19"),
    (b"TN", "n20"),
    (b"TR", "n6c16"),
    (b"UA", "n6c19"),
    (b"VA", "n18"),
    (b"VG", "a4n16"),
    (b"XK", "n16"),
    (b"YE", "a4n4c18"),
];

/// The account number that begins there (ISO 13616), in groups or not.
pub(crate) fn iban(text: &Text<'_>, start: usize) -> Option<usize> {
    if text.word_before(start) || text.class(start + 2) & DIGIT == 0 || text.class(start + 3) & DIGIT == 0 {
        return None;
    }
    let country = [
        text.at(start).to_ascii_uppercase(),
        text.at(start + 1).to_ascii_uppercase(),
    ];
    let index = IBANS.binary_search_by(|(code, _)| (*code).cmp(&country)).ok()?;
    let form = IBANS.get(index)?.1.as_bytes();
    let mut compact = [0_u8; 34];
    let (mut length, mut place, mut separators) = (0, start, 0);
    let due = 4 + total(form);
    let mut lower = false;
    let mut mark = 0;
    while length < due {
        let byte = text.at(place);
        if byte.is_ascii_alphanumeric() {
            lower |= byte.is_ascii_lowercase();
            *compact.get_mut(length)? = byte.to_ascii_uppercase();
            length += 1;
            place += 1;
        } else if matches!(byte, b' ' | b'-')
            && (mark == 0 || mark == byte)
            && text.class(place + 1) & WORD != 0
            && length > 3
        {
            mark = byte;
            separators += 1;
            place += 1;
        } else {
            return None;
        }
    }
    // In small letters only in one piece: groups of small letters are words.
    let closed = !text.word(place) && !(text.at(place) == b'-' && text.class(place + 1) & DIGIT != 0);
    if !closed || lower && separators > 0 || separators > 9 {
        return None;
    }
    let number = compact.get(..due)?;
    let turned = number.iter().skip(4).chain(number.iter().take(4)).copied();
    (matches(number.get(4..)?, form) && mod97(turned) == 1).then_some(place)
}

fn total(form: &[u8]) -> usize {
    runs(form).map(|(_, count)| count).sum()
}

/// The runs of a form: a class and how many.
fn runs(form: &[u8]) -> impl Iterator<Item = (u8, usize)> + '_ {
    let mut rest = form;
    std::iter::from_fn(move || {
        let (class, after) = rest.split_first()?;
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let count = usize::try_from(number(after.get(..digits)?)).ok()?;
        rest = after.get(digits..)?;
        Some((*class, count))
    })
}

fn matches(body: &[u8], form: &[u8]) -> bool {
    let mut place = 0;
    runs(form).all(|(class, count)| {
        let part = body.get(place..place + count).unwrap_or_default();
        place += count;
        part.len() == count
            && match class {
                b'n' => part.iter().all(u8::is_ascii_digit),
                b'a' => part.iter().all(u8::is_ascii_uppercase),
                _ => true,
            }
    })
}

/// The card that begins there (ISO/IEC 7812-1): 12 to 19 digits, in groups or not.
pub(crate) fn card(text: &Text<'_>, start: usize, named: bool) -> Option<usize> {
    let (mut digits, mut length) = ([0_u8; 19], 0);
    let mut groups = [0_usize; 6];
    let (mut count, mut place, mut mark) = (0, start, 0);
    loop {
        let end = text.run(place, 20, |byte| byte.is_ascii_digit());
        if end == place || count == groups.len() || length + end - place > digits.len() {
            return None;
        }
        for digit in text.slice(place, end) {
            *digits.get_mut(length)? = *digit;
            length += 1;
        }
        groups[count] = end - place;
        count += 1;
        place = end;
        let next = text.at(place);
        let goes_on = matches!(next, b' ' | b'-') && text.class(place + 1) & DIGIT != 0;
        if !goes_on
            || mark != 0 && mark != next
            || length >= 12 && next == b' ' && count > 1 && fits(&groups, count)
        {
            break;
        }
        if length >= 12 && count == 1 {
            break;
        }
        mark = next;
        place += 1;
    }
    let digits = digits.get(..length)?;
    if length < 12 || !luhn(digits) || uniform(digits) || !fits(&groups, count) {
        return None;
    }
    let after = text.at(place);
    let (before, apart) = (text.before(start), text.word_before(start));
    let closed = !(text.word(place) && after < 0x80)
        && !(apart && before < 0x80)
        && !(matches!(after, b'.' | b'-' | b',' | b'/') && text.class(place + 1) & DIGIT != 0)
        && !(matches!(before, b'.' | b'-' | b'+' | b'/') && start > 1 && text.word(start - 2));
    // In a list of numbers, one in ten has a fitting check digit.
    let listed = count == 1
        && (after == b','
            && (text.class(text.run(place + 1, 40, |byte| byte.is_ascii_whitespace())) & DIGIT != 0
                || matches!(
                    text.at(text.run(place + 1, 40, |byte| byte.is_ascii_whitespace())),
                    b']' | b')' | b'}'
                ))
            || before == b'['
            || matches!(before, b' ' | b'\t')
                && matches!(
                    text.before(text.run_back(start, 40, |byte| byte.is_ascii_whitespace())),
                    b',' | b'['
                ));
    if listed && !named {
        return None;
    }
    (closed && (brand(digits) || named && (b'0'..=b'6').contains(&digits[0]))).then_some(place)
}

/// Groups in which numbers of cards are written.
fn fits(groups: &[usize], count: usize) -> bool {
    matches!(
        groups.get(..count),
        Some(
            [_] | [4, 4, 4, 1..=4]
                | [4, 6, 4 | 5]
                | [4, 4, 4, 4, 3]
                | [5, 5, 5]
                | [8, 8]
                | [6, 13]
                | [4, 5, 6]
        )
    )
}

/// Whether an issuer gives out numbers that begin so, of this length.
fn brand(digits: &[u8]) -> bool {
    let head = |length: usize| number(digits.get(..length).unwrap_or_default());
    match (digits.len(), head(1)) {
        (13 | 16 | 19, 4) => true,
        (16, 5) => matches!(head(2), 51..=55) || head(4) == 5018 || head(2) == 50,
        (16, 2) => (2221..=2720).contains(&head(4)) || (2200..=2204).contains(&head(4)),
        (15, 3) => matches!(head(2), 34 | 37),
        (14, 3) => matches!(head(3), 300..=305 | 309) || matches!(head(2), 36 | 38 | 39),
        (16, 3) => {
            matches!(head(4), 3528..=3589) || matches!(head(3), 300..=305) || matches!(head(2), 36 | 38 | 39)
        }
        (16..=19, 6) => {
            head(4) == 6011
                || matches!(head(3), 644..=649)
                || matches!(head(2), 62 | 65 | 60 | 81)
                || head(2) == 63
                || head(2) == 67
        }
        (15, 1 | 2) => matches!(head(4), 1800 | 2131),
        _ => false,
    }
}

/// The address of a purse, if the word is one: Base58 with a check (Bitcoin and its kin), Bech32 (BIP-173, BIP-350),
/// or a hexadecimal one (Ethereum).
pub(crate) fn purse(word: &[u8]) -> bool {
    match word.len() {
        42 if word.starts_with(b"0x") => {
            word.iter().skip(2).all(u8::is_ascii_hexdigit)
                && !crate::secret::dull(word.get(2..).unwrap_or_default())
        }
        26..=35
            if matches!(
                word[0],
                b'1' | b'3' | b'L' | b'M' | b'D' | b'X' | b'T' | b'r' | b'A'
            ) =>
        {
            base58(word).is_some_and(|version| {
                matches!(version, 0x00 | 0x05 | 0x1E | 0x16 | 0x30 | 0x32 | 0x4C | 0x41)
            })
        }
        14..=90 => {
            [b"bc1".as_slice(), b"tb1", b"ltc1", b"addr1"]
                .iter()
                .any(|prefix| word.starts_with(prefix))
                && bech32(word)
        }
        _ => false,
    }
}

/// Whether a word is the private key of a purse in its exchange form.
pub(crate) fn purse_key(word: &[u8]) -> bool {
    matches!(word.len(), 51 | 52) && matches!(word[0], b'5' | b'K' | b'L') && base58(word) == Some(0x80)
}

/// The version byte of a Base58 text whose check holds; at most 40 bytes.
fn base58(word: &[u8]) -> Option<u8> {
    const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0_u8; 40];
    let mut used = 0;
    for letter in word {
        let mut carry = LETTERS.iter().position(|known| known == letter)?;
        for byte in bytes.iter_mut().take(used) {
            carry += usize::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xFF).unwrap_or(0);
            carry >>= 8;
        }
        while carry > 0 {
            *bytes.get_mut(used)? = u8::try_from(carry & 0xFF).unwrap_or(0);
            used += 1;
            carry >>= 8;
        }
    }
    used += word.iter().take_while(|letter| **letter == b'1').count();
    let mut whole: Vec<u8> = bytes.get(..used)?.to_vec();
    whole.reverse();
    let split = whole.len().checked_sub(4)?;
    let (body, check) = whole.split_at(split);
    let hash = Sha256::digest(Sha256::digest(body));
    (hash.get(..4)? == check).then(|| body.first().copied())?
}

fn bech32(word: &[u8]) -> bool {
    const LETTERS: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const STEPS: [u32; 5] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3];
    let Some(split) = memchr::memrchr(b'1', word) else {
        return false;
    };
    let (prefix, data) = (
        word.get(..split).unwrap_or_default(),
        word.get(split + 1..).unwrap_or_default(),
    );
    let step = |check: u32, value: u32| {
        let top = check >> 25;
        STEPS
            .iter()
            .enumerate()
            .filter(|(bit, _)| top >> bit & 1 == 1)
            .fold((check & 0x01FF_FFFF) << 5 ^ value, |check, (_, add)| check ^ add)
    };
    let mut check = prefix
        .iter()
        .fold(1, |check, byte| step(check, u32::from(byte >> 5)));
    check = step(check, 0);
    check = prefix
        .iter()
        .fold(check, |check, byte| step(check, u32::from(byte & 31)));
    for letter in data {
        let Some(value) = LETTERS.iter().position(|known| known == letter) else {
            return false;
        };
        check = step(check, u32::try_from(value).unwrap_or(0));
    }
    matches!(check, 1 | 0x2BC8_30A3)
}

/// The phrases of BIP-39 in a run of short words: twelve to twenty-four words of its list whose check holds.
pub(crate) fn phrases(run: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize, Option<u16>)> = Vec::new();
    let mut place = 0;
    for word in run.split([' ', '\n']) {
        words.push((place, place + word.len(), mnemonic::place(word)));
        place += word.len() + 1;
    }
    let mut found = Vec::new();
    let mut from = 0;
    while from + 12 <= words.len() {
        if words[from].2.is_none() {
            from += 1;
            continue;
        }
        let long = words
            .iter()
            .skip(from)
            .take(24)
            .take_while(|(.., index)| index.is_some())
            .count();
        let fit = [24, 21, 18, 15, 12]
            .into_iter()
            .find(|count| *count <= long && checks(words.get(from..from + count).unwrap_or_default()));
        match fit {
            Some(count) => {
                found.push((words[from].0, words[from + count - 1].1));
                from += count;
            }
            None => from += 1,
        }
    }
    found
}

/// Whether the last bits of the words are the first of the hash of the others (BIP-39).
fn checks(words: &[(usize, usize, Option<u16>)]) -> bool {
    let mut bits = Vec::with_capacity(words.len() * 11);
    for (.., index) in words {
        let index = index.unwrap_or_default();
        bits.extend((0..11).rev().map(|bit| index >> bit & 1 == 1));
    }
    let check = words.len() / 3;
    let (body, last) = bits.split_at(bits.len() - check);
    let pack = |bits: &[bool]| bits.iter().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit));
    let bytes: Vec<u8> = body.chunks(8).map(pack).collect();
    Sha256::digest(bytes)[0] >> (8 - check) == pack(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_sorted() {
        assert!(IBANS.is_sorted_by_key(|(country, _)| **country));
        for (country, form) in IBANS {
            assert!((11..=30).contains(&total(form.as_bytes())), "{country:?}");
        }
    }

    #[test]
    fn published_addresses_hold() {
        assert!(purse(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"));
        assert!(!purse(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"));
        assert!(purse(b"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"));
        assert!(!purse(b"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"));
    }

    #[test]
    fn published_phrases_hold() {
        let phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow";
        assert_eq!(phrases(phrase), [(0, phrase.len())]);
        assert!(phrases(&phrase.replace("yellow", "year")).is_empty());
        let within = format!("these are {phrase} and more words");
        assert_eq!(phrases(&within), [(10, 10 + phrase.len())]);
    }
}
