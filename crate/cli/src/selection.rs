//! Which records an export takes.

use counterfoil_app::view::{Item, Review};
use counterfoil_core::record::Kind;

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
}

impl Chosen {
    pub(crate) fn new(item: &Item) -> Self {
        Self {
            seq: item.seq,
            length: item.length,
        }
    }
}
