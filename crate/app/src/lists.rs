//! The words that a person always wants hidden. They lie in a row of their own under a key of the ring, which every
//! change destroys: what was taken out of the list cannot be read any more.

use std::collections::BTreeSet;

use counterfoil_detect::Personal;

use crate::app::{App, Done, Session};
use crate::error::{Code, Result};
use crate::ports::{Host, Op, Table};

/// The row of the list.
pub(crate) const LIST: &str = "always-hidden";
/// Longest phrase, in code points.
const LENGTH: usize = 200;
/// Phrases in the list.
const MOST: usize = 500;

/// A phrase without the white space around it and with single spaces within; what finds nothing is refused.
pub(crate) fn phrase(words: &str) -> Result<String> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let phrase = words.join(" ");
    if phrase.chars().count() > LENGTH || Personal::new([phrase.as_str()]).is_empty() {
        return Err(Code::PhraseInvalid.into());
    }
    Ok(phrase)
}

impl<H: Host> App<H> {
    /// The phrases, in order.
    pub(crate) async fn always_hidden(&self, session: &Session) -> Result<BTreeSet<String>> {
        match self.host.get(Table::Meta, LIST).await? {
            Some(row) => session.vault.read(Table::Meta, LIST, &row),
            None => Ok(BTreeSet::new()),
        }
    }

    /// The list, ready to find its phrases.
    pub(crate) async fn list_of_hidden(&self, session: &Session) -> Result<Personal> {
        let phrases = self.always_hidden(session).await?;
        Ok(Personal::new(phrases.iter().map(String::as_str)))
    }

    /// Puts a phrase into the list, or takes it out.
    pub(crate) async fn always_hide(&self, words: &str, always: bool) -> Result<Done> {
        {
            let (_turn, mut session) = self.change().await?;
            if session.state.logs.is_empty() {
                return Err(Code::LogMissing.into());
            }
            let mut phrases = self.always_hidden(&session).await?;
            let changed = if always {
                let phrase = phrase(words)?;
                let folded = |phrase: &str| Personal::new([phrase]);
                let new = !phrases.iter().any(|known| folded(known) == folded(&phrase));
                if new && phrases.len() >= MOST {
                    return Err(Code::PhrasesFull.into());
                }
                new && phrases.insert(phrase)
            } else {
                phrases.remove(words)
            };
            if changed {
                let mut ops = self.put_list(&mut session, &phrases).await?;
                // A draft may show what is to be hidden now.
                ops.extend(self.drop_draft(&mut session).await?);
                self.commit(&mut session, ops).await?;
                self.sweep(&mut session).await?;
            }
        }
        self.settings_changed().await
    }

    /// The changes that write the list under a new key.
    pub(crate) async fn put_list(
        &self,
        session: &mut Session,
        phrases: &BTreeSet<String>,
    ) -> Result<Vec<Op>> {
        let mut ops: Vec<Op> = self
            .drop_row(session, Table::Meta, LIST)
            .await?
            .into_iter()
            .collect();
        if !phrases.is_empty() {
            let by = self.take_key(session).await?;
            ops.push(session.vault.put_by(&self.host, by, Table::Meta, LIST, phrases)?);
        }
        Ok(ops)
    }
}
