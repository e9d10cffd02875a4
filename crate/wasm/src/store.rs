//! The store on `IndexedDB`, through rexie. Keys are strings, values bytes; one object store a table, and one for
//! the wrapped data key.

use std::cell::RefCell;
use std::rc::Rc;

use counterfoil_app::error::Failure;
use counterfoil_app::ports::{Batch, Op, Span, Store, StoreError, Table};
use js_sys::Uint8Array;
use rexie::{Direction, Error, KeyRange, ObjectStore, Rexie, TransactionMode};
use wasm_bindgen::{JsCast, JsValue};

use crate::host::Browser;

/// Name and schema version of the database.
const NAME: &str = "counterfoil";
const VERSION: u32 = 1;
/// The object store of the wrapped data key.
const KEYS: &str = "keys";

/// The database, opened when first needed and again after it failed.
#[derive(Default)]
pub(crate) struct Database(RefCell<Option<Rc<Rexie>>>);

impl Database {
    async fn open(&self) -> Result<Rc<Rexie>, StoreError> {
        let known = self.0.borrow().clone();
        if let Some(database) = known {
            return Ok(database);
        }
        let builder = Table::ALL
            .iter()
            .fold(Rexie::builder(NAME).version(VERSION), |builder, table| {
                builder.add_object_store(ObjectStore::new(table.name()))
            })
            .add_object_store(ObjectStore::new(KEYS));
        let database = Rc::new(builder.build().await.map_err(|error| {
            let told = told(&error);
            if told.contains("VersionError") {
                StoreError::Newer
            } else {
                StoreError::Unreadable(told)
            }
        })?);
        self.0.replace(Some(Rc::clone(&database)));
        Ok(database)
    }

    /// Opens anew at the next use: a handle that failed may have been closed by the browser.
    fn forget(&self) {
        self.0.replace(None);
    }

    fn unreadable(&self) -> impl Fn(Error) -> StoreError + '_ {
        |error| {
            self.forget();
            StoreError::Unreadable(told(&error))
        }
    }

    fn unwritable(&self) -> impl Fn(Error) -> StoreError + '_ {
        |error| {
            self.forget();
            let told = told(&error);
            if told.contains("QuotaExceeded") {
                StoreError::Full
            } else {
                StoreError::Unwritable(told)
            }
        }
    }

    /// The row of a wrapped key.
    pub(crate) async fn key(&self, row: &str) -> Result<Option<JsValue>, Failure> {
        Ok(self.read(KEYS, row).await?)
    }

    /// Writes the row of a wrapped key, unless there is one.
    pub(crate) async fn add_key(&self, row: &str, value: &JsValue) -> Result<(), Failure> {
        let database = self.open().await?;
        let failed = self.unwritable();
        let transaction = database
            .transaction(&[KEYS], TransactionMode::ReadWrite)
            .map_err(&failed)?;
        let store = transaction.store(KEYS).map_err(&failed)?;
        if store.get(row.into()).await.map_err(&failed)?.is_none() {
            store.put(value, Some(&row.into())).await.map_err(&failed)?;
        }
        Ok(transaction.commit().await.map_err(&failed)?)
    }

    async fn read(&self, store: &str, key: &str) -> Result<Option<JsValue>, StoreError> {
        let database = self.open().await?;
        let failed = self.unreadable();
        let transaction = database
            .transaction(&[store], TransactionMode::ReadOnly)
            .map_err(&failed)?;
        transaction
            .store(store)
            .map_err(&failed)?
            .get(key.into())
            .await
            .map_err(&failed)
    }
}

impl Store for Browser {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.database
            .read(table.name(), key)
            .await?
            .map(|value| bytes(&value))
            .transpose()
    }

    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let database = self.database.open().await?;
        let failed = self.database.unreadable();
        let unordered = |_| StoreError::Unreadable("range".into());
        let range = match (span.from, span.below) {
            // A range that is empty or turned around is an error in IndexedDB, and no rows here.
            (Some(from), Some(below)) if from >= below => return Ok(Vec::new()),
            (Some(from), Some(below)) => {
                Some(KeyRange::bound(&from.into(), &below.into(), None, Some(true)).map_err(unordered)?)
            }
            (Some(from), None) => Some(KeyRange::lower_bound(&from.into(), None).map_err(unordered)?),
            (None, Some(below)) => Some(KeyRange::upper_bound(&below.into(), Some(true)).map_err(unordered)?),
            (None, None) => None,
        };
        let direction = if span.newest_first {
            Direction::Prev
        } else {
            Direction::Next
        };
        let transaction = database
            .transaction(&[table.name()], TransactionMode::ReadOnly)
            .map_err(&failed)?;
        let rows = transaction
            .store(table.name())
            .map_err(&failed)?
            .scan(range, Some(span.limit), None, Some(direction))
            .await
            .map_err(&failed)?;
        rows.into_iter()
            .map(|(key, value)| {
                let key = key
                    .as_string()
                    .ok_or_else(|| StoreError::Unreadable("key".into()))?;
                Ok((key, bytes(&value)?))
            })
            .collect()
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (guard_table, guard_key, expected) = batch.guard;
        let mut tables: Vec<&str> = batch
            .ops
            .iter()
            .map(|op| match op {
                Op::Put(table, ..) | Op::Remove(table, _) => table.name(),
            })
            .chain([guard_table.name()])
            .collect();
        tables.sort_unstable();
        tables.dedup();
        let database = self.database.open().await?;
        let failed = self.database.unwritable();
        let transaction = database
            .transaction(&tables, TransactionMode::ReadWrite)
            .map_err(&failed)?;
        let guard = transaction.store(guard_table.name()).map_err(&failed)?;
        let found = guard.get(guard_key.as_str().into()).await.map_err(&failed)?;
        if found.map(|value| bytes(&value)).transpose()? != expected {
            transaction.abort().await.map_err(&failed)?;
            return Err(StoreError::Conflict);
        }
        for op in batch.ops {
            match op {
                Op::Put(table, key, row) => {
                    let store = transaction.store(table.name()).map_err(&failed)?;
                    let row = Uint8Array::from(row.as_slice());
                    store.put(&row, Some(&key.into())).await.map_err(&failed)?;
                }
                Op::Remove(table, key) => {
                    let store = transaction.store(table.name()).map_err(&failed)?;
                    store.delete(key.into()).await.map_err(&failed)?;
                }
            }
        }
        transaction.commit().await.map_err(&failed)
    }
}

fn bytes(value: &JsValue) -> Result<Vec<u8>, StoreError> {
    let array: &Uint8Array = value
        .dyn_ref()
        .ok_or_else(|| StoreError::Unreadable("value".into()))?;
    Ok(array.to_vec())
}

/// What the browser said, for a report: names and messages of exceptions, never a row.
fn told(error: &Error) -> String {
    match error {
        Error::IdbError(error) => error.to_string(),
        other => other.to_string(),
    }
}
