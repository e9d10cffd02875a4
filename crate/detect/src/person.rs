//! Names where they are given, dates of birth, postal addresses, and what a person says about themselves.
//!
//! Rules can be right only where a text says what comes next: `my name is …`, `Mr. …`, a signature, a field. A name in
//! the middle of a story is not found, and nothing here pretends that it is.

use crate::text::{DIGIT, HIGH, LOWER, Text, UPPER, WORD};
use crate::words;

/// Most words of a name, and its longest, in bytes.
const NAMES: usize = 4;
const LONGEST: usize = 40;

/// Whether a name can begin there: a capital, with small letters behind it.
fn capital(text: &Text<'_>, place: usize) -> bool {
    let class = text.class(place);
    if class & UPPER != 0 {
        return true;
    }
    // Capitals of Latin letters outside ASCII, and of Greek and Cyrillic: U+00C0 to U+00DE, U+0391 to U+042F; and
    // letters of scripts that have no capitals.
    match (text.at(place), text.at(place + 1)) {
        (0xC3, 0x80..=0x9E) | (0xCE, 0x91..=0xAF) | (0xD0, 0x80..=0xAF) => true,
        (0xC4 | 0xC5, low) => low & 1 == 0 || (0xB9..=0xBD).contains(&low),
        _ => false,
    }
}

fn word_end(text: &Text<'_>, start: usize) -> usize {
    let mut end = text.run(start, LONGEST, |byte| byte.is_ascii_alphabetic() || byte >= 0x80);
    // One hyphen or apostrophe within.
    if matches!(text.at(end), b'-' | b'\'')
        && text.class(end + 1) & (UPPER | LOWER | HIGH) != 0
        && text.class(end + 1) & LOWER == 0
    {
        end = text.run(end + 1, LONGEST, |byte| {
            byte.is_ascii_alphabetic() || byte >= 0x80
        });
    }
    end
}

/// The name that begins there: up to four words in capitals, with particles and initials between.
pub(crate) fn name(text: &Text<'_>, start: usize, most: usize) -> Option<(usize, usize)> {
    let (mut place, mut end, mut count) = (start, start, 0);
    while count < most.min(NAMES) && capital(text, place) {
        let stop = word_end(text, place);
        let word = text.slice(place, stop);
        let letters = word.len();
        if letters == 1 && text.at(stop) == b'.' && count > 0 {
            place = stop + 1;
        } else {
            if !(2..LONGEST).contains(&letters)
                || word.iter().all(u8::is_ascii_uppercase) && letters > 3 && count == 0 && most < 3
            {
                break;
            }
            // A title is what a name follows.
            if words::marks_of(word) & (words::NOT_NAME | words::TITLE) != 0 {
                break;
            }
            end = stop;
            place = stop;
            count += 1;
        }
        if text.at(place) != b' ' {
            break;
        }
        place += 1;
        // Particles stand in small letters between the words of a name.
        for particle in [
            b"van der ".as_slice(),
            b"van den ",
            b"van ",
            b"von ",
            b"de la ",
            b"de ",
            b"da ",
            b"dos ",
            b"del ",
            b"di ",
            b"bin ",
            b"el ",
            b"al ",
        ] {
            if text.starts(place, particle) && capital(text, place + particle.len()) {
                place += particle.len();
                break;
            }
        }
    }
    // A suffix belongs to the name.
    for suffix in [b" Jr.".as_slice(), b" Sr.", b" II", b" III"] {
        if end > start && text.starts(end, suffix) && !text.word(end + suffix.len()) {
            end += suffix.len();
            break;
        }
    }
    (end > start && !text.word(end)).then_some((end, count))
}

/// A name behind a title: `Dr. …`.
pub(crate) fn titled(text: &Text<'_>, word: usize, end: usize) -> Option<(usize, usize)> {
    if !capital(text, word) || text.word_before(word) {
        return None;
    }
    let mut start = end + usize::from(text.at(end) == b'.');
    if text.at(start) != b' ' {
        return None;
    }
    start += 1;
    for more in [b"Dr. ".as_slice(), b"Prof. ", b"Dr ", b"med. "] {
        if text.starts(start, more) {
            start += more.len();
        }
    }
    // `Dr` and `St` end streets as well; a number before it says so.
    let (stop, _) = name(text, start, 3)?;
    Some((start, stop))
}

/// A name behind the last word of an introduction: `my name is …`, `I'm …`, `name: …`.
pub(crate) fn introduced(text: &Text<'_>, word: usize, end: usize) -> Option<(usize, usize)> {
    let said = text.slice(word, end);
    let lowered: Vec<u8> = said.iter().map(u8::to_ascii_lowercase).collect();
    let field =
        lowered.ends_with(b"name") || matches!(lowered.as_slice(), b"owner" | b"nombre" | b"nom" | b"nome");
    let before = text.run_back(word, 24, |byte| byte != b'\n' && byte != b'.' && byte != b',');
    let lead: Vec<u8> = text
        .slice(before, word)
        .iter()
        .map(u8::to_ascii_lowercase)
        .collect();
    let behind = |with: &[&[u8]]| with.iter().any(|with| lead.ends_with(with));
    let mut start = end;
    match lowered.as_slice() {
        b"am" | b"im" | b"m" => {
            let first = lowered == b"im" || behind(&[b"i ", b"i'", "i’".as_bytes()]);
            if !first || text.at(start) != b' ' {
                return None;
            }
            start += 1;
            let (stop, count) = name(text, start, 3)?;
            // One word alone may be anything; an end or a place behind it makes it a name.
            let after = text.at(stop);
            let telling = matches!(after, b',' | b'.' | b'!' | 0 | b'\n')
                || text.starts(stop, b" from ")
                || text.starts(stop, b" and I");
            return (count > 1 || telling).then_some((start, stop));
        }
        b"named" => {
            start = text.run(start, 1, |byte| byte == b' ');
        }
        _ if field => {
            let marks = text.run(start, 6, |byte| matches!(byte, b' ' | b':' | b'=' | b'"' | b'\''));
            let between = text.slice(start, marks);
            if between.iter().any(|byte| matches!(byte, b':' | b'=')) {
                start = marks;
            } else {
                let mut found = None;
                for verb in [
                    b" is ".as_slice(),
                    b" ist ",
                    b" es ",
                    b" est ",
                    "\u{20}è ".as_bytes(),
                    "\u{20}é ".as_bytes(),
                    b" is: ",
                    b"'s ",
                    " ’s ".as_bytes(),
                ] {
                    if text.starts(start, verb) {
                        found = Some(start + verb.len());
                    }
                }
                // Of others than a person, a name is no secret.
                let own = behind(&[
                    b"my ", b"full ", b"his ", b"her ", b"mein ", b"mi ", b"mon ", b"meu ", b"mijn ",
                    b"il mio ", b"first ", b"last ", b"maiden ",
                ]);
                start = found.filter(|_| own)?;
            }
        }
        _ => {
            // Verbs that mean `to be called`.
            if text.at(start) != b' ' {
                return None;
            }
            start += 1;
            let own = behind(&[
                b"ich ",
                b"m'",
                "m’".as_bytes(),
                b"me ",
                b"mi ",
                b"ik ",
                "się ".as_bytes(),
                b"jag ",
                b"jeg ",
                b"eu me ",
                "меня ".as_bytes(),
            ]) || lowered == b"nazywam";
            if !own {
                return None;
            }
            if text.starts(start, "się ".as_bytes()) {
                start += 5;
            }
        }
    }
    let (stop, count) = name(text, start, NAMES)?;
    let after = text.at(stop);
    // In a field, one word may be the name of anything; on a line of its own it is one.
    let line = matches!(text.before(word), 0 | b'\n') && matches!(after, 0 | b'\n' | b'\r');
    let member = field && text.before(word) == b'.';
    let code = matches!(after, b'(' | b'<' | b'_' | b'=' | b'/' | b':' | b';') || text.before(word) == b'_';
    (!member
        && !code
        && (count > 1
            || line
            || !field
            || start > end
                && text
                    .slice(end, start)
                    .iter()
                    .all(|byte| *byte != b':' && *byte != b'=')))
    .then_some((start, stop))
}

/// A name below the end of a letter: `Best regards,` and a line with nothing else.
pub(crate) fn signed(text: &Text<'_>, end: usize) -> Option<(usize, usize)> {
    let mut start = text.run(end, 3, |byte| matches!(byte, b',' | b'!' | b' '));
    let line = text.run(start, 4, |byte| matches!(byte, b'\n' | b'\r' | b' '));
    if line == start || !text.slice(start, line).contains(&b'\n') {
        return None;
    }
    start = line;
    let (stop, _) = name(text, start, NAMES)?;
    (matches!(text.at(stop), b'\n' | b'\r' | 0 | b',') || text.at(stop) == b' ' && text.at(stop + 1) == b'\n')
        .then_some((start, stop))
}

/// A date of birth behind a word for it.
pub(crate) fn birth(text: &Text<'_>, end: usize) -> Option<(usize, usize)> {
    let stop = end + 40;
    let mut place = end;
    while place < stop && place < text.len() {
        let class = text.class(place);
        if class & DIGIT != 0 {
            let found = date(text, place).filter(|_| !text.word_before(place));
            return found.map(|end| (place, end));
        }
        if class & (UPPER | LOWER | HIGH) != 0 {
            let word = text.run(place, 16, |byte| byte.is_ascii_alphabetic() || byte >= 0x80);
            if words::marks_of(text.slice(place, word)) & words::MONTH != 0
                && let Some(end) = month_first(text, word)
            {
                return Some((place, end));
            }
            place = word.max(place + 1);
        } else if matches!(text.at(place), b'.' | b'?' | b'!') && text.at(place + 1) == b' '
            || text.at(place) == b'\n' && place > end + 2
        {
            return None;
        } else {
            place += 1;
        }
    }
    None
}

/// `March 15, 1989`, behind the month.
fn month_first(text: &Text<'_>, end: usize) -> Option<usize> {
    let from = text.run(end, 2, |byte| matches!(byte, b' ' | b'.' | b','));
    let day = text.run(from, 2, |byte| byte.is_ascii_digit());
    if day == from {
        return None;
    }
    let suffix = text.run(day, 2, |byte| byte.is_ascii_lowercase());
    let from = text.run(suffix, 2, |byte| matches!(byte, b' ' | b','));
    let year = text.run(from, 5, |byte| byte.is_ascii_digit());
    let year_number = crate::checksum::number(text.slice(from, year));
    (year - from == 4 && (1880..=2100).contains(&year_number) && !text.word(year)).then_some(year)
}

/// The date that begins with a digit: in numbers, or with the name of a month.
fn date(text: &Text<'_>, start: usize) -> Option<usize> {
    let first = text.run(start, 5, |byte| byte.is_ascii_digit());
    let mark = text.at(first);
    if matches!(mark, b'/' | b'-' | b'.') {
        let second = text.run(first + 1, 3, |byte| byte.is_ascii_digit());
        let (one, two) = (first - start, second - first - 1);
        if text.at(second) == mark && (1..=2).contains(&two) {
            let third = text.run(second + 1, 5, |byte| byte.is_ascii_digit());
            let three = third - second - 1;
            let shape =
                one == 4 && (1..=2).contains(&three) || (1..=2).contains(&one) && matches!(three, 2 | 4);
            return (shape && !text.word(third)).then_some(third);
        }
    }
    // `15 March 1989`, `15. März 1989`, `15 de marzo de 1989`.
    if first - start > 2 {
        return None;
    }
    let suffix = text.run(first, 2, |byte| byte.is_ascii_lowercase() || byte == b'.');
    let mut place = text.run(suffix, 1, |byte| byte == b' ');
    for of in [b"of ".as_slice(), b"de "] {
        if text.starts(place, of) {
            place += of.len();
        }
    }
    let month = text.run(place, 16, |byte| byte.is_ascii_alphabetic() || byte >= 0x80);
    if words::marks_of(text.slice(place, month)) & words::MONTH == 0 {
        return None;
    }
    let mut place = text.run(month, 2, |byte| matches!(byte, b' ' | b',' | b'.'));
    for of in [b"de ".as_slice(), b"del "] {
        if text.starts(place, of) {
            place += of.len();
        }
    }
    let year = text.run(place, 5, |byte| byte.is_ascii_digit());
    (year - place == 4 && !text.word(year)).then_some(year)
}

/// An address whose street ends with a word for it: `1600 Amphitheatre Parkway`. The word stands there.
pub(crate) fn street(text: &Text<'_>, word: usize, end: usize) -> Option<(usize, usize)> {
    if !capital(text, word) || text.before(word) != b' ' {
        return None;
    }
    // Back over the words of the name to the number.
    let mut place = word - 1;
    for _ in 0..4 {
        let start = text.run_back(place, LONGEST, |byte| {
            byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'-' | b'\'' | b'.')
        });
        if start == place {
            return None;
        }
        if text.class(start) & DIGIT != 0 {
            let number = text.slice(start, place);
            let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let house = digits <= 5 && number.len() <= digits + 2 && !number.contains(&b'.');
            if house {
                if place == word - 1
                    || text.word_before(start)
                    || matches!(text.before(start), b'.' | b'-' | b'/' | b'$' | b'#')
                {
                    return None;
                }
                return Some((start, street_end(text, end)));
            }
            // `5th Avenue`, `42nd Street`.
            if !number.ends_with(b"th")
                && !number.ends_with(b"st")
                && !number.ends_with(b"nd")
                && !number.ends_with(b"rd")
            {
                return None;
            }
        } else if !capital(text, start) {
            return None;
        }
        if text.before(start) != b' ' {
            return None;
        }
        place = start - 1;
    }
    None
}

/// With the quarter of the sky and the flat.
fn street_end(text: &Text<'_>, end: usize) -> usize {
    let mut end = end;
    for quarter in [
        b" NW".as_slice(),
        b" NE",
        b" SW",
        b" SE",
        b" N",
        b" S",
        b" E",
        b" W",
    ] {
        if text.starts(end, quarter) && !text.word(end + quarter.len()) {
            end += quarter.len();
            break;
        }
    }
    let dotted = text.at(end) == b'.' && text.at(end + 1) != b'\n';
    for flat in [
        b" Apt. ".as_slice(),
        b" Apt ",
        b" Suite ",
        b" Unit ",
        b" #",
        b", Apt ",
        b", Apt. ",
        b", Suite ",
        b", Unit ",
    ] {
        let from = end + usize::from(dotted);
        if text.starts(from, flat) {
            let stop = text.run(from + flat.len(), 6, |byte| byte.is_ascii_alphanumeric());
            if stop > from + flat.len() {
                return stop;
            }
        }
    }
    end
}

/// An address whose street begins with a word for it: `12 rue de la Paix`, `Calle Mayor 5`, `Via Roma 10`.
pub(crate) fn street_before(text: &Text<'_>, word: usize, end: usize) -> Option<(usize, usize)> {
    // The number before: French.
    let mut start = text.run_back(word, 2, |byte| matches!(byte, b' ' | b','));
    let number = text.run_back(start, 5, |byte| byte.is_ascii_digit());
    let french = number < start && start < word && !text.word_before(number) && start - number <= 4;
    let mut place = end;
    if text.at(place) == b'.' {
        place += 1;
    }
    let mut stop = place;
    let mut count = 0;
    while count < 6 && text.at(place) == b' ' {
        let next = place + 1;
        let word_stop = text.run(next, LONGEST, |byte| {
            byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'-' | b'\'')
        });
        let word = text.slice(next, word_stop);
        let particle = [
            b"de".as_slice(),
            b"la",
            b"du",
            b"des",
            b"le",
            b"les",
            b"l",
            b"del",
            b"los",
            b"las",
            b"da",
            b"do",
            b"dos",
            b"di",
            b"della",
            b"dei",
        ]
        .contains(&word);
        if !(capital(text, next) || particle && count < 5) || word.is_empty() {
            break;
        }
        if !particle {
            stop = word_stop;
        }
        place = word_stop;
        count += 1;
    }
    if stop == end || stop <= end + 1 {
        return None;
    }
    if french {
        return Some((number, stop));
    }
    if !capital(text, word) {
        return None;
    }
    start = word;
    let from = text.run(stop, 4, |byte| matches!(byte, b' ' | b','));
    let from = if text.starts(from, b"n.") || text.starts(from, "nº".as_bytes()) {
        text.run(from, 4, |byte| !byte.is_ascii_digit())
    } else {
        from
    };
    let number = text.run(from, 5, |byte| byte.is_ascii_digit());
    let letter = text.run(number, 1, |byte| byte.is_ascii_alphabetic());
    (number > from && number - from <= 4 && from > stop && !text.word(letter)).then_some((start, letter))
}

/// Ends of the names of streets in German, Dutch and the North.
static GERMAN: &[&str] = &[
    "straße", "strasse", "str", "weg", "platz", "allee", "gasse", "ring", "damm", "ufer", "chaussee",
    "straat", "laan", "gracht", "plein", "gatan", "vägen", "gade", "vej", "katu", "tie", "gata", "veien",
];

/// An address whose street is one word with its number behind it: `Hauptstraße 12`. The number begins there.
pub(crate) fn street_number(text: &Text<'_>, number: usize) -> Option<(usize, usize)> {
    if text.before(number) != b' ' {
        return None;
    }
    let mut stop = number - 1;
    if text.before(stop) == b'.' {
        stop -= 1;
    }
    let start = text.run_back(stop, LONGEST, |byte| {
        byte.is_ascii_alphabetic() || byte >= 0x80 || byte == b'-'
    });
    let digits = text.run(number, 5, |byte| byte.is_ascii_digit());
    let end = text.run(digits, 1, |byte| byte.is_ascii_lowercase());
    let house = digits - number <= 3
        && !text.word(end)
        && !(matches!(text.at(end), b'.' | b',' | b':') && text.class(end + 1) & DIGIT != 0);
    // What is cheap to ask comes first: most numbers stand behind an ordinary word.
    if !house || !capital(text, start) {
        return None;
    }
    let word = text.slice(start, stop);
    let fits = GERMAN.iter().any(|end| {
        let tail = word
            .len()
            .checked_sub(end.len())
            .and_then(|from| word.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
            && word.len() >= end.len() + 3
            && (end.len() > 4 || word.len() > 7)
    });
    let unit = text.starts(end, b" km")
        || text.starts(end, b" %")
        || text.starts(end, b" m ")
        || text.starts(end, b" Min")
        || text.at(end) == b'%';
    (fits && !unit).then_some((start, end))
}

/// Something that a person says about themselves: behind `I am`, `my`, `I was diagnosed with` comes the word that
/// stands there, with nothing but small words between.
pub(crate) fn said(text: &Text<'_>, word: usize, noun: bool) -> Option<usize> {
    let mut place = word;
    let (mut verb, mut words_seen) = (false, 0);
    while words_seen < 7 {
        let stop = text.run_back(place, 2, |byte| matches!(byte, b' ' | b'\'' | b'-'));
        let stop = if text.slice(stop.saturating_sub(3), stop) == "’".as_bytes() {
            stop - 3
        } else {
            stop
        };
        if stop == place || stop == 0 {
            return None;
        }
        let start = text.run_back(stop, LONGEST, |byte| {
            crate::text::CLASS[byte as usize] & WORD != 0
        });
        if start == stop {
            return None;
        }
        let marks = words::marks_of(text.slice(start, stop));
        if marks & words::FIRST != 0 {
            let own = text.slice(start, stop);
            let possessive = noun
                && words_seen < 2
                && matches!(
                    own.to_ascii_lowercase().as_slice(),
                    b"my"
                        | b"mein"
                        | b"meine"
                        | b"meiner"
                        | b"mon"
                        | b"ma"
                        | b"mi"
                        | b"mia"
                        | b"mio"
                        | b"minha"
                        | b"meu"
                        | b"mijn"
                );
            return (verb || marks & words::VERB != 0 || possessive).then_some(start);
        }
        if marks & words::VERB != 0 {
            verb = true;
        } else if marks & words::FILLER == 0 {
            return None;
        }
        place = start;
        words_seen += 1;
    }
    None
}

/// A pair of numbers with four and more decimals, or two near a word for it, that is a place on the Earth (WGS 84).
pub(crate) fn coordinates(text: &Text<'_>, start: usize, named: bool) -> Option<usize> {
    let part = |from: usize, most: u64| {
        let from = text.run(from, 1, |byte| matches!(byte, b'-' | b'+'));
        let whole = text.run(from, 4, |byte| byte.is_ascii_digit());
        if whole == from || text.at(whole) != b'.' || crate::checksum::number(text.slice(from, whole)) > most
        {
            return None;
        }
        let end = text.run(whole + 1, 16, |byte| byte.is_ascii_digit());
        let decimals = end - whole - 1;
        (decimals >= if named { 2 } else { 4 }).then_some(end)
    };
    let listed = text.before(start) == b' '
        && start > 2
        && text.at(start - 2) == b','
        && text.class(start - 3) & DIGIT != 0;
    if text.word_before(start)
        || listed
        || matches!(text.before(start), b'.' | b'$' | b'(' | b'[' | b',') && !named
    {
        return None;
    }
    let first = text.run(part(start, 90)?, 3, |byte| {
        matches!(byte, 0xC2 | 0xB0 | b'N' | b'S')
    });
    let between = text.run(first, 2, |byte| matches!(byte, b' ' | b','));
    if between == first || !text.slice(first, between).contains(&b',') {
        return None;
    }
    let end = part(between, 180)?;
    // A list of numbers is no place.
    let listed = matches!(text.at(end), b',')
        && (text.class(end + 1) & DIGIT != 0 || text.class(end + 2) & DIGIT != 0);
    (!text.word(end) && !listed && !(text.at(end) == b'.' && text.class(end + 1) & DIGIT != 0)).then_some(end)
}

/// Whether two letters are a state, a district or a territory of the United States (USPS).
pub(crate) fn state(code: &[u8]) -> bool {
    const CODES: &[u8] = b"ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOKORPARISCSDTNTXUTVTVAWAWVWIWYPR";
    matches!(code, [one, other] if CODES.chunks_exact(2).any(|known| known[0] == *one && known[1] == *other))
}

/// The end of a postcode of the United States that begins there: five digits, or nine.
pub(crate) fn zip(text: &Text<'_>, start: usize) -> Option<usize> {
    let five = text.run(start, 6, |byte| byte.is_ascii_digit());
    if five - start != 5 || text.word(five) {
        return None;
    }
    if text.at(five) != b'-' {
        return Some(five);
    }
    let nine = text.run(five + 1, 5, |byte| byte.is_ascii_digit());
    (nine - five == 5 && !text.word(nine)).then_some(nine)
}

/// A name before an address in angle brackets, as mail writes it; the address begins there.
pub(crate) fn before_address(text: &Text<'_>, address: usize) -> Option<(usize, usize)> {
    if text.before(address) != b'<' {
        return None;
    }
    let stop = text.run_back(address - 1, 2, |byte| matches!(byte, b' ' | b'"'));
    let mut start = stop;
    let mut count = 0;
    while count < NAMES {
        let word = text.run_back(start, LONGEST, |byte| {
            byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'-' | b'\'' | b'.')
        });
        let particle = [b"de".as_slice(), b"van", b"von", b"da", b"di", b"der", b"la"]
            .contains(&text.slice(word, start));
        if particle && count > 0 && text.before(word) == b' ' {
            start = word - 1;
            continue;
        }
        if word == start
            || !capital(text, word)
            || words::marks_of(text.slice(word, start)) & words::NOT_NAME != 0
        {
            break;
        }
        start = word;
        count += 1;
        if text.before(start) != b' ' {
            break;
        }
        start -= 1;
    }
    let start = text.run(start, 8, |byte| byte == b' ' || byte.is_ascii_lowercase());
    (count > 0 && start < stop && stop < address - 1).then_some((start, stop))
}
