//! Addresses of machines, mail and pages.

use crate::text::{CLASS, DIGIT, HIGH, LOWER, Text, UPPER, WORD};

/// Longest label and longest address that is looked at, in bytes.
const LABEL: usize = 63;
const LOCAL: usize = 64;
const DOMAIN: usize = 253;
const ADDRESS: usize = 1024;

/// The address of version 4 that begins at a digit, with its range: RFC 4632.
pub(crate) fn ip4(text: &Text<'_>, start: usize) -> Option<usize> {
    if text.word_before(start) || matches!(text.before(start), b'.' | b'-') {
        return None;
    }
    // A product with its version, as in `Name/1.2.3.4`.
    if text.before(start) == b'/' && start > 1 && text.word(start - 2) {
        return None;
    }
    let end = quad(text, start)?;
    if text.word(end) && text.at(end) < 0x80 || matches!(text.at(end), b'.' | b'-') && text.word(end + 1) {
        return None;
    }
    Some(range(text, end, 32))
}

/// Four numbers up to 255 with full stops between.
fn quad(text: &Text<'_>, start: usize) -> Option<usize> {
    let mut place = start;
    for part in 0..4 {
        if part > 0 {
            if text.at(place) != b'.' {
                return None;
            }
            place += 1;
        }
        let end = text.run(place, 4, |byte| byte.is_ascii_digit());
        let digits = text.slice(place, end);
        if digits.is_empty() || digits.len() > 3 || digits.len() > 1 && digits[0] == b'0' {
            return None;
        }
        if crate::checksum::number(digits) > 255 {
            return None;
        }
        place = end;
    }
    Some(place)
}

/// The end of a range behind an address.
fn range(text: &Text<'_>, end: usize, most: u64) -> usize {
    if text.at(end) != b'/' {
        return end;
    }
    let stop = text.run(end + 1, 4, |byte| byte.is_ascii_digit());
    let digits = text.slice(end + 1, stop);
    let closed = !text.word(stop) && text.at(stop) != b'/' && !(text.at(stop) == b'.' && text.word(stop + 1));
    if digits.is_empty() || !closed || crate::checksum::number(digits) > most {
        end
    } else {
        stop
    }
}

/// The address of version 6 that begins there: RFC 4291, with a zone (RFC 4007) and a range.
pub(crate) fn ip6(text: &Text<'_>, start: usize) -> Option<usize> {
    if text.word_before(start) || matches!(text.before(start), b':' | b'.') {
        return None;
    }
    let mut end = text.run(start, 46, |byte| {
        byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')
    });
    while end > start && matches!(text.at(end - 1), b'.') {
        end -= 1;
    }
    let bytes = text.slice(start, end);
    if end > start + 1 && text.at(end - 1) == b':' && text.at(end - 2) != b':' {
        end -= 1;
    }
    if text.word(end) && text.at(end) < 0x80 || bytes.iter().filter(|byte| **byte == b':').count() < 2 {
        return None;
    }
    let body = text.slice(start, end);
    let mut gaps = 0;
    let (mut groups, mut place) = (0, 0);
    let mut digits = false;
    let mut telling = false;
    while place < body.len() {
        if body[place..].starts_with(b"::") {
            gaps += 1;
            place += 2;
            continue;
        }
        if body[place] == b':' {
            if place == 0 {
                return None;
            }
            place += 1;
        }
        let group = text.run(start + place, 5, |byte| byte.is_ascii_hexdigit()) - start - place;
        if group == 0 || group > 4 {
            return None;
        }
        if body.get(place + group) == Some(&b'.') {
            if quad(text, start + place) != Some(end) || groups > 6 {
                return None;
            }
            groups += 2;
            digits = true;
            break;
        }
        let part = body.get(place..place + group).unwrap_or_default();
        let counted = part.iter().any(u8::is_ascii_digit);
        digits |= counted;
        telling |= group == 4 || group == 3 && counted;
        groups += 1;
        place += group;
    }
    let leading = body.starts_with(b"::");
    let complete = gaps == 0 && groups == 8 || gaps == 1 && groups < 8;
    if !complete || !digits && groups > 0 || groups == 2 && !leading && !telling {
        return None;
    }
    let zoned = if text.at(end) == b'%' {
        text.run(end + 1, 16, |byte| byte.is_ascii_alphanumeric())
    } else {
        end
    };
    let stop = range(text, if zoned > end + 1 { zoned } else { end }, 128);
    // Two colons alone are an address only with a range behind them.
    (groups > 0 || stop > end).then_some(stop)
}

/// The address of a network card (IEEE 802): six pairs or three groups of four.
pub(crate) fn mac(text: &Text<'_>, start: usize) -> Option<usize> {
    if text.word_before(start) || matches!(text.before(start), b':' | b'-' | b'.') {
        return None;
    }
    let first = text.run(start, 5, |byte| byte.is_ascii_hexdigit()) - start;
    let mark = text.at(start + first);
    let (parts, size) = match (first, mark) {
        (2, b':' | b'-') => (6, 2),
        (4, b'.') => (3, 4),
        _ => return None,
    };
    let mut place = start;
    let mut telling = false;
    for part in 0..parts {
        if part > 0 {
            if text.at(place) != mark {
                return None;
            }
            place += 1;
        }
        let end = text.run(place, size + 1, |byte| byte.is_ascii_hexdigit());
        if end - place != size {
            return None;
        }
        telling |= text.slice(place, end).iter().any(u8::is_ascii_alphabetic) || mark == b':';
        place = end;
    }
    let closed =
        !(text.word(place) && text.at(place) < 0x80) && !(text.at(place) == mark && text.word(place + 1));
    (closed && telling).then_some(place)
}

/// What stands behind a full stop in the name of a file or a unit, and behind no address.
const NO_DOMAIN: &[&[u8]] = &[
    b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"css", b"js", b"ts", b"tsx", b"jsx", b"json", b"html",
    b"service", b"socket", b"target", b"timer", b"mount", b"scope", b"slice", b"py", b"rs", b"yml", b"yaml",
    b"txt", b"lock", b"toml", b"tgz", b"tar",
];

/// The mail address around an `@`: RFC 5321 in the form that people write.
pub(crate) fn email(text: &Text<'_>, at: usize) -> Option<(usize, usize)> {
    let mut start = text.run_back(at, LOCAL, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'\'')
    });
    while start < at && matches!(text.at(start), b'.' | b'-' | b'\'' | b'+' | b'%') {
        start += 1;
    }
    if start == at || matches!(text.at(at - 1), b'.' | b'\'') {
        return None;
    }
    let (end, last) = domain(text, at + 1)?;
    let ending = text.slice(last, end);
    let lowered: Vec<u8> = ending.iter().map(u8::to_ascii_lowercase).collect();
    if NO_DOMAIN.contains(&lowered.as_slice()) {
        return None;
    }
    // `git@host:path` names a repository, not a person.
    if text.at(end) == b':' && text.slice(start, at) == b"git" && text.word(end + 1) {
        return None;
    }
    Some((start, end))
}

/// The domain that begins there, and where its last label begins.
fn domain(text: &Text<'_>, start: usize) -> Option<(usize, usize)> {
    let (mut place, mut ends) = (start, None);
    let label = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte >= 0x80;
    while place < start + DOMAIN {
        let mut end = text.run(place, LABEL, label);
        if end == place || text.at(place) == b'-' {
            break;
        }
        let letters = text.run(place, LABEL, |byte| byte.is_ascii_alphabetic());
        let dotted = place > start;
        if dotted && letters >= place + 2 {
            let tail = text.at(end) == b'.' && text.class(end + 1) & (LOWER | UPPER) != 0;
            if text.starts(place, b"xn--") {
                ends = Some((end, place));
            } else if letters == end || text.class(letters) & (DIGIT | HIGH) != 0 || !tail {
                // What hangs on the last label with a hyphen is no part of it.
                ends = Some((letters, place));
            }
            if text.class(letters) & DIGIT != 0 && text.at(end) != b'.' {
                break;
            }
        } else if dotted && text.class(place) & HIGH != 0 {
            break;
        }
        while end > place && text.at(end - 1) == b'-' {
            end -= 1;
        }
        if text.at(end) != b'.' {
            break;
        }
        place = end + 1;
    }
    ends
}

/// An address with a scheme: where it begins and ends, and what stands between the scheme and the host.
pub(crate) struct Address {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Behind `://`.
    pub(crate) host: usize,
    /// The end of the host with its port.
    pub(crate) host_end: usize,
    /// The place of the colon and of the `@`, if a password is given.
    pub(crate) password: Option<(usize, usize)>,
}

/// The address around `://`, whose colon stands there: RFC 3986 in the form that people write.
pub(crate) fn address(text: &Text<'_>, colon: usize) -> Option<Address> {
    let start = text.run_back(colon, 24, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
    });
    let host = colon + 3;
    if colon - start < 2 {
        return None;
    }
    // The address of a database has a scheme before its scheme: `jdbc:mysql://`.
    let outer = start.saturating_sub(1);
    let driver = text.run_back(outer, 8, |byte| byte.is_ascii_alphanumeric());
    let start = if text.before(start) == b':' && text.slice(driver, outer).ends_with(b"dbc") {
        driver
    } else {
        start
    };
    let authority = text.run(host, ADDRESS, |byte| {
        inside(byte) && !matches!(byte, b'/' | b'?' | b'#' | b'\'' | b')' | b',' | b';')
    });
    let user = text.slice(host, authority);
    let bracket = user.contains(&b'[') && !user.contains(&b']');
    let end = tail(text, host, authority, usize::from(bracket));
    let password = memchr::memrchr(b'@', user).and_then(|at| {
        let colon = memchr::memchr(b':', user.get(..at).unwrap_or_default())?;
        (at > colon + 1).then_some((host + colon, host + at))
    });
    Some(Address {
        start,
        end,
        host,
        host_end: authority.min(end.max(host)),
        password,
    })
}

/// What an address is made of: ASCII, and letters of the Latin, the Greek and the Cyrillic script (RFC 3987). Letters of
/// scripts without spaces are what follows it.
fn inside(byte: u8) -> bool {
    byte > b' '
        && !matches!(
            byte,
            b'"' | b'<' | b'>' | b'`' | b'\\' | b'^' | b'{' | b'}' | b'|' | 0x7F | 0xC2 | 0xD4..
        )
}

/// The end of an address that goes on at a place, with so many brackets open.
///
/// A bracket that closes none of its own closes what the address stands in. The marks at its end are those of a
/// sentence.
fn tail(text: &Text<'_>, host: usize, from: usize, open: usize) -> usize {
    let (mut end, mut open) = (from, open);
    while end < from + ADDRESS {
        match text.at(end) {
            b'(' | b'[' => open += 1,
            b')' | b']' if open > 0 => open -= 1,
            b')' | b']' | b'\'' => break,
            byte if inside(byte) => {}
            _ => break,
        }
        end += 1;
    }
    // The longest one may end within a character.
    while !text.boundary(end) {
        end -= 1;
    }
    while end > host
        && matches!(
            text.at(end - 1),
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b'[' | b'*' | b'_'
        )
    {
        end -= 1;
    }
    end
}

/// Endings of domains that are hardly ever anything else in a text.
const ENDINGS: &[&[u8]] = &[
    b"com", b"org", b"net", b"edu", b"gov", b"mil", b"int", b"io", b"co", b"uk", b"de", b"fr", b"es", b"nl",
    b"pl", b"ru", b"br", b"jp", b"cn", b"au", b"ca", b"ch", b"eu", b"se", b"fi", b"il", b"at", b"cz", b"kr",
    b"tr",
];

/// Addresses of pages: those with a scheme and a host that is no reserved one, and domains that stand by themselves.
pub(crate) fn plain(text: &Text<'_>) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < text.len() {
        let mut next = place + 1;
        if text.at(place) == b':' && text.starts(next, b"//") {
            if let Some(address) = address(text, place).filter(|address| public(text, address)) {
                found.push(quoted(text, address.start, address.end));
                next = address.end;
            }
        } else if text.word(place) {
            next = text.run(place, usize::MAX, |byte| CLASS[byte as usize] & WORD != 0);
            if matches!(text.at(next), b'.' | b'-')
                && let Some(end) = bare_domain(text, place)
            {
                found.push((place, end));
                next = end;
            }
        }
        place = next;
    }
    found
}

/// An address with the quotation marks around it, where nothing else stands between them: so it is counted elsewhere,
/// and what is put in its place is no quotation.
fn quoted(text: &Text<'_>, start: usize, end: usize) -> (usize, usize) {
    let mark = text.before(start);
    let both = matches!(mark, b'"' | b'\'') && text.at(end) == mark;
    (start - usize::from(both), end + usize::from(both))
}

/// Whether the host of an address is one that others can reach.
fn public(text: &Text<'_>, address: &Address) -> bool {
    let host = text.slice(address.host, address.host_end);
    let reserved = [b"localhost".as_slice(), b"example.", b"www.example.", b"127."];
    host.contains(&b'.') && !reserved.iter().any(|name| host.starts_with(name))
}

/// A domain that stands by itself, at the word before a full stop or a hyphen, with its path.
pub(crate) fn bare_domain(text: &Text<'_>, start: usize) -> Option<usize> {
    if matches!(text.before(start), b'@' | b'.' | b'/' | b'-' | b':') || text.word_before(start) {
        return None;
    }
    let (end, last) = domain(text, start)?;
    let ending = text.slice(last, end);
    // Behind `www`, whatever stands last is an ending, unless it is the name itself.
    let web = text.starts(start, b"www.") && last > start + 4;
    let known = (web || ENDINGS.contains(&ending)) && text.at(end) != b'(' && text.class(end) & WORD == 0;
    if !known || text.at(end) == b'@' {
        return None;
    }
    Some(if text.at(end) == b'/' {
        tail(text, end, end, 0)
    } else {
        end
    })
}
