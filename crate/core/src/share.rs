//! Deriving the line that others will see from a record.

use crate::encoding::to_base64url;
use crate::record::{self, Evidence, Kind, LineError, Redaction, SharedLine, Text};

/// How often a kind of personal data was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// Name of the kind: capital letters, digits and underscores, as in its placeholder.
    pub kind: String,
    /// How often, at least once.
    pub count: u32,
}

/// What a shared line is made of. The text is redacted already; id, salt and thread are random and of this log
/// only, never those of the private log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareEntry {
    /// What it is; not `unknown`, not `tombstone`.
    pub kind: Kind,
    /// How the owner claims to have come by it.
    pub evidence: Evidence,
    /// UUID, version 4.
    pub id: String,
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// Position in the share log.
    pub seq: u64,
    /// The text, redacted.
    pub text: String,
    /// Host of the site.
    pub site: Option<String>,
    /// Language, a BCP 47 tag.
    pub lang: Option<String>,
    /// Random label of the conversation, of letters, digits, `-` and `_`, at most 64.
    pub thread: Option<String>,
    /// A day or a month, see [`crate::time`].
    pub time: Option<String>,
    /// What was taken out, each kind once, in any order.
    pub redactions: Vec<Redacted>,
}

/// The canonical line, without a newline.
pub fn derive(entry: ShareEntry) -> Result<Vec<u8>, LineError> {
    let mut redactions: Vec<Redaction<'_>> = Vec::with_capacity(entry.redactions.len());
    for redacted in entry.redactions {
        let kind = Text::from(redacted.kind);
        let count = redacted.count;
        // A few, put in their places: sorting would cost a module more code than deriving does.
        let at = redactions.partition_point(|other| other.kind <= kind);
        redactions.insert(at, Redaction { count, kind });
    }
    SharedLine {
        claimed_evidence: entry.evidence,
        id: entry.id.into(),
        kind: entry.kind,
        lang: entry.lang.map(Text::from),
        redactions,
        salt: to_base64url(&entry.salt).into(),
        seq: entry.seq,
        site: entry.site.map(Text::from),
        text: entry.text.into(),
        thread: entry.thread.map(Text::from),
        time: entry.time.map(Text::from),
        v: record::VERSION,
    }
    .to_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn entry() -> ShareEntry {
        ShareEntry {
            kind: Kind::Prompt,
            evidence: Evidence::Observed,
            id: "919108f7-52d1-4320-9bac-f847db4148a8".to_owned(),
            salt: [0; 16],
            seq: 4,
            text: "Write to [EMAIL_1].\n".to_owned(),
            site: Some("chat.example".to_owned()),
            lang: Some("en".to_owned()),
            thread: Some("k3J".to_owned()),
            time: Some("2026-11-22".to_owned()),
            redactions: vec![
                Redacted {
                    kind: "NAME".to_owned(),
                    count: 1,
                },
                Redacted {
                    kind: "EMAIL".to_owned(),
                    count: 2,
                },
            ],
        }
    }

    #[test]
    fn the_line_is_canonical() {
        let line = derive(entry()).unwrap();
        let due = r#"{"claimed_evidence":"observed","id":"919108f7-52d1-4320-9bac-f847db4148a8","kind":"prompt","lang":"en","redactions":[{"count":2,"type":"EMAIL"},{"count":1,"type":"NAME"}],"salt":"AAAAAAAAAAAAAAAAAAAAAA","seq":4,"site":"chat.example","text":"Write to [EMAIL_1].\n","thread":"k3J","time":"2026-11-22","v":1}"#;
        assert_eq!(std::str::from_utf8(&line).unwrap(), due);
        assert_eq!(SharedLine::parse(&line).unwrap().seq, 4);
        let least = ShareEntry {
            site: None,
            lang: None,
            thread: None,
            time: None,
            redactions: vec![],
            ..entry()
        };
        let line = derive(least).unwrap();
        let due = r#"{"claimed_evidence":"observed","id":"919108f7-52d1-4320-9bac-f847db4148a8","kind":"prompt","redactions":[],"salt":"AAAAAAAAAAAAAAAAAAAAAA","seq":4,"text":"Write to [EMAIL_1].\n","v":1}"#;
        assert_eq!(std::str::from_utf8(&line).unwrap(), due);
    }

    #[test]
    fn what_others_must_not_see_is_not_derived() {
        let field = |change: fn(&mut ShareEntry)| {
            let mut entry = entry();
            change(&mut entry);
            match derive(entry).unwrap_err() {
                LineError::Field(field) => field,
                other => other.to_string().leak(),
            }
        };
        assert_eq!(field(|entry| entry.kind = Kind::Unknown), "kind");
        assert_eq!(field(|entry| entry.kind = Kind::Tombstone), "kind");
        assert_eq!(
            field(|entry| entry.id = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f".to_owned()),
            "id"
        );
        assert_eq!(
            field(|entry| entry.time = Some("2026-11-22T10:00:00.123Z".to_owned())),
            "time"
        );
        assert_eq!(
            field(|entry| entry.site = Some("https://chat.example/c/1".to_owned())),
            "site"
        );
        assert_eq!(field(|entry| entry.thread = Some(String::new())), "thread");
        assert_eq!(
            field(|entry| entry.lang = Some("English (UK)".to_owned())),
            "lang"
        );
        assert_eq!(field(|entry| entry.redactions[0].count = 0), "redactions");
        assert_eq!(
            field(|entry| entry.redactions[1].kind = "NAME".to_owned()),
            "redactions"
        );
        assert_eq!(
            field(|entry| entry.redactions[1].kind = "e-mail".to_owned()),
            "redactions"
        );
    }

    #[test]
    fn a_text_past_the_limit_is_refused() {
        let text = "a".repeat(record::MAX_SHARED_LINE);
        assert_eq!(
            derive(ShareEntry { text, ..entry() }),
            Err(LineError::TooLong(record::MAX_SHARED_LINE))
        );
    }
}
