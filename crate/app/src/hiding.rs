//! What a record hides where it is shared: what was found in its text, and what the person decided about it.
//!
//! The text in the private log stays as it is. A decision is a range and what becomes of it, never a word; it lies with
//! the other decisions about the record, and goes with it.

use counterfoil_core::share::Redacted as Count;
use counterfoil_detect::{
    Action, Choice, Choices, Decided, Finding, Group, Kind, Personal, Reason, Redacted, detect, generalise,
    redact_each,
};
use serde::{Deserialize, Serialize};

use crate::app::{App, Done, Session};
use crate::error::{Code, Failure, Result};
use crate::lists::phrase;
use crate::message::{Effect, Hide, Reply};
use crate::number::Number;
use crate::ports::{Host, Op, Table};
use crate::records::{HIDING, Stored, review_key};
use crate::view::{FindingGroup, FindingReason, FindingView, HidingView, RedactionView, Span};

/// Decisions about one record.
const MOST: usize = 1_000;
/// Decisions that can be taken back.
const UNDOABLE: usize = 16;

/// A decision: a range in bytes, the kind that it is called by, what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ChoiceRow(u32, u32, String, Hide);

/// The decisions about a record, and those before the last ones, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HidingRow {
    pub(crate) now: Vec<ChoiceRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) before: Vec<Vec<ChoiceRow>>,
}

impl HidingRow {
    pub(crate) fn is_empty(&self) -> bool {
        self.now.is_empty() && self.before.is_empty()
    }

    fn choices(&self) -> Choices {
        let choices = self.now.iter().map(|ChoiceRow(start, end, kind, hide)| Choice {
            start: *start as usize,
            end: *end as usize,
            // A kind that only a newer version knows is still hidden.
            kind: Kind::parse(kind).unwrap_or(Kind::Hidden),
            action: (*hide).into(),
        });
        Choices(choices.collect())
    }

    /// Puts these choices in place of the present ones, which can be brought back.
    fn turn(&mut self, choices: &Choices) -> Result<()> {
        if choices.0.len() > MOST {
            return Err(Code::PhrasesFull.into());
        }
        self.before.push(std::mem::take(&mut self.now));
        if self.before.len() > UNDOABLE {
            self.before.remove(0);
        }
        self.now = rows(choices)?;
        Ok(())
    }

    /// Hides words wherever they stand in a text; whether that changed anything. Fails where they do not stand there, and
    /// where more would be hidden than can be kept.
    #[cfg(feature = "search")]
    pub(crate) fn hide(&mut self, text: &str, list: &Personal, words: &str) -> Result<bool> {
        let before = self.choices();
        let mut choices = before.clone();
        Decision::Phrase(words.to_owned()).carry_out(text, list, &mut choices)?;
        let changed = choices != before;
        if changed {
            self.turn(&choices)?;
        }
        Ok(changed)
    }

    #[cfg(feature = "search")] // what a restore alone needs
    /// Takes over what another row of the same record hides; whether that changed anything.
    pub(crate) fn join(&mut self, other: &Self) -> Result<bool> {
        let mut choices = self.choices();
        choices.join(&other.choices());
        choices.0.truncate(MOST);
        let now = rows(&choices)?;
        let changed = now != self.now;
        self.now = now;
        Ok(changed)
    }
}

fn rows(choices: &Choices) -> Result<Vec<ChoiceRow>> {
    let offset = |at: usize| u32::try_from(at).map_err(|_| Failure::with(Code::Internal, "offset"));
    let mut rows = Vec::with_capacity(choices.0.len());
    for choice in &choices.0 {
        let kind = choice.kind.as_str().to_owned();
        rows.push(ChoiceRow(
            offset(choice.start)?,
            offset(choice.end)?,
            kind,
            choice.action.into(),
        ));
    }
    Ok(rows)
}

/// What becomes of a text.
pub(crate) struct Hidden {
    decided: Vec<Decided>,
    pub(crate) redacted: Redacted,
}

impl Hidden {
    /// Of a text, with a list of what is always hidden and the decisions about it.
    pub(crate) fn of(text: &str, list: &Personal, row: &HidingRow) -> Self {
        let decided = row.choices().decide(text, found(text, list));
        let redacted = redact_each(text, decided.iter().map(|one| (&one.finding, one.action)));
        Self { decided, redacted }
    }

    /// How many findings are hidden, and how many are not.
    pub(crate) fn counts(&self) -> (u32, u32) {
        let hidden = self
            .decided
            .iter()
            .filter(|one| one.action != Action::Keep)
            .count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (count(hidden), count(self.decided.len() - hidden))
    }

    /// Whether something of a special category stays in the text.
    pub(crate) fn shows_special(&self) -> bool {
        let mut kept = self.decided.iter().filter(|one| one.action == Action::Keep);
        kept.any(|one| matches!(one.finding.kind.group(), Group::Special))
    }

    /// What the shared line says was taken out.
    pub(crate) fn redactions(&self) -> Vec<Count> {
        let counts = self.redacted.counts.iter();
        counts
            .map(|(kind, count)| Count {
                kind: kind.as_str().to_owned(),
                count: u32::try_from(*count).unwrap_or(u32::MAX),
            })
            .collect()
    }

    fn view(self, text: &str, undo: bool) -> HidingView {
        let redactions = self.redactions();
        let redactions = redactions
            .into_iter()
            .map(|Count { kind, count }| RedactionView { kind, count });
        let mut units = Units::of(text);
        let findings = self
            .decided
            .into_iter()
            .map(|one| view(text, &mut units, one))
            .collect();
        let mut units = Units::of(&self.redacted.text);
        let places = self.redacted.places.iter();
        HidingView {
            findings,
            places: places.map(|(start, end)| units.span(*start, *end)).collect(),
            redactions: redactions.collect(),
            shared: Some(self.redacted.text).filter(|shared| shared != text),
            undo,
        }
    }
}

/// What the detector and the list find in a text.
fn found(text: &str, list: &Personal) -> Vec<Finding> {
    list.join(text, detect(text))
}

impl<H: Host> App<H> {
    /// What the person decided that a record hides; nothing where nothing was. Fails where that cannot be read.
    pub(crate) async fn hiding(&self, session: &Session, number: Number) -> Result<HidingRow> {
        let key = review_key(HIDING, number);
        match self.host.get(Table::Review, &key).await? {
            Some(row) => session.vault.read(Table::Review, &key, &row),
            None => Ok(HidingRow::default()),
        }
    }

    /// What a record hides, for its page.
    pub(crate) async fn hiding_view(&self, session: &Session, stored: &Stored) -> Result<Option<HidingView>> {
        if !stored.shareable() {
            return Ok(None);
        }
        let list = self.list_of_hidden(session).await?;
        // What cannot be read decides nothing: the record is not shared until the person decides anew.
        let row = self.hiding(session, stored.number).await.unwrap_or_default();
        let hidden = Hidden::of(stored.text(), &list, &row);
        Ok(Some(hidden.view(stored.text(), !row.before.is_empty())))
    }

    pub(crate) async fn hide(&self, seq: u64, start: u32, end: u32, hide: Hide) -> Result<Done> {
        self.decide(seq, Decision::Range(start, end, hide)).await
    }

    pub(crate) async fn hide_phrase(&self, seq: u64, words: &str) -> Result<Done> {
        self.decide(seq, Decision::Phrase(phrase(words)?)).await
    }

    async fn decide(&self, seq: u64, decision: Decision) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        let stored = self.decidable(&session, seq).await?;
        let list = self.list_of_hidden(&session).await?;
        let mut row = self.hiding(&session, stored.number).await.unwrap_or_default();
        let before = row.choices();
        let mut choices = before.clone();
        decision.carry_out(stored.text(), &list, &mut choices)?;
        let mut effects = Vec::new();
        if choices != before {
            row.turn(&choices)?;
            self.put_hiding(&mut session, stored.number, &row).await?;
            effects.push(Effect::Refresh);
        }
        self.decided(&session, stored, effects).await
    }

    pub(crate) async fn undo_hide(&self, seq: u64) -> Result<Done> {
        let (_turn, mut session) = self.change().await?;
        let stored = self.decidable(&session, seq).await?;
        let mut row = self.hiding(&session, stored.number).await?;
        let mut effects = Vec::new();
        if let Some(before) = row.before.pop() {
            row.now = before;
            self.put_hiding(&mut session, stored.number, &row).await?;
            effects.push(Effect::Refresh);
        }
        self.decided(&session, stored, effects).await
    }

    /// A record about which can be decided.
    async fn decidable(&self, session: &Session, seq: u64) -> Result<Stored> {
        let stored = self.one(session, Number(seq)).await?;
        if stored.shareable() {
            Ok(stored)
        } else {
            Err(Failure::with(Code::MessageInvalid, "seq"))
        }
    }

    /// Writes what a record hides. A draft may show what is to be hidden now: it goes.
    async fn put_hiding(&self, session: &mut Session, number: Number, row: &HidingRow) -> Result<()> {
        let key = review_key(HIDING, number);
        let mut ops = vec![if row.is_empty() {
            Op::Remove(Table::Review, key)
        } else {
            session.vault.put(&self.host, Table::Review, &key, row)?
        }];
        ops.extend(self.drop_draft(session).await?);
        self.commit(session, ops).await?;
        self.sweep(session).await
    }

    async fn decided(&self, session: &Session, stored: Stored, effects: Vec<Effect>) -> Result<Done> {
        let view = self.record_view(session, &stored).await?;
        Ok(Done {
            reply: Reply::Record { view },
            effects,
        })
    }
}

/// What the person decides.
enum Decision {
    /// What becomes of a range, in UTF-16 units.
    Range(u32, u32, Hide),
    /// These words are hidden wherever they stand.
    Phrase(String),
}

impl Decision {
    fn carry_out(self, text: &str, list: &Personal, choices: &mut Choices) -> Result<()> {
        let words = match self {
            Self::Range(start, end, hide) => {
                let findings = found(text, list);
                let invalid = || Failure::with(Code::MessageInvalid, "range");
                let (start, end) = bytes(text, start, end).ok_or_else(invalid)?;
                choices.set(text, &findings, start, end, hide.into());
                return Ok(());
            }
            Self::Phrase(words) => words,
        };
        let places = Personal::new([words.as_str()]).find(text);
        if places.is_empty() {
            return Err(Code::PhraseMissing.into());
        }
        let findings = found(text, list);
        let mut hidden = choices.decide(text, findings.clone());
        hidden.retain(|one| one.action != Action::Keep);
        let mut left = MOST + 1;
        for place in places {
            let at = hidden.partition_point(|one| one.finding.end <= place.start);
            let covers = |one: &Decided| one.finding.start <= place.start && place.end <= one.finding.end;
            // More than can be kept is refused as a whole.
            if left > 0 && !hidden.get(at).is_some_and(covers) {
                left -= 1;
                choices.set(text, &findings, place.start, place.end, Action::Placeholder);
            }
        }
        Ok(())
    }
}

fn view(text: &str, units: &mut Units<'_>, one: Decided) -> FindingView {
    let Decided {
        finding,
        action,
        chosen,
    } = one;
    let value = text.get(finding.start..finding.end).unwrap_or_default();
    let less = generalise(finding.kind, value).is_some();
    let actions = Action::ALL
        .into_iter()
        .filter(|offered| less || *offered == action || *offered != Action::Generalise);
    FindingView {
        span: units.span(finding.start, finding.end),
        kind: finding.kind.as_str().to_owned(),
        also: finding.also.iter().map(|kind| kind.as_str().to_owned()).collect(),
        group: group(finding.kind),
        confidence: finding.confidence,
        reason: reason(finding.reason),
        action: action.into(),
        actions: actions.map(Hide::from).collect(),
        chosen,
        added: finding.reason == Reason::Marked,
    }
}

/// Counts UTF-16 units up to places of a text; a place near the last one is found at once.
struct Units<'a> {
    text: &'a str,
    byte: usize,
    unit: usize,
}

impl<'a> Units<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text,
            byte: 0,
            unit: 0,
        }
    }

    fn span(&mut self, start: usize, end: usize) -> Span {
        Span {
            start: self.at(start),
            end: self.at(end),
        }
    }

    fn at(&mut self, byte: usize) -> u32 {
        let length = |part: Option<&str>| part.map_or(0, |part| part.encode_utf16().count());
        if byte >= self.byte {
            self.unit += length(self.text.get(self.byte..byte));
        } else {
            self.unit -= length(self.text.get(byte..self.byte));
        }
        self.byte = byte;
        u32::try_from(self.unit).unwrap_or(u32::MAX)
    }
}

/// The bytes of a range of UTF-16 units; `None` where it is not within the text, is empty, or cuts a character.
fn bytes(text: &str, start: u32, end: u32) -> Option<(usize, usize)> {
    let mut unit = 0_u32;
    let mut from = None;
    for (byte, character) in text.char_indices() {
        if unit == start {
            from = Some(byte);
        }
        if unit == end {
            return from.filter(|from| *from < byte).map(|from| (from, byte));
        }
        unit = unit.checked_add(u32::try_from(character.len_utf16()).ok()?)?;
    }
    from.filter(|_| unit == end).map(|from| (from, text.len()))
}

impl From<Hide> for Action {
    fn from(hide: Hide) -> Self {
        match hide {
            Hide::Keep => Self::Keep,
            Hide::Mask => Self::Mask,
            Hide::Placeholder => Self::Placeholder,
            Hide::Generalise => Self::Generalise,
            Hide::Drop => Self::Drop,
        }
    }
}

impl From<Action> for Hide {
    fn from(action: Action) -> Self {
        match action {
            Action::Keep => Self::Keep,
            Action::Mask => Self::Mask,
            Action::Placeholder => Self::Placeholder,
            Action::Generalise => Self::Generalise,
            Action::Drop => Self::Drop,
        }
    }
}

fn group(kind: Kind) -> FindingGroup {
    match kind.group() {
        Group::Secret => FindingGroup::Secret,
        Group::Contact => FindingGroup::Contact,
        Group::Finance => FindingGroup::Finance,
        Group::Identity => FindingGroup::Identity,
        Group::Place => FindingGroup::Place,
        Group::Person => FindingGroup::Person,
        Group::Network => FindingGroup::Network,
        Group::Special => FindingGroup::Special,
        Group::Personal => FindingGroup::Personal,
        Group::Plain => FindingGroup::Plain,
    }
}

fn reason(reason: Reason) -> FindingReason {
    match reason {
        Reason::Form => FindingReason::Form,
        Reason::Check => FindingReason::Check,
        Reason::Word => FindingReason::Word,
        Reason::CheckWord => FindingReason::CheckWord,
        Reason::Alone => FindingReason::Alone,
        Reason::Prefix => FindingReason::Prefix,
        Reason::Assigned => FindingReason::Assigned,
        Reason::Introduced => FindingReason::Introduced,
        Reason::Said => FindingReason::Said,
        Reason::Listed => FindingReason::Listed,
        Reason::Marked => FindingReason::Marked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_and_bytes_tell_the_same_places() {
        let text = "aß€🦊 z";
        let ends: Vec<usize> = text
            .char_indices()
            .map(|(byte, _)| byte)
            .chain([text.len()])
            .collect();
        let mut units = Units::of(text);
        let told: Vec<u32> = ends.iter().map(|byte| units.at(*byte)).collect();
        assert_eq!(told, [0, 1, 2, 3, 5, 6, 7]);
        let back: Vec<u32> = ends.iter().rev().map(|byte| units.at(*byte)).collect();
        assert_eq!(back, [7, 6, 5, 3, 2, 1, 0]);
        for (from, start) in ends.iter().zip(&told) {
            for (to, end) in ends.iter().zip(&told) {
                let due = (from < to).then_some((*from, *to));
                assert_eq!(bytes(text, *start, *end), due, "{start}..{end}");
            }
        }
        assert_eq!(bytes(text, 3, 4), None, "half of a pair");
        assert_eq!(bytes(text, 4, 5), None);
        assert_eq!(bytes(text, 0, 8), None);
        assert_eq!(bytes("", 0, 0), None);
    }

    #[test]
    fn only_so_many_decisions_can_be_taken_back() {
        let mut row = HidingRow::default();
        for n in 1..=UNDOABLE + 5 {
            let choice = |start| Choice {
                start,
                end: start + 1,
                kind: Kind::Hidden,
                action: Action::Drop,
            };
            row.turn(&Choices((0..n).map(choice).collect())).unwrap();
        }
        assert_eq!((row.now.len(), row.before.len()), (UNDOABLE + 5, UNDOABLE));
        assert_eq!(row.before.last().map(Vec::len), Some(UNDOABLE + 4));
        let many = Choices(vec![row.choices().0[0]; MOST + 1]);
        assert_eq!(row.turn(&many).unwrap_err().code, Code::PhrasesFull);
    }
}
