//! Records: the line that a private log signs, the content it commits to, and the line that a share log signs.

mod scan;

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2_11::{Digest as _, Sha256};

use crate::canonical::{self, CanonicalError, INTEGER_BOUND, Object};
use crate::encoding::to_base64url;
use crate::{id, time};

/// Longest private line, in bytes without its newline.
pub const MAX_PRIVATE_LINE: usize = 64 * 1024;
/// Longest shared line, in bytes without its newline.
pub const MAX_SHARED_LINE: usize = 1024 * 1024;
/// Version of both lines.
pub const VERSION: u8 = 1;

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A search.
    Search,
    /// A prompt to a model.
    Prompt,
    /// A post.
    Post,
    /// A comment on something.
    Comment,
    /// A change to what was there.
    Edit,
    /// The answer of a model.
    Response,
    /// A rating of something.
    Rating,
    /// From a field that nobody classified yet; never shared.
    Unknown,
    /// Says that the content of an earlier record was deleted; never shared.
    Tombstone,
}

impl Kind {
    /// All of them, the most frequent first.
    pub const ALL: [Self; 9] = [
        Self::Search,
        Self::Prompt,
        Self::Post,
        Self::Comment,
        Self::Edit,
        Self::Response,
        Self::Rating,
        Self::Unknown,
        Self::Tombstone,
    ];

    /// As it stands in a line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Prompt => "prompt",
            Self::Post => "post",
            Self::Comment => "comment",
            Self::Edit => "edit",
            Self::Response => "response",
            Self::Rating => "rating",
            Self::Unknown => "unknown",
            Self::Tombstone => "tombstone",
        }
    }

    /// Whether a share log may hold it.
    pub fn shareable(self) -> bool {
        !matches!(self, Self::Unknown | Self::Tombstone)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_of(deserializer, Self::ALL, Self::as_str)
    }
}

/// How the owner claims to have come by a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Seen by the extension when it was sent.
    Observed,
    /// Taken from a platform's archive.
    Imported,
    /// Typed in by hand.
    Entered,
}

impl Evidence {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Observed, Self::Imported, Self::Entered];

    /// As it stands in a line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Imported => "imported",
            Self::Entered => "entered",
        }
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_of(deserializer, Self::ALL, Self::as_str)
    }
}

/// Reads a value by its name. A derived reader takes an object with the name as its key for it as well.
fn one_of<'de, D: Deserializer<'de>, T, const N: usize>(
    deserializer: D,
    all: [T; N],
    name_of: impl Fn(T) -> &'static str,
) -> Result<T, D::Error>
where
    T: Copy,
{
    let name = Text::deserialize(deserializer)?;
    all.into_iter()
        .find(|one| name_of(*one) == &*name)
        .ok_or_else(|| de::Error::custom(format_args!("{name:?} is not known")))
}

/// The content of a private record: what its line commits to, and what deleting destroys. A field that is `None`
/// is absent. Declared in canonical order, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Body {
    /// Name and version of the adapter that saw it.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub adapter: Option<String>,
    /// The page changed the text after the last keystroke.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub altered: Option<bool>,
    /// What showed that the text left: the gesture and what followed it, as `enter/cleared`, or `address`.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub confirmed: Option<String>,
    /// Language, a BCP 47 tag.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub lang: Option<String>,
    /// Model that it was sent to.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub model: Option<String>,
    /// Code points pasted.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub pasted: Option<u32>,
    /// UUID of the record that this one replaces.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub replaces: Option<String>,
    /// UUID of the record that this one answers.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub reply_to: Option<String>,
    /// Host of the site.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub site: Option<String>,
    /// Position of the record that a tombstone stands for.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub target: Option<u64>,
    /// Id of the log whose record a tombstone stands for, where that is another log: 32 lower-case hex digits.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub target_log: Option<String>,
    /// The text.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub text: Option<String>,
    /// Label of the conversation on its site.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub thread: Option<String>,
    /// Code points typed.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub typed: Option<u32>,
    /// Address of the page.
    #[serde(
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub url: Option<String>,
}

impl Body {
    /// The canonical bytes that [`commitment`] is made of.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        if self.target.is_some_and(|target| target >= INTEGER_BOUND) {
            return Err(CanonicalError::Range);
        }
        canonical::to_vec_as_declared(self)
    }

    /// Reads stored bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CanonicalError> {
        canonical::from_slice(bytes).map(|Object(body)| body)
    }
}

/// Base64url SHA-256 of salt ‖ body: binds a line to its content, and tells nothing without the salt.
pub fn commitment(salt: &[u8; 32], body: &[u8]) -> String {
    to_base64url(&Sha256::new_with_prefix(salt).chain_update(body).finalize())
}

/// A line is not one of its log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Longer than a line of its log may be.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// Not the JSON of such a line.
    #[error("not such a record: {0}")]
    Unreadable(String),
    /// A field whose value the format does not allow.
    #[error("the field {0} has a value that is not allowed")]
    Field(&'static str),
}

/// A line of the private log. Declared in canonical order, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateLine {
    /// [`commitment`] to the content.
    pub c: String,
    /// How the owner claims to have come by it.
    pub claimed_evidence: Evidence,
    /// UUID, version 7.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// Position in the log.
    pub seq: u64,
    /// RFC 3339 in UTC with milliseconds.
    pub time: String,
    /// [`VERSION`].
    pub v: u8,
}

impl PrivateLine {
    /// Reads a line, without its newline.
    pub fn parse(line: &[u8]) -> Result<Self, LineError> {
        if line.len() > MAX_PRIVATE_LINE {
            return Err(LineError::TooLong(MAX_PRIVATE_LINE));
        }
        // Flat, of known fields only: the derived reader itself refuses a key given twice.
        let Object(line): Object<Self> =
            serde_json::from_slice(line).map_err(|error| LineError::Unreadable(error.to_string()))?;
        line.check()?;
        Ok(line)
    }

    fn check(&self) -> Result<(), LineError> {
        require(self.v == VERSION, "v")?;
        require(is_base64url(&self.c, 32), "c")?;
        require(id::is_uuid(&self.id, 7), "id")?;
        require(self.seq < INTEGER_BOUND, "seq")?;
        require(time::parse_rfc3339_ms(&self.time).is_ok(), "time")
    }

    /// The canonical bytes that are signed.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, LineError> {
        self.check()?;
        bounded(canonical::to_vec_as_declared(self), MAX_PRIVATE_LINE)
    }
}

/// How often a kind of personal data was taken out of a text before it was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction<'a> {
    /// How often, at least once.
    pub count: u32,
    /// Name of the kind: capital letters, digits and underscores, as in its placeholder.
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
}

/// A line of a share log: what others see and verify. Declared in canonical order, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedLine<'a> {
    /// How the owner claims to have come by it.
    pub claimed_evidence: Evidence,
    /// UUID, version 4.
    #[serde(borrow)]
    pub id: Text<'a>,
    /// What it is; see [`Kind::shareable`].
    pub kind: Kind,
    /// Language, a BCP 47 tag.
    #[serde(
        borrow,
        default,
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub lang: Option<Text<'a>>,
    /// What was taken out of the text, each kind once.
    #[serde(borrow, deserialize_with = "objects")]
    pub redactions: Vec<Redaction<'a>>,
    /// 16 random bytes, base64url, against guessing a record from its leaf hash.
    #[serde(borrow)]
    pub salt: Text<'a>,
    /// Position in the log.
    pub seq: u64,
    /// Host of the site, with its port where that is not the scheme's.
    #[serde(
        borrow,
        default,
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub site: Option<Text<'a>>,
    /// The text, redacted.
    #[serde(borrow)]
    pub text: Text<'a>,
    /// Random label of the conversation, within this log.
    #[serde(
        borrow,
        default,
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub thread: Option<Text<'a>>,
    /// A day or a month.
    #[serde(
        borrow,
        default,
        deserialize_with = "canonical::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub time: Option<Text<'a>>,
    /// [`VERSION`].
    pub v: u8,
}

impl<'a> SharedLine<'a> {
    /// Reads a line, without its newline.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        Self::parse_with(line, None)
    }

    /// Reads a line as [`SharedLine::parse`] does. A text with escapes is resolved into `scratch`, if that is
    /// lent, so that many lines need one allocation; what was in it is lost.
    pub(crate) fn parse_with(line: &'a [u8], scratch: Option<&'a mut String>) -> Result<Self, LineError> {
        if line.len() <= MAX_SHARED_LINE
            && let Some(line) = scan::shared_line(line, scratch)
            && line.check().is_ok()
        {
            return Ok(line);
        }
        Self::parse_long(line)
    }

    /// Reads any JSON of such a line.
    fn parse_long(line: &'a [u8]) -> Result<Self, LineError> {
        if line.len() > MAX_SHARED_LINE {
            return Err(LineError::TooLong(MAX_SHARED_LINE));
        }
        // Of known fields only at both depths: the derived reader itself refuses a key given twice.
        let Object(line): Object<Self> =
            serde_json::from_slice(line).map_err(|error| LineError::Unreadable(error.to_string()))?;
        line.check()?;
        Ok(line)
    }

    fn check(&self) -> Result<(), LineError> {
        let tag = |text: &str| {
            (2..=35).contains(&text.len()) && of(text, |b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let host = |text: &str| {
            let other = |b| matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']');
            (1..=261).contains(&text.len())
                && of(text, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || other(b))
        };
        let label = |text: &str| {
            (1..=64).contains(&text.len())
                && of(text, |b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        let name = |text: &str| {
            (1..=64).contains(&text.len())
                && of(text, |b| {
                    b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'
                })
        };
        require(self.v == VERSION, "v")?;
        require(id::is_uuid(&self.id, 4), "id")?;
        require(self.kind.shareable(), "kind")?;
        require(self.lang.as_deref().is_none_or(tag), "lang")?;
        require(
            self.redactions
                .iter()
                .all(|redaction| redaction.count > 0 && name(&redaction.kind)),
            "redactions",
        )?;
        let each_once = self
            .redactions
            .windows(2)
            .all(|pair| matches!(pair, [left, right] if *left.kind < *right.kind));
        require(each_once, "redactions")?;
        require(is_base64url(&self.salt, 16), "salt")?;
        require(self.seq < INTEGER_BOUND, "seq")?;
        require(self.site.as_deref().is_none_or(host), "site")?;
        require(self.thread.as_deref().is_none_or(label), "thread")?;
        require(self.time.as_deref().is_none_or(time::is_day_or_month), "time")
    }

    /// The canonical bytes that are signed.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, LineError> {
        self.check()?;
        bounded(canonical::to_vec_as_declared(self), MAX_SHARED_LINE)
    }
}

fn objects<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Redaction<'a>>, D::Error> {
    let redactions = Vec::<Object<Redaction<'a>>>::deserialize(deserializer)?;
    Ok(redactions
        .into_iter()
        .map(|Object(redaction)| redaction)
        .collect())
}

fn require(holds: bool, field: &'static str) -> Result<(), LineError> {
    if holds {
        Ok(())
    } else {
        Err(LineError::Field(field))
    }
}

fn bounded(bytes: Result<Vec<u8>, CanonicalError>, most: usize) -> Result<Vec<u8>, LineError> {
    let bytes = bytes.map_err(|error| LineError::Unreadable(error.to_string()))?;
    if bytes.len() > most {
        Err(LineError::TooLong(most))
    } else {
        Ok(bytes)
    }
}

/// Whether the text is the strict base64url of this many bytes.
fn is_base64url(text: &str, bytes: usize) -> bool {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        _ => 63,
    };
    let bits = 8 * bytes;
    // The bits of the last letter that stand for nothing are zero, so that each byte string has one text.
    let spare = bits.next_multiple_of(6) - bits;
    text.len() == bits.div_ceil(6)
        && of(text, |byte| {
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
        })
        && text
            .bytes()
            .next_back()
            .is_none_or(|last| value(last).trailing_zeros() as usize >= spare)
}

/// Whether the text is of such bytes only. Looks at all of them, whatever the first ones are: that is a loop of
/// wide registers.
fn of(text: &str, allowed: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & allowed(byte))
}

/// Text that is borrowed from the line it was read from, unless an escape in it had to be resolved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'a>(pub Cow<'a, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use data_encoding::BASE64URL_NOPAD;
    use serde_json::{Value, json};

    use super::*;

    /// A text in which every byte that JSON escapes stands, and some that it does not.
    fn text() -> String {
        (0..=0x100)
            .filter_map(char::from_u32)
            .chain(['\u{2028}', '\u{1f600}'])
            .collect()
    }

    /// That the declared order is the canonical one, with no field left out: a new one fails here until it is
    /// listed.
    fn canonical<T: Serialize>(value: &T, fields: usize) {
        assert_eq!(
            canonical::to_vec_as_declared(value).unwrap(),
            canonical::to_vec(value).unwrap()
        );
        assert_eq!(
            serde_json::to_value(value).unwrap().as_object().unwrap().len(),
            fields
        );
    }

    #[test]
    fn what_is_written_as_declared_is_canonical() {
        let every: Value = json!({
            "adapter": text(), "altered": true, "confirmed": text(), "lang": text(), "model": text(), "pasted": u32::MAX,
            "replaces": text(), "reply_to": text(), "site": text(), "target": INTEGER_BOUND - 1,
            "target_log": text(), "text": text(), "thread": text(), "typed": 0, "url": text(),
        });
        let body: Body = serde_json::from_value(every).unwrap();
        canonical(&body, 15);
        assert_eq!(Body::from_bytes(&body.to_bytes().unwrap()), Ok(body.clone()));
        let past = Body {
            target: Some(INTEGER_BOUND),
            ..body
        };
        assert_eq!(past.to_bytes(), Err(CanonicalError::Range));

        let string = || Text::from(text());
        canonical(
            &SharedLine {
                claimed_evidence: Evidence::Observed,
                id: string(),
                kind: Kind::Search,
                lang: Some(string()),
                redactions: vec![Redaction {
                    count: 1,
                    kind: string(),
                }],
                salt: string(),
                seq: INTEGER_BOUND - 1,
                site: Some(string()),
                text: string(),
                thread: Some(string()),
                time: Some(string()),
                v: VERSION,
            },
            12,
        );
        canonical(
            &PrivateLine {
                c: text(),
                claimed_evidence: Evidence::Imported,
                id: text(),
                kind: Kind::Prompt,
                seq: 0,
                time: text(),
                v: VERSION,
            },
            7,
        );
    }

    #[test]
    fn base64url_is_that_of_the_decoder() {
        // Every letter, and some others, in the last place and in one before it.
        for length in 0..48 {
            for byte in 0..128_u8 {
                for at in [length - 1, length / 2, 0]
                    .into_iter()
                    .filter(|at| (0..length).contains(at))
                {
                    let mut text: Vec<_> = (0..length).map(|_| b'A').collect();
                    if let Some(place) = usize::try_from(at).ok().and_then(|at| text.get_mut(at)) {
                        *place = byte;
                    }
                    let text = String::from_utf8_lossy(&text);
                    let decoded = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
                    for bytes in [0, 16, 17, 18, 31, 32, 33] {
                        let due = decoded.as_ref().is_some_and(|decoded| decoded.len() == bytes);
                        assert_eq!(is_base64url(&text, bytes), due, "{text} as {bytes} bytes");
                    }
                }
            }
        }
        assert!(!is_base64url("AAAAAAAAAAAAAAAAAAAA\u{e9}", 16));
    }
}
