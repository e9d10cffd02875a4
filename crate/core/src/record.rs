//! Records: the line that a private log signs, the content it commits to, and the line that a share log signs.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, CanonicalError, INTEGER_BOUND};
use crate::encoding::to_base64url;
use crate::{id, time};

/// Longest private line, in bytes without its newline.
pub const MAX_PRIVATE_LINE: usize = 64 * 1024;
/// Longest shared line, in bytes without its newline.
pub const MAX_SHARED_LINE: usize = 1024 * 1024;
/// Version of both lines.
pub const VERSION: u8 = 1;

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

/// How the owner claims to have come by a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// As it stands in a line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Imported => "imported",
            Self::Entered => "entered",
        }
    }
}

/// The content of a private record: what its line commits to, and what deleting destroys. A field that is `None`
/// is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Body {
    /// Name and version of the adapter that saw it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adapter: Option<String>,
    /// The page changed the text after the last keystroke.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub altered: Option<bool>,
    /// Language, a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Model that it was sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Code points pasted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pasted: Option<u32>,
    /// UUID of the record that this one replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// UUID of the record that this one answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
    /// Host of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Position of the record that a tombstone stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<u64>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Label of the conversation on its site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<String>,
    /// Code points typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed: Option<u32>,
    /// Address of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Body {
    /// The canonical bytes that [`commitment`] is made of.
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::to_vec(self)
    }

    /// Reads stored bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CanonicalError> {
        canonical::from_slice(bytes)
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

/// A line of the private log.
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
        let line: Self =
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
        bounded(canonical::to_vec(self), MAX_PRIVATE_LINE)
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

/// A line of a share log: what others see and verify.
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
    #[serde(borrow)]
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
        if line.len() > MAX_SHARED_LINE {
            return Err(LineError::TooLong(MAX_SHARED_LINE));
        }
        // Of known fields only at both depths: the derived reader itself refuses a key given twice.
        let line: Self =
            serde_json::from_slice(line).map_err(|error| LineError::Unreadable(error.to_string()))?;
        line.check()?;
        Ok(line)
    }

    fn check(&self) -> Result<(), LineError> {
        let tag = |text: &str| {
            (2..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let host = |text: &str| {
            (1..=261).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_:[]".contains(&b))
        };
        let label = |text: &str| {
            (1..=64).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        let name = |text: &str| {
            (1..=64).contains(&text.len())
                && text
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
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
        bounded(canonical::to_vec(self), MAX_SHARED_LINE)
    }
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

/// Whether the text is the strict base64url of this many bytes, of which there are at most 32.
fn is_base64url(text: &str, bytes: usize) -> bool {
    let mut out = [0; 33];
    let base = &data_encoding::BASE64URL_NOPAD;
    base.decode_len(text.len()) == Ok(bytes)
        && out
            .get_mut(..bytes)
            .is_some_and(|out| base.decode_mut(text.as_bytes(), out) == Ok(bytes))
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
