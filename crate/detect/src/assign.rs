//! Values that their name calls secret: `name = value` in its many forms, in code, in settings and in sentences.

use crate::kind::Kind;
use crate::secret::{dull, entropy, placeholder, worded};
use crate::text::{Text, lower};

/// How far a name goes on behind what tells of it, and how far back it is looked for, in bytes.
const BEHIND: usize = 22;
const BACK: usize = 64;
/// Longest value, in bytes.
const LONGEST: usize = 512;

/// How much a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It says that nothing is secret.
    Never,
    /// A provider, or a word that is used for many things.
    Weak,
    /// A token, a credential.
    Middle,
    /// A password, a secret, a key to a service.
    Strong,
}

/// What tells of a secret in a name, without its marks and in small letters.
static TELLING: &[(&str, Weight)] = &[
    ("password", Weight::Strong),
    ("passwd", Weight::Strong),
    ("passphrase", Weight::Strong),
    ("pwd", Weight::Strong),
    ("secret", Weight::Strong),
    ("apikey", Weight::Strong),
    ("apptoken", Weight::Strong),
    ("accesskey", Weight::Strong),
    ("authkey", Weight::Strong),
    ("privatekey", Weight::Strong),
    ("privkey", Weight::Strong),
    ("servicekey", Weight::Strong),
    ("accountkey", Weight::Strong),
    ("dbkey", Weight::Strong),
    ("databasekey", Weight::Strong),
    ("clientkey", Weight::Strong),
    ("dbpass", Weight::Strong),
    ("databasepass", Weight::Strong),
    ("keypass", Weight::Strong),
    ("userpass", Weight::Strong),
    ("slpass", Weight::Strong),
    ("contraseña", Weight::Strong),
    ("contrasena", Weight::Strong),
    ("passwort", Weight::Strong),
    ("kennwort", Weight::Strong),
    ("signingkey", Weight::Strong),
    ("encryptionkey", Weight::Strong),
    ("masterkey", Weight::Strong),
    ("iamkey", Weight::Strong),
    ("cloudantpw", Weight::Strong),
    ("token", Weight::Middle),
    ("credential", Weight::Middle),
    ("creds", Weight::Middle),
    ("bearer", Weight::Middle),
    ("authorization", Weight::Middle),
    ("pass", Weight::Weak),
    ("auth", Weight::Weak),
    ("oauth", Weight::Weak),
    ("key", Weight::Weak),
    ("access", Weight::Weak),
    ("login", Weight::Weak),
    ("clientsrt", Weight::Weak),
    ("tenantid", Weight::Weak),
    ("contribsys", Weight::Weak),
    // Words that make what a name holds public, or no value at all.
    ("publickey", Weight::Never),
    ("public", Weight::Never),
    ("keyid", Weight::Never),
    ("keyname", Weight::Never),
    ("keycode", Weight::Never),
    ("keyboard", Weight::Never),
    ("keyword", Weight::Never),
    ("keypress", Weight::Never),
    ("primarykey", Weight::Never),
    ("foreignkey", Weight::Never),
    ("hotkey", Weight::Never),
    ("maxtoken", Weight::Never),
    ("checksum", Weight::Never),
    ("placeholder", Weight::Never),
    ("label", Weight::Never),
    ("hint", Weight::Never),
    ("keyerror", Weight::Never),
    ("keyof", Weight::Never),
    ("integrity", Weight::Never),
    ("resolved", Weight::Never),
    ("partitionkey", Weight::Never),
    ("sortkey", Weight::Never),
    ("cachekey", Weight::Never),
    ("loginurl", Weight::Never),
    ("tokentype", Weight::Never),
    ("tokenurl", Weight::Never),
    ("objectkey", Weight::Never),
    // Providers whose keys have no form of their own.
    ("adafruit", Weight::Weak),
    ("adobe", Weight::Weak),
    ("airtable", Weight::Weak),
    ("algolia", Weight::Weak),
    ("alibaba", Weight::Weak),
    ("artifactory", Weight::Weak),
    ("asana", Weight::Weak),
    ("atlassian", Weight::Weak),
    ("beamer", Weight::Weak),
    ("bintray", Weight::Weak),
    ("bitbucket", Weight::Weak),
    ("bittrex", Weight::Weak),
    ("cloudflare", Weight::Weak),
    ("cloudant", Weight::Weak),
    ("codecov", Weight::Weak),
    ("coinbase", Weight::Weak),
    ("confluence", Weight::Weak),
    ("confluent", Weight::Weak),
    ("contentful", Weight::Weak),
    ("datadog", Weight::Weak),
    ("discord", Weight::Weak),
    ("droneci", Weight::Weak),
    ("dropbox", Weight::Weak),
    ("etsy", Weight::Weak),
    ("facebook", Weight::Weak),
    ("fastly", Weight::Weak),
    ("finicity", Weight::Weak),
    ("finnhub", Weight::Weak),
    ("flickr", Weight::Weak),
    ("freshbooks", Weight::Weak),
    ("gitter", Weight::Weak),
    ("gocardless", Weight::Weak),
    ("heroku", Weight::Weak),
    ("hubspot", Weight::Weak),
    ("intercom", Weight::Weak),
    ("jfrog", Weight::Weak),
    ("jira", Weight::Weak),
    ("kraken", Weight::Weak),
    ("kucoin", Weight::Weak),
    ("launchdarkly", Weight::Weak),
    ("linear", Weight::Weak),
    ("linkedin", Weight::Weak),
    ("looker", Weight::Weak),
    ("mailchimp", Weight::Weak),
    ("mailgun", Weight::Weak),
    ("mapbox", Weight::Weak),
    ("mattermost", Weight::Weak),
    ("meraki", Weight::Weak),
    ("messagebird", Weight::Weak),
    ("netlify", Weight::Weak),
    ("newrelic", Weight::Weak),
    ("nytimes", Weight::Weak),
    ("okta", Weight::Weak),
    ("plaid", Weight::Weak),
    ("privateai", Weight::Weak),
    ("rapidapi", Weight::Weak),
    ("sendbird", Weight::Weak),
    ("sentry", Weight::Weak),
    ("snyk", Weight::Weak),
    ("softlayer", Weight::Weak),
    ("sonar", Weight::Weak),
    ("sourcegraph", Weight::Weak),
    ("squarespace", Weight::Weak),
    ("sumologic", Weight::Weak),
    ("sumo", Weight::Weak),
    ("telegram", Weight::Weak),
    ("travis", Weight::Weak),
    ("twitch", Weight::Weak),
    ("twitter", Weight::Weak),
    ("xray", Weight::Weak),
    ("yandex", Weight::Weak),
    ("zendesk", Weight::Weak),
];

/// The first word for each byte, and the next one for each word, one more than its place; 0 where there is none.
static CHAINS: ([u8; 256], [u8; TELLING.len()]) = chains();

#[allow(clippy::cast_possible_truncation, reason = "there are fewer words than 256")]
const fn chains() -> ([u8; 256], [u8; TELLING.len()]) {
    let (mut heads, mut next) = ([0; 256], [0; TELLING.len()]);
    let mut word = TELLING.len();
    assert!(word < 256);
    while word > 0 {
        word -= 1;
        let first = TELLING[word].0.as_bytes()[0] as usize;
        next[word] = heads[first];
        heads[first] = word as u8 + 1;
    }
    (heads, next)
}

/// What a name says: its weight, and whether it ends with what tells of a secret.
fn weigh(name: &[u8]) -> Option<(Weight, bool)> {
    // Marks between the words of a name do not count, but words begin behind them, as at a capital.
    let (mut plain, mut begins) = ([0_u8; BACK], [false; BACK + 1]);
    let (mut length, mut last) = (0, 0_u8);
    for byte in name {
        let mark = matches!(
            byte,
            b'_' | b'-' | b'.' | b' ' | b'\t' | b'[' | b']' | b'"' | b'\''
        );
        if !mark && let Some(slot) = plain.get_mut(length) {
            *slot = lower(*byte);
            begins[length] = !last.is_ascii_alphanumeric()
                || byte.is_ascii_uppercase() && !last.is_ascii_uppercase()
                || byte.is_ascii_digit() != last.is_ascii_digit();
            length += 1;
        }
        last = if mark { 0 } else { *byte };
    }
    begins[length] = true;
    let plain = plain.get(..length).unwrap_or_default();
    let mut found: Option<(Weight, bool)> = None;
    for place in 0..length {
        let mut index = usize::from(CHAINS.0[usize::from(plain[place])]);
        while index > 0 {
            let (word, weight) = TELLING[index - 1];
            index = usize::from(CHAINS.1[index - 1]);
            let end = place + word.len();
            if plain.get(place..end) != Some(word.as_bytes()) {
                continue;
            }
            let whole = begins[place] && begins[end];
            match weight {
                Weight::Never => return None,
                Weight::Weak if !whole => continue,
                Weight::Middle if !begins[end] => continue,
                _ if length - end > BEHIND => continue,
                _ => {}
            }
            let last = length == end || length == end + 1 && plain.last() == Some(&b's');
            found = Some(match found {
                Some((best, was)) => (best.max(weight), was || last),
                None => (weight, last),
            });
        }
    }
    found
}

/// A value with its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) start: usize,
    pub(crate) end: usize,
    quoted: bool,
}

/// The name that ends before a place: behind it stand only quotes, brackets, spaces and marks of an assignment.
fn name_before<'a>(text: &Text<'a>, operator: usize) -> Option<&'a [u8]> {
    let end = text.run_back(operator, 8, |byte| {
        matches!(
            byte,
            b' ' | b'\t'
                | b'"'
                | b'\''
                | b'`'
                | b':'
                | b'='
                | b'?'
                | b'!'
                | b'.'
                | b'|'
                | b']'
                | b'['
                | b'-'
                | b'<'
        )
    });
    let start = text.run_back(end, BACK, |byte| {
        byte.is_ascii_alphanumeric()
            || byte >= 0x80
            || matches!(byte, b'_' | b'-' | b'.' | b' ' | b'\t' | b'[' | b']')
    });
    // A name with a scheme, as in `urn:name:value`, assigns nothing.
    if text.before(start) == b':'
        && text.at(operator) == b':'
        && text.at(operator + 1) > b' '
        && start > 1
        && text.word(start - 2)
    {
        return None;
    }
    let name = text.slice(start, end);
    (name.len() > 1).then_some(name)
}

/// The value that begins behind a place.
fn value_after(text: &Text<'_>, from: usize, lines: bool) -> Option<Value> {
    let mut start = text.run(from, 12, |byte| {
        matches!(byte, b' ' | b'\t') || lines && matches!(byte, b'\n' | b'\r')
    });
    if text.at(start) == b'@' && matches!(text.at(start + 1), b'"' | b'\'') {
        start += 1;
    }
    // In text within text, a quote has a backslash before it.
    if text.at(start) == b'\\' && matches!(text.at(start + 1), b'"' | b'\'') {
        start += 1;
    }
    let quote = text.at(start);
    if matches!(quote, b'"' | b'\'' | b'`') {
        let end = text.run(start + 1, LONGEST, |byte| byte != quote && byte != b'\n');
        if text.at(end) != quote {
            return None;
        }
        let end = if text.before(end) == b'\\' { end - 1 } else { end };
        return (end > start + 1).then_some(Value {
            start: start + 1,
            end,
            quoted: true,
        });
    }
    let mut end = text.run(start, LONGEST, |byte| {
        byte > b' ' && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'\\')
    });
    while end > start && matches!(text.at(end - 1), b',' | b';' | b')' | b'.' | b'&') {
        end -= 1;
    }
    // What is cut short is no value.
    let short = text.starts(end, b"...") || text.starts(end, "…".as_bytes());
    (end > start && !short).then_some(Value {
        start,
        end,
        quoted: false,
    })
}

/// A template, a variable or a call: no value, but where one comes from.
fn template(value: &[u8]) -> bool {
    let first = value.first().copied().unwrap_or(0);
    let last = value.last().copied().unwrap_or(0);
    value.starts_with(b"${") && last == b'}'
        || value.starts_with(b"$(")
        || value.starts_with(b"{{")
        || value.starts_with(b"%(") && value.len() < 24
        || first == b'<' && last == b'>'
        || first == b'{'
            && last == b'}'
            && value
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || b"{}_.$ -".contains(byte))
        || first == b'[' && last == b']'
        || first == b'$'
            && value
                .get(1)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'{')
            && value
                .iter()
                .skip(1)
                .all(|byte| byte.is_ascii_alphanumeric() || b"_{}:.".contains(byte))
        || first == b'%' && value.len() < 4
        || value.iter().all(|byte| {
            matches!(
                byte,
                b'*' | b'x' | b'X' | b'.' | b'-' | b'_' | b'#' | b'?' | b' ' | b','
            )
        })
}

/// What characters a value has.
struct Makeup {
    digits: usize,
    upper: usize,
    lower: usize,
    other: usize,
    spaces: usize,
}

fn makeup(value: &[u8]) -> Makeup {
    let mut makeup = Makeup {
        digits: 0,
        upper: 0,
        lower: 0,
        other: 0,
        spaces: 0,
    };
    for byte in value {
        match byte {
            b'0'..=b'9' => makeup.digits += 1,
            b'A'..=b'Z' => makeup.upper += 1,
            b'a'..=b'z' => makeup.lower += 1,
            b' ' => makeup.spaces += 1,
            _ => makeup.other += 1,
        }
    }
    makeup
}

/// Whether code stands there instead of a value.
fn code(value: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'.';
    let call = memchr::memchr2(b'(', b'[', value);
    if matches!(
        value.first(),
        Some(b'&' | b'[' | b'!' | b'|' | b'#' | b']' | b'(')
    ) || value.ends_with(b":")
        || value.ends_with(b"&")
    {
        return true;
    }
    if crate::text::find(value, b"!(")
        .is_some_and(|place| value.get(..place).is_some_and(|name| name.iter().all(word)))
    {
        return true;
    }
    call.is_some_and(|place| place > 0 && value.get(..place).is_some_and(|name| name.iter().all(word)))
        || crate::text::holds(value, b"::")
        || crate::text::holds(value, b"->")
        || crate::text::holds(value, b"=>")
}

/// Thirty-two hexadecimal digits with four hyphens (RFC 9562).
fn uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(place, byte)| {
            if matches!(place, 8 | 13 | 18 | 23) {
                *byte == b'-'
            } else {
                byte.is_ascii_hexdigit()
            }
        })
}

/// Whether a value with such a name is a secret.
fn secret(value: &[u8], weight: Weight, last: bool, quoted: bool) -> bool {
    if template(value)
        || placeholder(value)
        || moment(value)
        || value.len() >= 16 && dull(value)
        || !value.iter().any(u8::is_ascii_alphanumeric)
    {
        return false;
    }
    let made = makeup(value);
    let letters = made.upper + made.lower;
    if weight == Weight::Strong {
        let lowered: Vec<u8> = value.iter().map(u8::to_ascii_lowercase).collect();
        let names = [
            "password", "passwd", "secret", "token", "_key", "-key", "apikey", "env",
        ];
        if names
            .iter()
            .any(|name| crate::text::holds(&lowered, name.as_bytes()))
            && made.other + made.digits < 6
        {
            return false;
        }
    }
    if made.spaces > 0 {
        // A sentence is a secret only where it is quoted, and the name says so with its last word.
        return quoted
            && weight == Weight::Strong
            && last
            && made.spaces >= 3
            && value.len() < 60
            && made.other == 0
            && made.upper == 0;
    }
    if !quoted && (code(value) || value.first() == Some(&b'{') && made.digits == 0 && made.other < 3) {
        return false;
    }
    let mixed = made.digits > 0 && letters > 0;
    match weight {
        Weight::Strong => {
            // Words with `@` or `#` between are how people make a password, unless an address or a path is named.
            let odd = !worded(value)
                || value.iter().skip(1).any(|byte| matches!(byte, b'@' | b'#'))
                    && !value.iter().any(|byte| matches!(byte, b'/' | b':' | b'.'));
            if made.other >= 3 && (letters > 0 || made.digits > 0) && value.len() >= 8 {
                return odd && !path(value);
            }
            value.len() >= 5 && odd && (mixed || made.other > 0 && value.len() >= 6) && !path(value)
                || quoted && mixed && value.len() >= 6 && value.len() < 24 && made.other == 0
                || value.len() >= 12 && made.upper > 1 && made.lower > 1 && odd
                || uuid(value)
        }
        Weight::Middle => {
            value.len() >= 10 && mixed && !worded(value) && entropy(value) >= 2.9 && !path(value)
                || value.len() >= 16 && made.digits == value.len() && !dull(value)
                || value.len() >= 24
                    && made.upper > 1
                    && made.lower > 1
                    && !worded(value)
                    && entropy(value) > 3.5
                    && !path(value)
                || uuid(value)
        }
        Weight::Weak | Weight::Never => {
            value.len() >= 14
                && made.digits > 1
                && letters > 1
                && !worded(value)
                && entropy(value) >= 3.0
                && !path(value)
                && made.other <= 8
                || value.len() >= 16 && made.digits == value.len() && !dull(value) && value.len() != 13
                || uuid(value)
                || value.len() >= 14
                    && made.digits > 0
                    && made.upper > 1
                    && made.lower > 1
                    && entropy(value) >= 3.3
                    && !worded(value)
                    && !path(value)
                || pair(value)
        }
    }
}

/// A date, with a time or not.
fn moment(value: &[u8]) -> bool {
    value.len() >= 10
        && value.iter().take(10).enumerate().all(|(place, byte)| {
            if matches!(place, 4 | 7) {
                matches!(byte, b'-' | b'/')
            } else {
                byte.is_ascii_digit()
            }
        })
}

/// Two halves of eight hexadecimal digits.
fn pair(value: &[u8]) -> bool {
    value.len() == 17
        && value.get(8) == Some(&b':')
        && value.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b':')
}

/// A path, an address or an expression.
fn path(value: &[u8]) -> bool {
    let slashes = value.iter().filter(|byte| **byte == b'/').count();
    value.starts_with(b"/") && slashes > 1
        || value.starts_with(b"./")
        || value.starts_with(b"http")
        || value.starts_with(b"arn:")
        || value.starts_with(b"sha256")
        || crate::text::holds(value, b"://")
        || slashes > 0 && value.split(|byte| *byte == b'/').all(worded)
}

/// The value of an assignment whose operator, `=` or `:` or `>`, stands there.
pub(crate) fn operator(text: &Text<'_>, place: usize) -> Option<(Kind, Value)> {
    let byte = text.at(place);
    let (before, next) = (text.before(place), text.at(place + 1));
    // The last mark of an operator counts: `:=`, `=>`, `===`.
    if matches!(next, b'=' | b'>') || byte == b':' && (matches!(next, b':' | b'/') || before == b':') {
        return None;
    }
    if byte == b'>' && !matches!(before, b'=' | b'-') {
        // The end of a tag, with the value behind it.
        if !text.word_before(place) {
            return None;
        }
    }
    let value = value_after(text, place + 1, byte == b'>' && !matches!(before, b'=' | b'-'))?;
    if !plausible(text.slice(value.start, value.end), value.quoted) {
        return None;
    }
    let name = name_before(text, place)?;
    judge(text, name, value)
}

/// Whether a value can be a secret under any name; asked first, since most are plain words.
fn plausible(value: &[u8], quoted: bool) -> bool {
    let made = makeup(value);
    value.len() >= 4
        && (made.digits > 0
            || made.other > 1
            || made.upper > 1 && made.lower > 1
            || quoted && made.spaces > 2
            || pair(value))
}

fn judge(text: &Text<'_>, name: &[u8], value: Value) -> Option<(Kind, Value)> {
    let (weight, last) = weigh(name)?;
    // Several words before the operator are a sentence, unless they declare something.
    let mut value = value;
    let mut slice = text.slice(value.start, value.end);
    // `Bearer` and its kin are named before the value.
    for scheme in [
        b"Bearer ".as_slice(),
        b"Basic ",
        b"Token ",
        b"token ",
        b"Api-Token ",
        b"ApiKey ",
    ] {
        if let Some(rest) = slice.strip_prefix(scheme) {
            value.start += scheme.len();
            slice = rest;
        }
    }
    // In a query, the value ends at the next parameter.
    if !value.quoted
        && let Some(stop) = memchr::memchr2(b'&', b'#', slice)
        && weight != Weight::Strong
    {
        value.end = value.start + stop;
        slice = slice.get(..stop).unwrap_or_default();
    }
    if !value.quoted {
        // A bracket that closes what the assignment stands in, as in `(user=…,password=…),` and `[](…?token=…)](…)`.
        if let Some(stop) = memchr::memchr(b')', slice)
            && matches!(slice.get(stop + 1), Some(b',' | b']'))
            && let Some(within) = slice.get(..stop).filter(|within| !within.contains(&b'('))
        {
            value.end = value.start + stop;
            slice = within;
        }
        let close = memchr::memchr2(b',', b';', slice).filter(|stop| *stop >= 8 && !slice.contains(&b'{'));
        if let Some(stop) = close {
            value.end = value.start + stop;
            slice = slice.get(..stop).unwrap_or_default();
        }
    }
    secret(slice, weight, last, value.quoted).then(|| (kind_of(name, slice), value))
}

/// What a name says about the provider.
fn kind_of(name: &[u8], value: &[u8]) -> Kind {
    let lowered: Vec<u8> = name
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric())
        .map(u8::to_ascii_lowercase)
        .collect();
    let holds = |word: &[u8]| crate::text::holds(&lowered, word);
    if holds(b"awssecret") && value.len() == 40 {
        Kind::AwsSecret
    } else if holds(b"accountkey") && value.len() > 80 {
        Kind::AzureKey
    } else if holds(b"npm") && holds(b"auth") {
        Kind::NpmToken
    } else if holds(b"linear") && value.len() == 32 && value.iter().all(u8::is_ascii_hexdigit) {
        Kind::Linear
    } else {
        Kind::Keyword
    }
}

/// A quotation that follows its name with nothing between, or that is compared with it, or that comes second in a
/// call. The opening quote stands there.
pub(crate) fn quotation(text: &Text<'_>, quote: usize) -> Option<(Kind, Value)> {
    let value = value_after(text, quote, false).filter(|value| value.quoted)?;
    let before = text.run_back(quote, 4, |byte| matches!(byte, b' ' | b'\t' | b'@'));
    let mark = text.before(before);
    if mark == b',' {
        // `set("name", "value")`
        let name_end = text.run_back(before, 4, |byte| matches!(byte, b',' | b' ' | b'"' | b'\''));
        if !matches!(text.at(name_end), b'"' | b'\'') {
            return None;
        }
        let start = text.run_back(name_end, BACK, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
        });
        // A quotation with a colon behind it is a name itself.
        if text.at(text.run(value.end + 1, 2, |byte| byte == b' ')) == b':' {
            return None;
        }
        return judge(text, text.slice(start, name_end), value);
    }
    // `"value" == name`
    let after = value.end + 1;
    let operator = text.run(after, 3, |byte| byte == b' ');
    if operator > after && matches!(text.at(operator), b'=' | b'!') && text.at(operator + 1) == b'=' {
        let name = text.run(operator, 6, |byte| matches!(byte, b'=' | b'!' | b' '));
        let end = text.run(name, BACK, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
        });
        return judge(text, text.slice(name, end), value);
    }
    // `name "value"`
    if before < quote && text.word_before(before) {
        let start = text.run_back(before, BACK, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
        });
        let name = text.slice(start, before);
        let (weight, last) = weigh(name)?;
        let slice = text.slice(value.start, value.end);
        let made = makeup(slice);
        let strict = weight == Weight::Strong && last
            || (made.other > 2) && made.spaces == 0 && (made.other > 1 || made.digits > 3);
        return (strict && secret(slice, weight, last, true)).then_some((Kind::Keyword, value));
    }
    None
}

/// A password that is told in a sentence: behind a word for it come `is` or a mark, then the value.
pub(crate) fn told(text: &Text<'_>, end: usize) -> Option<Value> {
    let mut place = text.run(end, 2, |byte| matches!(byte, b' ' | b':' | b'='));
    if place == end {
        return None;
    }
    for word in [
        b"is ".as_slice(),
        b"ist ",
        b"es ",
        b"est ",
        b"lautet ",
        b"is: ",
        b"ist: ",
        b"jest ",
        b"\xC3\xA9 ",
    ] {
        if text.starts(place, word) {
            place += word.len();
            let mut value = value_after(text, place, false)?;
            if !value.quoted {
                value.end = text.run(value.start, 64, |byte| {
                    byte > b' ' && !matches!(byte, b',' | b'"')
                });
                while value.end > value.start
                    && matches!(text.at(value.end - 1), b'.' | b'?' | b')' | b';' | b':')
                {
                    value.end -= 1;
                }
            }
            let slice = text.slice(value.start, value.end);
            let made = makeup(slice);
            let letters = made.lower + made.upper;
            let odd = made.digits > 0 && letters > 0
                || made.other > 0 && made.digits > 0
                || made.digits >= 4 && made.digits == slice.len();
            return ((4..=64).contains(&slice.len())
                && odd
                && made.spaces == 0
                && !placeholder(slice)
                && !path(slice))
            .then_some(value);
        }
    }
    None
}

/// What `curl` is told to log in with: behind the word come `-u name:password` or `--user name:password`.
pub(crate) fn curl_user(text: &Text<'_>, word: usize) -> Option<Value> {
    // The command goes on over lines that end with a backslash.
    let stop = text.run(word, 400, |_| true);
    let line = text.slice(word, stop);
    let mut from = 0;
    while let Some(found) = crate::text::find(line.get(from..)?, b" -") {
        let place = from + found + 2;
        from = place;
        let rest = line.get(place..)?;
        let skip = if rest.starts_with(b"u ") {
            2
        } else if rest.starts_with(b"-user ") || rest.starts_with(b"-user=") {
            6
        } else {
            continue;
        };
        let start = text.run(word + place + skip, 3, |byte| byte == b' ');
        let quote = text.at(start);
        let (start, end) = if matches!(quote, b'"' | b'\'') {
            let end = text.run(start + 1, 256, |byte| {
                byte != b' ' && byte != b'\n' && !(byte == quote && quote == b'\'')
            });
            let end = if text.before(end) == quote && end > start + 1 {
                end - 1
            } else {
                end
            };
            (start + 1, end)
        } else {
            (start, text.run(start, 256, |byte| byte > b' '))
        };
        let value = text.slice(start, end);
        let colon = memchr::memchr(b':', value)?;
        let password: Vec<u8> = value
            .get(colon + 1..)?
            .iter()
            .copied()
            .filter(|byte| *byte != b'"')
            .collect();
        let made = makeup(&password);
        let odd = made.digits > 0 || made.other > 1 || made.upper > 0 && made.lower > 0;
        let fine = odd
            && password.len() > 3
            && !value.contains(&b'$') | (made.other > 0 && made.digits > 0 && !value.starts_with(b"$"))
            && !template(&password)
            && !placeholder(&password)
            && !crate::text::holds(value, b"${");
        return fine.then_some(Value {
            start,
            end,
            quoted: false,
        });
    }
    None
}

/// The credential behind `Authorization: Bearer` and its kin.
pub(crate) fn bearer(text: &Text<'_>, end: usize) -> Option<(Kind, Value)> {
    let from = text.run(end, 4, |byte| matches!(byte, b' ' | b':' | b'"' | b'\''));
    if from == end {
        return None;
    }
    let mut start = from;
    for scheme in [
        b"Bearer ".as_slice(),
        b"bearer ",
        b"Basic ",
        b"basic ",
        b"Token ",
        b"token ",
        b"Api-Token ",
        b"ApiKey ",
    ] {
        if text.starts(start, scheme) {
            start += scheme.len();
        }
    }
    let stop = text.run(start, LONGEST, |byte| {
        byte.is_ascii_alphanumeric() || b"+/=._~-|".contains(&byte)
    });
    let value = text.slice(start, stop);
    let made = makeup(value);
    let random = value.len() >= 16
        && made.digits > 0
        && made.lower + made.upper > 0
        && !worded(value)
        && entropy(value) > 3.0;
    (random && !placeholder(value)).then_some((
        Kind::Keyword,
        Value {
            start,
            end: stop,
            quoted: false,
        },
    ))
}
