//! Checking the whole private log: every line against the signed checkpoint, every content against its line.

use counterfoil_core::log::Checker;
use counterfoil_core::record::commitment;

use crate::app::{App, Done, END, row_key};
use crate::error::{Code, Failure, Result};
use crate::message::Reply;
use crate::ports::{Host, Span, Table};
use crate::records::{SALT, seq_of};

/// Lines read at a time.
const ROWS: u32 = 256;

impl<H: Host> App<H> {
    /// Checks the log; returns its number of lines. The first thing that does not hold is named.
    pub async fn check(&self) -> Result<u64> {
        let _turn = self.host.exclusive().await?;
        let session = self.load().await?;
        let Some(head) = &session.state.head else {
            return Ok(0);
        };
        let mut checker = Checker::new();
        let mut from = row_key(0);
        loop {
            let span = Span {
                from: Some(&from),
                below: Some(END),
                newest_first: false,
                limit: ROWS,
            };
            let lines = self.host.range(Table::Line, span).await?;
            let Some((last, _)) = lines.last() else {
                break;
            };
            let next = row_key(seq_of(last)? + 1);
            let contents = self.all(Table::Content, &from, &next).await?;
            let mut contents = contents.into_iter().peekable();
            for (key, sealed) in lines {
                let bad = |what: String| Failure::with(Code::StoreCorrupt, format!("line/{key}: {what}"));
                let bytes = session.vault.open(Table::Line, &key, &sealed)?;
                let line = checker.push(&bytes).map_err(|error| bad(error.to_string()))?;
                if let Some((_, sealed)) = contents.next_if(|(of, _)| *of == key) {
                    let content = session.vault.open(Table::Content, &key, &sealed)?;
                    let committed = content
                        .split_first_chunk::<SALT>()
                        .is_some_and(|(salt, body)| commitment(salt, body) == line.c);
                    if !committed {
                        return Err(bad("content".into()));
                    }
                }
            }
            from = next;
        }
        let root = self.root(&session).await?;
        let key = root.log_key(&head.id).map_err(crate::app::key_failure)?;
        if head.size() > 0 {
            let bad = |error| Failure::with(Code::StoreCorrupt, format!("checkpoint: {error}"));
            let frontier = checker.finish(&session.state.note, key.did()).map_err(bad)?;
            if frontier != head.frontier {
                return Err(Failure::with(Code::StoreCorrupt, "head"));
            }
        }
        Ok(head.size())
    }

    pub(crate) async fn checked(&self) -> Result<Done> {
        Ok(Reply::Checked {
            lines: self.check().await?,
        }
        .into())
    }
}
