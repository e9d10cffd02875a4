//! The part of a text that shows why it was found.

use memchr::memmem;

use super::fold::fold_with_places;
use super::query::Query;
use super::view::FoundItem;
use crate::view::{Item, Span};

/// Longest excerpt, in code points.
const LENGTH: usize = 280;
/// Code points before the first match, where the text is longer than an excerpt.
const BEFORE: usize = 60;

/// An item with the part of its text around the first match.
pub(crate) fn excerpt(item: Item, text: &str, query: &Query) -> FoundItem {
    let places = places(text, query);
    let start = match places.first() {
        Some((first, _)) if item.length as usize > LENGTH => begin(text, *first),
        _ => 0,
    };
    let rest = text.get(start..).unwrap_or_default();
    let end = rest
        .char_indices()
        .nth(LENGTH)
        .map_or(text.len(), |(at, _)| start + at);
    let units = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or_default();
        u32::try_from(part.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    let mut matches = Vec::new();
    let (mut byte, mut unit) = (start, 0);
    for (from, to) in places {
        let (from, to) = (from.max(byte), to.min(end));
        if from < to {
            let begin = unit + units(byte, from);
            unit = begin + units(from, to);
            byte = to;
            matches.push(Span {
                start: begin,
                end: unit,
            });
        }
    }
    FoundItem {
        item,
        excerpt: text.get(start..end).unwrap_or_default().to_owned(),
        begins: start == 0,
        ends: end == text.len(),
        matches,
    }
}

/// Where words of the query stand in a text, in bytes, in their order.
fn places(text: &str, query: &Query) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    if query.with.is_empty() {
        return found;
    }
    let (folded, places) = fold_with_places(text);
    for needle in &query.with {
        for at in memmem::find_iter(&folded, needle) {
            found.extend(places.span(&folded, at, at + needle.len()));
        }
    }
    found.sort_unstable();
    found
}

/// Where an excerpt begins whose first match stands there: behind a gap between words, where there is one near.
fn begin(text: &str, first: usize) -> usize {
    let before = text.get(..first).unwrap_or_default();
    let Some((earliest, _)) = before.char_indices().rev().nth(BEFORE - 1) else {
        return 0;
    };
    if earliest == 0 {
        return 0;
    }
    let near = before.get(earliest..).unwrap_or_default();
    near.find(char::is_whitespace)
        .and_then(|gap| near.get(gap..).map(|rest| first - rest.trim_start().len()))
        .unwrap_or(earliest)
}
