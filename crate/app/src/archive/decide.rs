//! Deciding about many records.

use std::collections::BTreeSet;

use counterfoil_core::record::Kind;
use counterfoil_detect::Personal;

use super::Done;
use super::block::Asked;
use super::find::shareable;
use super::message::{ArchiveReply, BulkDecision};
use super::query::Query;
use super::view::DecidedView;
use super::walk::{Walk, all_positions};
use crate::app::{App, Session};
use crate::error::{Code, Failure, Result};
use crate::hiding::HidingRow;
use crate::lists::phrase;
use crate::message::Effect;
use crate::number::Number;
use crate::ports::{Host, Op, Table};
use crate::records::{DELETING, Deletion, HIDING, MARKED, review_key};
use crate::review::UNDO;
use crate::view::Review;

/// Records that one step changes.
const AT_ONCE: usize = 1_000;
/// Records that may be excepted.
const EXCEPT: usize = 10_000;

/// What a step is to do, with what it needs for that.
enum Task {
    Keep,
    Mark,
    Delete { until: u64 },
    Hide { words: String, list: Personal },
}

/// What a step changed so far.
#[derive(Default)]
struct Step {
    ops: Vec<Op>,
    seqs: Vec<u64>,
    left: u32,
}

/// A record to decide about.
struct Subject<'a> {
    number: u64,
    time: u64,
    kind: Kind,
    text: &'a str,
    review: Review,
}

impl<H: Host> App<H> {
    pub(crate) async fn decide_all(
        &self,
        text: &str,
        except: Vec<u64>,
        decision: BulkDecision,
        before: Option<u64>,
    ) -> Result<Done> {
        if except.len() > EXCEPT {
            return Err(Failure::with(Code::MessageInvalid, "except"));
        }
        let query = Query::parse(text);
        // What is left out of a query makes it find more.
        if !query.faults.is_empty() {
            return Err(Failure::with(Code::MessageInvalid, "query"));
        }
        let mut kept = BTreeSet::new();
        kept.extend(except);
        let (_turn, mut session) = self.change().await?;
        self.in_step(&session).await?;
        let task = self.task(&session, decision).await?;
        let asked = Asked::of(&query);
        let mut walk = Walk::from(&session, before, self.host.now())?;
        let mut step = Step::default();
        'walk: while walk.next().is_some() {
            let found = self.step_matching(&session, &mut walk, &asked, true).await?;
            let below = walk.at;
            for (block, at, review) in found {
                let Some(entry) = block.entries.get(at).filter(|it| !kept.contains(&it.number)) else {
                    continue;
                };
                let subject = Subject {
                    number: entry.number,
                    time: entry.time,
                    kind: entry.kind,
                    text: block.text(at),
                    review,
                };
                walk.at = entry.number;
                self.decide_one(&mut session, &task, &subject, &mut step).await?;
                // A step may end within a block: what stands below goes into the next one.
                if step.seqs.len() == AT_ONCE || walk.over(self.host.now()) {
                    break 'walk;
                }
            }
            walk.at = below;
            if walk.over(self.host.now()) {
                break;
            }
        }
        let view = DecidedView {
            changed: 0,
            seqs: Vec::new(),
            left: 0,
            next: walk.next(),
            looked: walk.looked(&session),
            of: all_positions(&session),
        };
        self.decide_step(&mut session, &task, step, view).await
    }

    pub(crate) async fn hide_in(&self, seqs: &[u64], words: &str) -> Result<Done> {
        if seqs.len() > AT_ONCE {
            return Err(Failure::with(Code::MessageInvalid, "seqs"));
        }
        let mut numbers = BTreeSet::new();
        numbers.extend(seqs.iter().copied());
        let (_turn, mut session) = self.change().await?;
        self.in_step(&session).await?;
        let decision = BulkDecision::Hide {
            phrase: words.to_owned(),
        };
        let task = self.task(&session, decision).await?;
        let mut step = Step::default();
        for &number in numbers.iter().rev() {
            let (block, at) = match self.held(&session, number).await {
                Ok(held) => held,
                // Deleted meanwhile.
                Err(failure) if failure.code == Code::RecordGone => continue,
                Err(failure) => return Err(failure),
            };
            let Some(entry) = block.entries.get(at) else {
                continue;
            };
            let reviews = self.reviews(&session, &[number]).await?;
            let subject = Subject {
                number,
                time: entry.time,
                kind: entry.kind,
                text: block.text(at),
                review: reviews.first().copied().unwrap_or(Review::Private),
            };
            self.decide_one(&mut session, &task, &subject, &mut step).await?;
        }
        let looked = numbers.len() as u64;
        let view = DecidedView {
            changed: 0,
            seqs: Vec::new(),
            left: 0,
            next: None,
            looked,
            of: looked,
        };
        self.decide_step(&mut session, &task, step, view).await
    }

    async fn task(&self, session: &Session, decision: BulkDecision) -> Result<Task> {
        Ok(match decision {
            BulkDecision::Keep => Task::Keep,
            BulkDecision::Mark => Task::Mark,
            BulkDecision::Delete => Task::Delete {
                until: self.host.now() + UNDO,
            },
            BulkDecision::Hide { phrase: words } => Task::Hide {
                words: phrase(&words)?,
                list: self.list_of_hidden(session).await?,
            },
        })
    }

    /// Adds the change of one record. What is being deleted stays as it is.
    async fn decide_one(
        &self,
        session: &mut Session,
        task: &Task,
        subject: &Subject<'_>,
        step: &mut Step,
    ) -> Result<()> {
        let number = Number(subject.number);
        let mark = || review_key(MARKED, number);
        // What nobody classified can be looked at and its words hidden, but it can never leave.
        let may = match task {
            Task::Mark => shareable(subject.kind) && subject.kind.shareable(),
            Task::Hide { .. } => shareable(subject.kind),
            _ => true,
        };
        match (task, subject.review) {
            (Task::Keep, Review::Marked) => {
                step.ops.push(Op::Remove(Table::Review, mark()));
                session.state.marked = session.state.marked.saturating_sub(1);
            }
            (Task::Mark, Review::Private) if may => {
                let op = session.vault.put(&self.host, Table::Review, &mark(), &())?;
                step.ops.push(op);
                session.state.marked += 1;
            }
            (Task::Delete { until }, Review::Private | Review::Marked) => {
                let key = review_key(DELETING, number);
                let deletion = Deletion { until: *until };
                let op = session.vault.put(&self.host, Table::Review, &key, &deletion)?;
                step.ops.push(op);
                session.state.uncount(subject.time);
                if subject.review == Review::Marked {
                    session.state.marked = session.state.marked.saturating_sub(1);
                }
                session.state.due = Some(session.state.due.map_or(*until, |due| due.min(*until)));
            }
            (Task::Hide { words, list }, Review::Private | Review::Marked) if may => {
                let mut row: HidingRow = self.hiding(session, number).await.unwrap_or_default();
                match row.hide(subject.text, list, words) {
                    Ok(true) => {
                        let key = review_key(HIDING, number);
                        step.ops
                            .push(session.vault.put(&self.host, Table::Review, &key, &row)?);
                    }
                    // Hidden already, or not there.
                    Ok(false) => return Ok(()),
                    Err(failure) if failure.code == Code::PhraseMissing => return Ok(()),
                    Err(failure) if failure.code == Code::PhrasesFull => {
                        step.left += 1;
                        return Ok(());
                    }
                    Err(failure) => return Err(failure),
                }
            }
            (_, Review::Private | Review::Marked) if !may => {
                step.left += 1;
                return Ok(());
            }
            _ => return Ok(()),
        }
        step.seqs.push(subject.number);
        Ok(())
    }

    /// Makes a step durable.
    async fn decide_step(
        &self,
        session: &mut Session,
        task: &Task,
        step: Step,
        view: DecidedView,
    ) -> Result<Done> {
        let Step { mut ops, seqs, left } = step;
        let mut effects = Vec::new();
        if !ops.is_empty() {
            // A draft may hold what is deleted, or show what is to be hidden now.
            if matches!(task, Task::Delete { .. } | Task::Hide { .. }) {
                ops.extend(self.drop_draft(session).await?);
            }
            self.commit(session, ops).await?;
            self.sweep(session).await?;
            if matches!(task, Task::Delete { .. }) {
                effects.extend(self.wake(&session.state));
            }
            effects.push(Effect::Refresh);
        }
        let view = DecidedView {
            changed: u32::try_from(seqs.len()).unwrap_or(u32::MAX),
            seqs,
            left,
            ..view
        };
        Ok(Done {
            reply: ArchiveReply::Decided { view },
            effects,
        })
    }
}
