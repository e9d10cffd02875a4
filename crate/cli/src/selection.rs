//! Which records an export takes, and what is remembered of each to know it again in the draft.

use counterfoil_app::view::{Item, Review};
use counterfoil_core::encoding::sha256;
use counterfoil_core::record::{Kind, SharedLine};

use crate::moment::{parse_since, parse_until};

#[derive(clap::Args)]
pub(crate) struct Selection {
    /// Only records of this kind; may be given several times
    #[arg(long = "kind", value_name = "KIND", value_parser = shareable())]
    kinds: Vec<String>,
    /// Only records of this site, by its host as in example.org; may be given several times
    #[arg(long = "site", value_name = "HOST")]
    sites: Vec<String>,
    /// Only records made then or later: a day in UTC (2026-11-22), or an RFC 3339 time
    #[arg(long, value_name = "TIME", value_parser = parse_since)]
    since: Option<u64>,
    /// Only records made then or earlier; a day counts to its end
    #[arg(long, value_name = "TIME", value_parser = parse_until)]
    until: Option<u64>,
    /// Only records that are marked for sharing
    #[arg(long)]
    marked: bool,
}

fn shareable() -> clap::builder::PossibleValuesParser {
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.shareable());
    kinds.map(Kind::as_str).collect::<Vec<_>>().into()
}

impl Selection {
    /// Whether a record is one of them, whatever its kind may be worth.
    pub(crate) fn takes(&self, item: &Item) -> bool {
        let site = |site: &String| site.eq_ignore_ascii_case(&item.site);
        !matches!(item.review, Review::Deleting { .. })
            && (self.kinds.is_empty() || self.kinds.contains(&item.kind))
            && (self.sites.is_empty() || self.sites.iter().any(site))
            && self.since.is_none_or(|since| item.time >= since)
            && self.until.is_none_or(|until| item.time < until)
            && (!self.marked || item.review == Review::Marked)
    }
}

/// A record that was selected.
#[derive(Clone)]
pub(crate) struct Chosen {
    pub(crate) seq: u64,
    /// Code points of the whole text.
    pub(crate) length: u32,
    /// Code points of the text that the print covers.
    shown: usize,
    print: [u8; 32],
}

impl Chosen {
    pub(crate) fn new(item: &Item) -> Self {
        Self {
            seq: item.seq,
            length: item.length,
            shown: item.preview.chars().count(),
            print: print(&item.kind, &item.preview),
        }
    }

    /// Whether a line of a draft is made of this record: its kind, the beginning of its text, and its length.
    pub(crate) fn is(&self, line: &str) -> bool {
        let Ok(line) = SharedLine::parse(line.as_bytes()) else {
            return false;
        };
        let beginning: String = line.text.chars().take(self.shown).collect();
        let length = u32::try_from(line.text.chars().count()).unwrap_or(u32::MAX);
        length == self.length && print(line.kind.as_str(), &beginning) == self.print
    }
}

fn print(kind: &str, beginning: &str) -> [u8; 32] {
    sha256(format!("{kind}\n{beginning}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterfoil_app::view::Place;

    fn item(kind: &str, text: &str) -> Item {
        Item {
            seq: 7,
            place: Place { log: 0, position: 7 },
            kind: kind.into(),
            site: "example.org".into(),
            time: 0,
            preview: text.chars().take(5).collect(),
            length: u32::try_from(text.chars().count()).unwrap(),
            altered: false,
            shareable: true,
            review: Review::Private,
        }
    }

    #[test]
    fn a_line_is_known_to_be_of_its_record_and_of_no_other() {
        let line = r#"{"claimed_evidence":"observed","id":"0f8fad5b-d9cb-469f-a165-70867728950e","kind":"post","redactions":[],"salt":"AAECAwQFBgcICQoLDA0ODw","seq":0,"text":"naïve text","v":1}"#;
        assert!(SharedLine::parse(line.as_bytes()).is_ok());
        assert!(Chosen::new(&item("post", "naïve text")).is(line));
        for (kind, text) in [
            ("prompt", "naïve text"),
            ("post", "naive text"),
            ("post", "naïve text."),
        ] {
            assert!(!Chosen::new(&item(kind, text)).is(line), "{kind} {text}");
        }
        assert!(!Chosen::new(&item("post", "naïve text")).is("{}"));
    }
}
