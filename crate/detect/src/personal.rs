//! Words that a person always wants hidden: their name, their street, their school.

use crate::order::order;
use crate::{Finding, Group, Kind, Reason};

/// Longest entry, in words.
const WORDS: usize = 12;

/// A list of words and phrases, found as whole words, whatever their case and accents.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Personal {
    /// Each entry as its folded words; sorted.
    entries: Vec<Vec<String>>,
}

impl Personal {
    /// A list of these entries. What holds no letter and no digit, and what is longer than twelve words, is left out.
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut known: Vec<Vec<String>> = Vec::new();
        for entry in entries {
            let entry: Vec<String> = words(entry).map(|(_, _, word)| word).collect();
            let at = known.partition_point(|one| *one < entry);
            if (1..=WORDS).contains(&entry.len()) && known.get(at) != Some(&entry) {
                known.insert(at, entry);
            }
        }
        Self { entries: known }
    }

    /// Whether nothing is to be hidden.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where its entries stand in a text; of entries that overlap, the one that begins first, and then the longest.
    pub fn find(&self, text: &str) -> Vec<Finding> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let words: Vec<(usize, usize, String)> = words(text).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some((start, _, first)) = words.get(at) {
            let from = self.entries.partition_point(|entry| entry.first() < Some(first));
            let fits = self
                .entries
                .iter()
                .skip(from)
                .take_while(|entry| entry.first() == Some(first))
                .filter(|entry| {
                    let here = words.iter().skip(at).take(entry.len()).map(|(_, _, word)| word);
                    here.eq(entry.iter())
                })
                .map(Vec::len)
                .max();
            let length = fits.unwrap_or(0);
            if length > 0
                && let Some((_, end, _)) = words.get(at + length - 1)
            {
                found.push(Finding {
                    kind: Kind::Listed,
                    also: Vec::new(),
                    start: *start,
                    end: *end,
                    confidence: 100,
                    reason: Reason::Listed,
                });
            }
            at += length.max(1);
        }
        found
    }

    /// Findings together with those of this list, in order. A finding that holds an entry whole hides it as well, and
    /// stays alone; where they overlap in part, all of it becomes one finding of the list. A warning stays beside an
    /// entry that it holds, since a warning hides nothing.
    pub fn join(&self, text: &str, findings: Vec<Finding>) -> Vec<Finding> {
        let own = self.find(text);
        if own.is_empty() {
            return findings;
        }
        let mut all = findings;
        all.extend(own);
        let all = order(all, |finding| {
            (finding.start, text.len().saturating_sub(finding.end), 0)
        });
        let mut joined: Vec<Finding> = Vec::with_capacity(all.len());
        let mut rest = all.into_iter().peekable();
        while let Some(first) = rest.next() {
            let mut end = first.end;
            let mut group = vec![first];
            while let Some(next) = rest.next_if(|next| next.start < end) {
                end = end.max(next.end);
                group.push(next);
            }
            joined.extend(merge(group, end));
        }
        joined
    }
}

/// What becomes of findings that overlap, in order, up to where the last one ends.
fn merge(group: Vec<Finding>, end: usize) -> Vec<Finding> {
    let Some(first) = group.first() else {
        return group;
    };
    let start = first.start;
    if group.iter().all(|finding| finding.kind != Kind::Listed) {
        return group;
    }
    let warns = |finding: &Finding| matches!(finding.kind.group(), Group::Special | Group::Plain);
    if warns(first) && first.end == end && group.iter().skip(1).all(|one| one.kind == Kind::Listed) {
        return group;
    }
    let whole = |finding: &&Finding| finding.start == start && finding.end == end;
    if let Some(one) = group.iter().filter(whole).find(|finding| !warns(finding)) {
        return vec![one.clone()];
    }
    vec![Finding {
        kind: Kind::Listed,
        also: Vec::new(),
        start,
        end,
        confidence: 100,
        reason: Reason::Listed,
    }]
}

/// The words of a text, folded, with where each stands, in bytes.
fn words(text: &str) -> impl Iterator<Item = (usize, usize, String)> + '_ {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        while rest.next_if(|(_, character)| !part(*character)).is_some() {}
        let (start, _) = *rest.peek()?;
        let (mut word, mut end) = (String::new(), start);
        while let Some((place, character)) = rest.next_if(|(_, character)| part(*character)) {
            fold(character, &mut word);
            end = place + character.len_utf8();
        }
        Some((start, end, word))
    })
}

/// Whether a character belongs to a word: letters, digits, and the accents that stand by themselves.
fn part(character: char) -> bool {
    character.is_alphanumeric() || ('\u{300}'..='\u{36F}').contains(&character)
}

/// Adds a character in small letters and without accents: Latin-1, Latin Extended-A, and what stands by itself.
fn fold(character: char, word: &mut String) {
    const PLAIN: &[(&str, &str)] = &[
        ("àáâãäåāăą", "a"),
        ("çćĉċč", "c"),
        ("ďđð", "d"),
        ("èéêëēĕėęě", "e"),
        ("ĝğġģ", "g"),
        ("ĥħ", "h"),
        ("ìíîïĩīĭįı", "i"),
        ("ĵ", "j"),
        ("ķ", "k"),
        ("ĺļľŀł", "l"),
        ("ñńņňŋ", "n"),
        ("òóôõöøōŏő", "o"),
        ("ŕŗř", "r"),
        ("śŝşšș", "s"),
        ("ţťŧț", "t"),
        ("ùúûüũūŭůűų", "u"),
        ("ŵ", "w"),
        ("ýÿŷ", "y"),
        ("źżž", "z"),
        ("ß", "ss"),
        ("æ", "ae"),
        ("œ", "oe"),
        ("ё", "е"),
        ("ά", "α"),
        ("έ", "ε"),
        ("ή", "η"),
        ("ίϊΐ", "ι"),
        ("ό", "ο"),
        ("ύϋΰ", "υ"),
        ("ώ", "ω"),
        ("ς", "σ"),
    ];
    if ('\u{300}'..='\u{36F}').contains(&character) {
        return;
    }
    for lower in character.to_lowercase() {
        if lower.is_ascii() {
            word.push(lower);
        } else if ('\u{300}'..='\u{36F}').contains(&lower) {
        } else if let Some((_, plain)) = PLAIN.iter().find(|(accented, _)| accented.contains(lower)) {
            word.push_str(plain);
        } else {
            word.push(lower);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(list: &[&str], text: &'a str) -> Vec<&'a str> {
        let list = Personal::new(list.iter().copied());
        list.find(text)
            .iter()
            .map(|finding| &text[finding.start..finding.end])
            .collect()
    }

    #[test]
    fn whole_words_in_any_case_and_with_any_accents() {
        let list = ["Curaçao", "rue  du Port", "groß", "Łódź"];
        let text = "CURACAO, curaçao and Curac\u{327}ao but not curacaoan";
        assert_eq!(found(&list, text), ["CURACAO", "curaçao", "Curac\u{327}ao"]);
        assert_eq!(found(&list, "12 Rue du port; rue du portail"), ["Rue du port"]);
        assert_eq!(found(&list, "GROSS łodz"), ["GROSS", "łodz"]);
        assert!(
            found(
                &["", "-", "a b c d e f g h i j k l m"],
                "a b c d e f g h i j k l m -"
            )
            .is_empty()
        );
        assert_eq!(found(&["new", "new york"], "New York, new"), ["New York", "new"]);
    }

    #[test]
    fn they_join_what_was_found() {
        let text = "mail harbour@example.org or write to the Harbour";
        let list = Personal::new(["harbour"]);
        let all = list.join(text, crate::detect(text));
        let kinds: Vec<Kind> = all.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [Kind::Email, Kind::Listed]);
    }

    /// What is left of a text with placeholders.
    fn left(list: &[&str], text: &str) -> String {
        let list = Personal::new(list.iter().copied());
        let all = list.join(text, crate::detect(text));
        crate::redact(text, &all, &crate::Policy::default()).text
    }

    #[test]
    fn nothing_of_either_is_left_where_they_overlap() {
        assert_eq!(
            left(&["org tom", "to one"], "mail to one@example.org Tom, please"),
            "mail [PERSONAL_LIST_1], please"
        );
        assert_eq!(
            left(&["one", "org tom"], "one@example.org Tom"),
            "[PERSONAL_LIST_1]"
        );
        assert_eq!(left(&["diabetes"], "I have diabetes"), "I have [PERSONAL_LIST_1]");
    }

    #[test]
    fn a_warning_stays_beside_an_entry() {
        let text = "I have diabetes";
        let all = Personal::new(["diabetes"]).join(text, crate::detect(text));
        let kinds: Vec<Kind> = all.iter().map(|finding| finding.kind).collect();
        assert!(kinds.contains(&Kind::Health) && kinds.contains(&Kind::Listed));
    }
}
