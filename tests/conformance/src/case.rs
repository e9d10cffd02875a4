//! A suite of cases, and whether an answer is the one that is due.

use counterfoil_conformance_probe::{Answer, Question};

/// Cases of one origin, counted together.
#[derive(Debug)]
pub(crate) struct Suite {
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// What it means that a case passes.
    pub(crate) meaning: &'static str,
    /// The cases.
    pub(crate) cases: Vec<Case>,
}

/// One published case: it passes if every question in it is answered as it must be.
#[derive(Debug)]
pub(crate) struct Case {
    /// Its name or number in its suite.
    pub(crate) name: String,
    /// The questions, each with the answer that is due.
    pub(crate) steps: Vec<(Question, Due)>,
}

impl Case {
    /// A case of one question.
    pub(crate) fn new(name: impl Into<String>, question: Question, due: Due) -> Self {
        Self {
            name: name.into(),
            steps: vec![(question, due)],
        }
    }
}

/// The answer that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    /// Accepted, with exactly this.
    Accepted(String),
    /// Refused, for whatever reason.
    Refused,
    /// Refused, with exactly this.
    RefusedAs(String),
    /// Refused, for a reason that begins with one of these words.
    RefusedFor(Vec<String>),
}

impl Due {
    /// Accepted without anything else to say.
    pub(crate) fn yes() -> Self {
        Self::Accepted(String::new())
    }

    /// Refused with one of these words at the beginning.
    pub(crate) fn refused_for(words: &[&str]) -> Self {
        Self::RefusedFor(words.iter().map(|&word| word.to_owned()).collect())
    }

    /// What is wrong with an answer, if anything is.
    pub(crate) fn fault(&self, answer: &Answer) -> Option<String> {
        let fits = match (self, answer) {
            (Self::Accepted(due), Answer::Accepted(found)) => due == found,
            (Self::Refused, Answer::Refused(_)) => true,
            (Self::RefusedAs(due), Answer::Refused(reason)) => due == reason,
            (Self::RefusedFor(words), Answer::Refused(reason)) => {
                words.iter().any(|word| reason.starts_with(word.as_str()))
            }
            _ => false,
        };
        (!fits).then(|| format!("due: {self:?}; found: {}", shortened(answer)))
    }
}

fn shortened(answer: &Answer) -> String {
    let text = format!("{answer:?}");
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_due_answer_passes() {
        let yes = Answer::Accepted(String::new());
        let no = Answer::Refused("bag: a file is missing".to_owned());
        assert!(Due::yes().fault(&yes).is_none() && Due::yes().fault(&no).is_some());
        assert!(Due::Accepted("x".to_owned()).fault(&yes).is_some());
        assert!(Due::Refused.fault(&no).is_none() && Due::Refused.fault(&yes).is_some());
        assert!(Due::refused_for(&["zip", "bag:"]).fault(&no).is_none());
        assert!(Due::refused_for(&["zip"]).fault(&no).is_some());
        assert!(Due::RefusedAs("bag".to_owned()).fault(&no).is_some());
        assert!(
            Due::RefusedAs("bag: a file is missing".to_owned())
                .fault(&no)
                .is_none()
        );
    }
}
