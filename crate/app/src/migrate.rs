//! From earlier schemas to this one. A newer one is refused by the store, untouched.
//!
//! Schema 1 kept each line and each content in a row of its own under one data key, which lay in the database. All
//! of it is sealed anew, in one transaction: a kill before it leaves schema 1, a kill after it leaves this one.

use counterfoil_core::log::Head;
use counterfoil_core::record::{Kind, PrivateLine};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::app::{App, END, STATE, Session};
use crate::error::{Code, Failure, Result};
use crate::export::CURRENT;
use crate::number::{Number, row_key};
use crate::pack::missing;
use crate::ports::{Host, Op, Table};
use crate::recent::Recent;
use crate::records::inserted;
use crate::ring::Ring;
use crate::segment::{Packed, RECORDS, Record, Slot};
use crate::state::{Log, State};
use crate::vault::Vault;

/// What the state of schema 1 called otherwise.
#[derive(Deserialize)]
struct Schema1 {
    head: Option<Head>,
    note: String,
}

/// Prefix of the contents of tombstones in schema 1.
const TOMBSTONE: char = 't';

impl<H: Host> App<H> {
    /// Brings the store to this schema, if it is not there yet. Under the lock, before anything is read.
    pub(crate) async fn migrate(&self) -> Result<()> {
        let Some(key) = self.host.schema_1_key().await? else {
            return Ok(());
        };
        let Some(row) = self.host.get(Table::Meta, STATE).await? else {
            return Ok(());
        };
        let old = Vault::new(&key, Ring::default());
        let Ok(plain) = old.open(Table::Meta, STATE, &row).map(Zeroizing::new) else {
            // Of this schema already.
            return Ok(());
        };
        let unreadable = |_| Failure::with(Code::StoreCorrupt, "meta/state");
        let schema: Schema1 = crate::plain::from_slice(&plain).map_err(unreadable)?;
        let mut state: State = crate::plain::from_slice(&plain).map_err(unreadable)?;
        state.logs = schema
            .head
            .map(|head| Log {
                head,
                note: schema.note,
                root: 0,
                read_only: false,
            })
            .into_iter()
            .collect();
        let vault = self.make_data_key().await?;
        let mut session = Session {
            vault,
            state,
            sealed: Some(row),
        };
        session.state.live = self.take_key(&mut session).await?;
        let mut ops = self.reseal(&old, &mut session).await?;
        ops.extend(self.repack_schema_1(&old, &mut session).await?);
        ops.push(self.put_recent(&session, &Recent::default())?);
        self.commit(&mut session, ops).await
    }

    /// Rows that stay as they are, under the new keys.
    async fn reseal(&self, old: &Vault, session: &mut Session) -> Result<Vec<Op>> {
        let mut ops = vec![Op::Remove(Table::Draft, CURRENT.to_owned())];
        for table in [
            Table::Meta,
            Table::Review,
            Table::Share,
            Table::Export,
            Table::Shared,
        ] {
            for (key, row) in self.all(table, "", "z").await? {
                if (table, key.as_str()) == (Table::Meta, STATE) {
                    continue;
                }
                // What was damaged before stays so, and is named by the check.
                let Ok(plain) = old.open(table, &key, &row).map(Zeroizing::new) else {
                    continue;
                };
                let sealed = if table == Table::Shared {
                    let by = self.take_key(session).await?;
                    session.vault.seal_by(&self.host, by, table, &key, &plain)?
                } else {
                    session.vault.seal(&self.host, table, &key, &plain)?
                };
                ops.push(Op::Put(table, key, sealed));
            }
        }
        Ok(ops)
    }

    async fn repack_schema_1(&self, old: &Vault, session: &mut Session) -> Result<Vec<Op>> {
        let mut ops = Vec::new();
        let mut contents = inserted(self.all(Table::Content, "", "z").await?);
        ops.extend(contents.keys().map(|key| Op::Remove(Table::Content, key.clone())));
        let lines = self.all(Table::Line, "", END).await?;
        for chunk in lines.chunks(RECORDS) {
            let mut packed = Packed::default();
            let mut leaves = Vec::new();
            let mut first = None;
            for (key, row) in chunk {
                let number = Number::of_key(key)?;
                first.get_or_insert(number);
                ops.push(Op::Remove(Table::Line, key.clone()));
                let line = old.open(Table::Line, key, row)?;
                let parsed = PrivateLine::parse(&line).map_err(|_| missing(Table::Line, key))?;
                let name = if parsed.kind == Kind::Tombstone {
                    format!("{TOMBSTONE}{key}")
                } else {
                    row_key(number)
                };
                let content = contents
                    .remove(&name)
                    .map(|content| old.open(Table::Content, &name, &content));
                leaves.extend_from_slice(&counterfoil_core::merkle::leaf_hash(&line));
                let parts = match &content {
                    Some(Ok(content)) => content.split_first_chunk::<32>(),
                    _ => None,
                };
                packed.slots.push(match (&content, parts) {
                    (_, Some((salt, body))) => Slot::Whole(Record {
                        line,
                        salt: *salt,
                        body: body.to_vec(),
                    }),
                    (Some(_), None) => Slot::Lost,
                    (None, None) => Slot::Gone,
                });
            }
            if let Some(first) = first {
                ops.extend(self.put_segment(session, first, &packed, &leaves).await?);
            }
        }
        Ok(ops)
    }
}
