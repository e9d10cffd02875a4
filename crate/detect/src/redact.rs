//! Takes findings out of a text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{Finding, Group, Kind};

/// What becomes of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// It stays.
    Keep,
    /// Every letter and digit becomes `█`, so that its length stays to be seen.
    Mask,
    /// A name of its kind with a number stands there, the same for the same value within a text: `[EMAIL_1]`.
    Placeholder,
    /// What is left of it says less: the year of a date, the range of an address. What has no such form gets a
    /// placeholder.
    Generalise,
    /// Nothing is left.
    Drop,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Keep,
        Self::Mask,
        Self::Placeholder,
        Self::Generalise,
        Self::Drop,
    ];

    /// The name in messages and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Mask => "mask",
            Self::Placeholder => "placeholder",
            Self::Generalise => "generalise",
            Self::Drop => "drop",
        }
    }

    /// The action of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// What becomes of each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What becomes of everything that is not named below.
    pub action: Action,
    /// What becomes of some kinds.
    pub kinds: Vec<(Kind, Action)>,
}

impl Default for Policy {
    /// Placeholders for all, but special categories and plain facts stay: those are warnings for the person.
    fn default() -> Self {
        Self {
            action: Action::Placeholder,
            kinds: Vec::new(),
        }
    }
}

impl Policy {
    /// The same action for every kind.
    pub fn all(action: Action) -> Self {
        Self {
            action,
            kinds: Vec::new(),
        }
    }

    /// What becomes of a kind.
    pub fn action(&self, kind: Kind) -> Action {
        if let Some((_, action)) = self.kinds.iter().find(|(of, _)| *of == kind) {
            return *action;
        }
        match kind.group() {
            Group::Special | Group::Plain => Action::Keep,
            _ => self.action,
        }
    }
}

/// A text without what was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// What is left.
    pub text: String,
    /// How many of each kind were taken out, in the order of their names. Not where, and not what.
    pub counts: Vec<(Kind, u64)>,
    /// Where in what is left something stands in place of what was taken out, in bytes and in order; nothing for what
    /// was dropped.
    pub places: Vec<(usize, usize)>,
}

/// Takes findings out of a text. They come as [`crate::detect`] gives them: in order, and apart from each other; what
/// overlaps an earlier one is left as it is.
pub fn redact(text: &str, findings: &[Finding], policy: &Policy) -> Redacted {
    let decided = findings
        .iter()
        .map(|finding| (finding, policy.action(finding.kind)));
    redact_each(text, decided)
}

/// As [`redact`], with what becomes of each finding.
pub fn redact_each<'a>(text: &str, findings: impl IntoIterator<Item = (&'a Finding, Action)>) -> Redacted {
    let mut left = String::with_capacity(text.len());
    let mut counts: Vec<(Kind, u64)> = Vec::new();
    let mut named: BTreeMap<(Kind, String), usize> = BTreeMap::new();
    let mut numbers: Vec<(Kind, usize)> = Vec::new();
    let mut places = Vec::new();
    let mut place = 0;
    for (finding, action) in findings {
        let Some(value) = text.get(finding.start..finding.end) else {
            continue;
        };
        if action == Action::Keep || finding.start < place {
            continue;
        }
        left.push_str(text.get(place..finding.start).unwrap_or_default());
        let from = left.len();
        let general = (action == Action::Generalise)
            .then(|| generalise(finding.kind, value))
            .flatten();
        match (action, general) {
            (Action::Keep | Action::Drop, _) => {}
            (Action::Mask, _) => left.extend(value.chars().map(|character| {
                if character.is_alphanumeric() {
                    '█'
                } else {
                    character
                }
            })),
            (_, Some(general)) => left.push_str(&general),
            _ => {
                let number = *named
                    .entry((finding.kind, same(finding.kind, value)))
                    .or_insert_with(|| next(&mut numbers, finding.kind));
                // Writing to a text does not fail.
                let _ = write!(left, "[{}_{number}]", finding.kind);
            }
        }
        if left.len() > from {
            places.push((from, left.len()));
        }
        let at = counts.partition_point(|(kind, _)| kind.as_str() < finding.kind.as_str());
        match counts.get_mut(at) {
            Some((kind, count)) if *kind == finding.kind => *count += 1,
            _ => counts.insert(at, (finding.kind, 1)),
        }
        place = finding.end;
    }
    left.push_str(text.get(place..).unwrap_or_default());
    Redacted {
        text: left,
        counts,
        places,
    }
}

/// The next number of a kind, from 1.
fn next(numbers: &mut Vec<(Kind, usize)>, kind: Kind) -> usize {
    match numbers.iter_mut().find(|(of, _)| *of == kind) {
        Some((_, number)) => {
            *number += 1;
            *number
        }
        None => {
            numbers.push((kind, 1));
            1
        }
    }
}

/// A value as it is compared with others of its kind: how a number is grouped, and the case of an address, do not
/// count.
fn same(kind: Kind, value: &str) -> String {
    match kind.group() {
        Group::Finance | Group::Identity => value
            .chars()
            .filter(|character| character.is_alphanumeric())
            .map(|character| character.to_ascii_uppercase())
            .collect(),
        Group::Contact if kind != Kind::Email => value
            .chars()
            .filter(|character| character.is_ascii_digit() || *character == '+')
            .collect(),
        Group::Secret => value.to_owned(),
        _ => value.to_lowercase(),
    }
}

/// What says less: the year of a date, the network of an address, the district of a postcode, the whole degrees and
/// tenths of a place. `None` where a value has no such form.
pub fn generalise(kind: Kind, value: &str) -> Option<String> {
    match kind {
        Kind::Birth => {
            let mut parts = value.split(|character: char| !character.is_ascii_digit());
            parts.find(|part| part.len() == 4).map(ToOwned::to_owned)
        }
        Kind::Ip => {
            let host = value.split(['/', '%']).next().unwrap_or_default();
            if host.contains(':') {
                network(host)
            } else {
                let (network, _) = host.rsplit_once('.')?;
                Some(format!("{network}.0/24"))
            }
        }
        Kind::UkPostcode => value.split_once(' ').map(|(outward, _)| outward.to_owned()),
        Kind::Zip => value.get(..3).map(|start| format!("{start}xx")),
        Kind::Coordinates => {
            let (latitude, longitude) = value.split_once(',')?;
            let tenth = |number: &str| {
                let (whole, decimals) = number.trim().split_once('.')?;
                Some(format!("{whole}.{}", decimals.get(..1)?))
            };
            Some(format!("{}, {}", tenth(latitude)?, tenth(longitude)?))
        }
        _ => None,
    }
}

/// The first three groups of an address of version 6, as RFC 5952 writes them.
fn network(host: &str) -> Option<String> {
    let (groups, rest) = host
        .split_once("::")
        .map_or((host, None), |(groups, rest)| (groups, Some(rest)));
    let mut first = Vec::new();
    for group in groups.split(':').filter(|group| !group.is_empty()).take(3) {
        first.push(u16::from_str_radix(group, 16).ok()?);
    }
    if first.len() < 3 && rest.is_none() {
        return None;
    }
    while first.last() == Some(&0) {
        first.pop();
    }
    let mut network = String::new();
    for (at, group) in first.iter().enumerate() {
        let _ = write!(network, "{}{group:x}", if at > 0 { ":" } else { "" });
    }
    Some(network + "::/48")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect;

    fn with(action: Action, text: &str) -> String {
        redact(text, &detect(text), &Policy::all(action)).text
    }

    const TEXT: &str =
        "Mail one@example.org, ONE@example.org or two@example.org from 198.51.100.7; born on 10.12.1985.";

    #[test]
    fn the_same_value_has_the_same_placeholder() {
        assert_eq!(
            with(Action::Placeholder, TEXT),
            "Mail [EMAIL_1], [EMAIL_1] or [EMAIL_2] from [IP_1]; born on [DATE_OF_BIRTH_1]."
        );
        let redacted = redact(TEXT, &detect(TEXT), &Policy::default());
        assert_eq!(
            redacted.counts,
            [(Kind::Birth, 1), (Kind::Email, 3), (Kind::Ip, 1)]
        );
    }

    #[test]
    fn each_finding_has_an_action_of_its_own() {
        let findings = detect(TEXT);
        let actions = [
            Action::Drop,
            Action::Keep,
            Action::Mask,
            Action::Generalise,
            Action::Placeholder,
        ];
        let redacted = redact_each(TEXT, findings.iter().zip(actions));
        assert_eq!(
            redacted.text,
            "Mail , ONE@example.org or ███@███████.███ from 198.51.100.0/24; born on [DATE_OF_BIRTH_1]."
        );
        assert_eq!(
            redacted.counts,
            [(Kind::Birth, 1), (Kind::Email, 2), (Kind::Ip, 1)]
        );
        let places: Vec<&str> = redacted
            .places
            .iter()
            .map(|(start, end)| &redacted.text[*start..*end])
            .collect();
        assert_eq!(
            places,
            ["███@███████.███", "198.51.100.0/24", "[DATE_OF_BIRTH_1]"]
        );
    }

    #[test]
    fn what_is_general_stays() {
        assert_eq!(
            with(Action::Generalise, TEXT),
            "Mail [EMAIL_1], [EMAIL_1] or [EMAIL_2] from 198.51.100.0/24; born on 1985."
        );
        assert_eq!(
            with(Action::Generalise, "IP 2001:db8:1:2::9"),
            "IP 2001:db8:1::/48"
        );
        for (address, due) in [
            ("2001:0DB8:0:0:8:800:200C:417A", "2001:db8::/48"),
            ("2001:db8::1", "2001:db8::/48"),
            ("2001:0:5::9", "2001:0:5::/48"),
            ("fe80::1%eth0", "fe80::/48"),
            ("::ffff:198.51.100.7", "::/48"),
            ("2001:db8", "none"),
            ("::1/128", "::/48"),
        ] {
            let less = generalise(Kind::Ip, address);
            assert_eq!(less.as_deref().unwrap_or("none"), due, "{address}");
        }
        assert_eq!(with(Action::Generalise, "at 48.85837, 2.29448"), "at 48.8, 2.2");
    }

    #[test]
    fn masks_and_gaps() {
        assert_eq!(with(Action::Mask, "me: one@example.org"), "me: ███@███████.███");
        assert_eq!(with(Action::Drop, "me: one@example.org!"), "me: !");
        assert_eq!(with(Action::Keep, "me: one@example.org!"), "me: one@example.org!");
    }

    #[test]
    fn special_categories_stay_unless_told() {
        let text = "I have diabetes";
        let found = detect(text);
        assert_eq!(
            found.iter().map(|finding| finding.kind).collect::<Vec<_>>(),
            [Kind::Health]
        );
        assert_eq!(redact(text, &found, &Policy::default()).text, text);
        let mut policy = Policy::default();
        policy.kinds.push((Kind::Health, Action::Placeholder));
        assert_eq!(redact(text, &found, &policy).text, "I have [HEALTH_1]");
    }
}
