//! What a person decides about the findings of one text: this stays, that goes, and so does what nobody found.
//!
//! A choice is a range and what becomes of it. A range that is hidden stays hidden whatever the detector comes to find
//! there, and a range that stays stays: the person has seen it.

use crate::order::order;
use crate::{Action, Finding, Kind, Policy, Reason};

/// How sure a finding must be, in hundredths, to be hidden without being asked.
pub const SURE: u8 = 50;

/// A decision about a range of a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is called where it is hidden.
    pub kind: Kind,
    /// What becomes of it.
    pub action: Action,
}

impl Choice {
    fn overlaps(&self, start: usize, end: usize) -> bool {
        self.start < end && start < self.end
    }

    fn is(&self, start: usize, end: usize) -> bool {
        (self.start, self.end) == (start, end)
    }

    fn hides(&self) -> bool {
        self.action != Action::Keep
    }
}

/// A finding, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What was found, by the detector, in a list, or by the person.
    pub finding: Finding,
    /// What becomes of it.
    pub action: Action,
    /// Whether the person said so.
    pub chosen: bool,
}

impl Decided {
    fn overlaps(&self, start: usize, end: usize) -> bool {
        self.finding.start < end && start < self.finding.end
    }

    fn within(&self, start: usize, end: usize) -> bool {
        start <= self.finding.start && self.finding.end <= end
    }

    fn hides(&self) -> bool {
        self.action != Action::Keep
    }
}

/// The choices about one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices(pub Vec<Choice>);

impl Choices {
    /// What becomes of each finding, in the order of the text; `findings` are those of the detector and of lists.
    /// Nothing that is hidden overlaps; what stays may lie over it. A range that the person hid and that overlaps
    /// others that are hidden is one with them, so that hiding more never shows anything.
    pub fn decide(&self, text: &str, findings: Vec<Finding>) -> Vec<Decided> {
        let open: Vec<Choice> = self
            .0
            .iter()
            .copied()
            .filter(|choice| choice.start < choice.end && text.get(choice.start..choice.end).is_some())
            .collect();
        let open = order(open, |choice| (choice.start, choice.end, 0));
        let policy = Policy::default();
        let mut decided: Vec<Decided> = Vec::with_capacity(findings.len() + open.len());
        for finding in findings {
            let same = open
                .iter()
                .find(|choice| choice.is(finding.start, finding.end))
                .or_else(|| {
                    open.iter().find(|choice| {
                        !choice.hides() && choice.start <= finding.start && finding.end <= choice.end
                    })
                });
            let (action, chosen) = match same {
                Some(choice) => (choice.action, true),
                None if finding.confidence < SURE => (Action::Keep, false),
                None => (policy.action(finding.kind), false),
            };
            decided.push(Decided {
                finding,
                action,
                chosen,
            });
        }
        for choice in open {
            let found = decided
                .iter()
                .any(|one| one.chosen && choice.is(one.finding.start, one.finding.end));
            if choice.hides() && !found {
                add(&mut decided, choice);
            }
        }
        let hidden: Vec<(usize, usize)> = decided
            .iter()
            .filter(|one| one.hides())
            .map(|one| (one.finding.start, one.finding.end))
            .collect();
        decided.retain(|one| {
            let at = hidden.partition_point(|(_, end)| *end <= one.finding.start);
            let over = hidden
                .get(at)
                .is_some_and(|(start, end)| one.within(*start, *end));
            one.hides() || one.chosen || !over
        });
        decided
    }

    /// Decides about a range. What is a finding keeps its kind; what is none is hidden as [`Kind::Hidden`], without
    /// the white space around it. `false` if nothing changed.
    pub fn set(
        &mut self,
        text: &str,
        findings: &[Finding],
        start: usize,
        end: usize,
        action: Action,
    ) -> bool {
        let before = self.clone();
        let known = self
            .decide(text, findings.to_vec())
            .into_iter()
            .find(|one| (one.finding.start, one.finding.end) == (start, end));
        match known {
            Some(one) if one.finding.reason == Reason::Marked => {
                self.0
                    .retain(|choice| !(choice.hides() && choice.overlaps(start, end)));
                if action != Action::Keep {
                    self.push(start, end, one.finding.kind, action);
                }
            }
            Some(one) => {
                self.0.retain(|choice| !choice.is(start, end));
                let proposed = self
                    .decide(text, findings.to_vec())
                    .into_iter()
                    .find(|again| (again.finding.start, again.finding.end) == (start, end));
                if proposed.is_none_or(|again| again.action != action) {
                    self.push(start, end, one.finding.kind, action);
                }
            }
            None if action == Action::Keep => {}
            None => self.hide(text, start, end, action),
        }
        *self != before
    }

    /// Hides a range that is no finding.
    fn hide(&mut self, text: &str, start: usize, end: usize, action: Action) {
        let Some(words) = text.get(start..end) else {
            return;
        };
        let mut start = start + (words.len() - words.trim_start().len());
        let mut end = start + words.trim().len();
        if start >= end {
            return;
        }
        self.0.retain(|choice| {
            let joins = choice.hides() && choice.overlaps(start, end);
            if joins {
                start = start.min(choice.start);
                end = end.max(choice.end);
            }
            !joins && !(start <= choice.start && choice.end <= end)
        });
        self.push(start, end, Kind::Hidden, action);
    }

    fn push(&mut self, start: usize, end: usize, kind: Kind, action: Action) {
        self.0.push(Choice {
            start,
            end,
            kind,
            action,
        });
    }

    /// Takes over what others hide where these say nothing: what is hidden on either side is hidden.
    pub fn join(&mut self, others: &Self) {
        for other in others.0.iter().filter(|other| other.hides()) {
            if !self.0.iter().any(|own| own.overlaps(other.start, other.end)) {
                self.0.push(*other);
            }
        }
    }
}

/// Adds what the person hid among findings that are in order; what is hidden and overlaps it becomes one with it.
fn add(decided: &mut Vec<Decided>, choice: Choice) {
    let (mut start, mut end) = (choice.start, choice.end);
    loop {
        let overlapping = decided
            .iter()
            .filter(|one| one.hides() && one.overlaps(start, end));
        let (from, to) = overlapping.fold((start, end), |(from, to), one| {
            (from.min(one.finding.start), to.max(one.finding.end))
        });
        if (from, to) == (start, end) {
            break;
        }
        (start, end) = (from, to);
    }
    decided.retain(|one| !(one.hides() && one.overlaps(start, end)) && !one.within(start, end));
    let at = decided.partition_point(|one| one.finding.start < start);
    decided.insert(
        at,
        Decided {
            finding: Finding {
                kind: choice.kind,
                also: Vec::new(),
                start,
                end,
                confidence: 100,
                reason: Reason::Marked,
            },
            action: choice.action,
            chosen: true,
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Personal, detect, redact_each};

    const TEXT: &str = "one@example.org met Übersee at 198.51.100.7, I have diabetes";

    fn range(words: &str) -> (usize, usize) {
        let start = TEXT.find(words).unwrap();
        (start, start + words.len())
    }

    fn left(choices: &Choices) -> String {
        let decided = choices.decide(TEXT, detect(TEXT));
        redact_each(TEXT, decided.iter().map(|one| (&one.finding, one.action))).text
    }

    fn set(choices: &mut Choices, words: &str, action: Action) -> bool {
        let (start, end) = range(words);
        choices.set(TEXT, &detect(TEXT), start, end, action)
    }

    #[test]
    fn sure_findings_go_and_warnings_stay() {
        assert_eq!(
            left(&Choices::default()),
            "[EMAIL_1] met Übersee at [IP_1], I have diabetes"
        );
        let unsure = Finding {
            confidence: SURE - 1,
            ..detect(TEXT).remove(0)
        };
        let decided = Choices::default().decide(TEXT, vec![unsure]);
        assert_eq!(decided[0].action, Action::Keep);
    }

    #[test]
    fn a_person_adds_removes_and_takes_it_back() {
        let mut choices = Choices::default();
        assert!(set(&mut choices, "one@example.org", Action::Keep));
        assert!(set(&mut choices, " Übersee ", Action::Placeholder));
        assert!(set(&mut choices, "198.51.100.7", Action::Generalise));
        assert!(set(&mut choices, "diabetes", Action::Mask));
        assert_eq!(
            left(&choices),
            "one@example.org met [HIDDEN_1] at 198.51.100.0/24, I have ████████"
        );
        assert!(!set(&mut choices, "diabetes", Action::Mask));
        assert!(!set(&mut choices, "met", Action::Keep));
        assert!(set(&mut choices, "Übersee", Action::Keep));
        assert!(set(&mut choices, "one@example.org", Action::Placeholder));
        assert!(set(&mut choices, "198.51.100.7", Action::Placeholder));
        assert!(set(&mut choices, "diabetes", Action::Keep));
        assert_eq!(choices, Choices::default(), "what is proposed is no choice");
    }

    #[test]
    fn hiding_more_shows_nothing() {
        let mut choices = Choices::default();
        // Part of a finding, and beyond it.
        assert!(set(&mut choices, "example.org met", Action::Placeholder));
        assert_eq!(left(&choices), "[HIDDEN_1] Übersee at [IP_1], I have diabetes");
        // It is one finding now, and leaving it takes back what was added.
        assert!(set(&mut choices, "one@example.org met", Action::Keep));
        assert_eq!(choices, Choices::default());
        // Two that overlap are one.
        set(&mut choices, "met Übersee", Action::Drop);
        set(&mut choices, "Übersee at", Action::Placeholder);
        assert_eq!(left(&choices), "[EMAIL_1] [HIDDEN_1] [IP_1], I have diabetes");
        // A part of what stays.
        let mut choices = Choices::default();
        set(&mut choices, "one@example.org", Action::Keep);
        set(&mut choices, "one", Action::Placeholder);
        assert!(left(&choices).starts_with("[HIDDEN_1]@example.org met"));
        // A warning in what is hidden says nothing more.
        set(&mut choices, "I have diabetes", Action::Placeholder);
        let decided = choices.decide(TEXT, detect(TEXT));
        assert!(decided.iter().all(|one| one.finding.kind != Kind::Health));
    }

    #[test]
    fn what_stays_may_lie_within_what_was_kept() {
        let (start, end) = range("one@example.org met Übersee");
        let choices = Choices(vec![Choice {
            start,
            end,
            kind: Kind::Hidden,
            action: Action::Keep,
        }]);
        assert!(left(&choices).starts_with("one@example.org met Übersee at [IP_1]"));
    }

    #[test]
    fn a_word_of_a_list_can_stay_in_one_text() {
        let list = Personal::new(["übersee"]);
        let all = list.join(TEXT, detect(TEXT));
        let (start, end) = range("Übersee");
        let mut choices = Choices::default();
        assert!(choices.set(TEXT, &all, start, end, Action::Keep));
        let decided = choices.decide(TEXT, all);
        let listed = decided
            .iter()
            .find(|one| one.finding.kind == Kind::Listed)
            .unwrap();
        assert_eq!((listed.action, listed.chosen), (Action::Keep, true));
    }

    #[test]
    fn ranges_that_fit_no_text_hide_nothing() {
        let over = |start, end| Choice {
            start,
            end,
            kind: Kind::Hidden,
            action: Action::Drop,
        };
        // Outside, empty, and within a character.
        let choices = Choices(vec![over(500, 501), over(3, 3), over(21, 22)]);
        assert_eq!(left(&choices), left(&Choices::default()));
        let mut choices = Choices::default();
        assert!(!choices.set(TEXT, &[], 21, 22, Action::Drop));
        assert!(!choices.set(TEXT, &[], 15, 16, Action::Drop));
    }

    #[test]
    fn what_either_side_hides_is_hidden() {
        let (mut here, mut there) = (Choices::default(), Choices::default());
        set(&mut here, "one@example.org", Action::Keep);
        set(&mut here, "met", Action::Drop);
        set(&mut there, "Übersee", Action::Mask);
        set(&mut there, "198.51.100.7", Action::Keep);
        set(&mut there, "met", Action::Mask);
        here.join(&there);
        assert_eq!(left(&here), "one@example.org  ███████ at [IP_1], I have diabetes");
    }
}
