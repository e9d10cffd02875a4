//! The rows: one object store for each table, string keys, byte values.

use counterfoil_app::ports::{Batch, Op, Span, Store, StoreError, Table};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{IdbCursor, IdbCursorDirection, IdbKeyRange, IdbObjectStore};

use crate::database::{Transaction, answer};
use crate::exception::Exception;
use crate::host::Browser;

impl Store for Browser {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut found = self.row(table, key).await;
        if self.database.lost(&found) {
            found = self.row(table, key).await;
        }
        found.map_err(Exception::reading)
    }

    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let mut found = self.rows(table, span).await;
        if self.database.lost(&found) {
            found = self.rows(table, span).await;
        }
        found.map_err(Exception::reading)
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let stores = stores(&batch);
        let transaction = self.database.write(&stores).await.map_err(Exception::writing)?;
        match ask(&transaction, &batch).await {
            Ok(true) => transaction.commit().await.map_err(Exception::writing),
            Ok(false) => {
                transaction.abort();
                Err(StoreError::Conflict)
            }
            Err(exception) => Err(transaction.reason(exception).await.writing()),
        }
    }
}

impl Browser {
    async fn row(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, Exception> {
        let transaction = self.database.read(&[table.name()]).await?;
        let request = transaction.store(table.name())?.get(&key.into())?;
        bytes(&answer(&request).await?)
    }

    async fn rows(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, Exception> {
        // A range that is empty or turned around is an error in the database, and a limit of none means no limit.
        let turned = matches!((span.from, span.below), (Some(from), Some(below)) if from >= below);
        if turned || span.limit == 0 {
            return Ok(Vec::new());
        }
        let transaction = self.database.read(&[table.name()]).await?;
        let store = transaction.store(table.name())?;
        let mut from = if span.newest_first {
            newest(&store, span).await?
        } else {
            span.from.map(str::to_owned)
        };
        let mut rows: Vec<(String, Vec<u8>)> = Vec::new();
        loop {
            let range = range(from.as_deref(), span.below)?;
            let left = span.limit - u32::try_from(rows.len()).unwrap_or(span.limit);
            // Both are asked before either is awaited, in one transaction: they tell of one state.
            let keys = store.get_all_keys_with_key_and_limit(&range, left)?;
            let values = store.get_all_with_key_and_limit(&range, left)?;
            let keys: Array = answer(&keys).await?.unchecked_into();
            let values: Array = answer(&values).await?.unchecked_into();
            let count = keys.length().min(values.length());
            for (key, value) in keys.iter().zip(values.iter()) {
                let row = key.as_string().zip(bytes(&value)?);
                rows.push(row.ok_or_else(|| Exception::new("DataError", "not a row"))?);
            }
            // Firefox gives fewer values than it was asked for where they are too large for one answer.
            match keys.get(count).as_string() {
                Some(next) if count > 0 => from = Some(next),
                Some(_) => return Err(Exception::new("DataError", "a value is too large")),
                None => break,
            }
        }
        if span.newest_first {
            rows.reverse();
        }
        Ok(rows)
    }
}

/// The key at which the newest rows of a span begin: the database gives out many rows at once in ascending order
/// only.
async fn newest(store: &IdbObjectStore, span: Span<'_>) -> Result<Option<String>, Exception> {
    let from = span.from.map(str::to_owned);
    if span.limit == u32::MAX {
        return Ok(from);
    }
    let request = store
        .open_key_cursor_with_range_and_direction(&range(span.from, span.below)?, IdbCursorDirection::Prev)?;
    let mut found = answer(&request).await?;
    if span.limit > 1
        && let Some(cursor) = found.dyn_ref::<IdbCursor>()
    {
        cursor.advance(span.limit - 1)?;
        found = answer(&request).await?;
    }
    match found.dyn_ref::<IdbCursor>() {
        Some(cursor) => Ok(cursor.key()?.as_string()),
        // Fewer rows than the limit.
        None => Ok(from),
    }
}

/// A range of keys; nothing where it has no bounds.
fn range(from: Option<&str>, below: Option<&str>) -> Result<JsValue, Exception> {
    let range = match (from, below) {
        (Some(from), Some(below)) => {
            IdbKeyRange::bound_with_lower_open_and_upper_open(&from.into(), &below.into(), false, true)?
        }
        (Some(from), None) => IdbKeyRange::lower_bound(&from.into())?,
        (None, Some(below)) => IdbKeyRange::upper_bound_with_open(&below.into(), true)?,
        (None, None) => return Ok(JsValue::UNDEFINED),
    };
    Ok(range.into())
}

/// The object stores that a batch touches.
fn stores(batch: &Batch) -> Vec<&'static str> {
    let mut stores: Vec<&str> = batch
        .ops
        .iter()
        .map(|op| match op {
            Op::Put(table, ..) | Op::Remove(table, _) => table.name(),
        })
        .chain([batch.guard.0.name()])
        .collect();
    stores.sort_unstable();
    stores.dedup();
    stores
}

/// Looks at the guard, and asks for all changes at once if it holds: one that fails aborts the transaction, which
/// then says why.
async fn ask(transaction: &Transaction, batch: &Batch) -> Result<bool, Exception> {
    let (table, key, expected) = &batch.guard;
    let request = transaction.store(table.name())?.get(&key.as_str().into())?;
    if bytes(&answer(&request).await?)? != *expected {
        return Ok(false);
    }
    for op in &batch.ops {
        match op {
            Op::Put(table, key, row) => {
                let row = Uint8Array::from(row.as_slice());
                transaction
                    .store(table.name())?
                    .put_with_key(&row, &key.as_str().into())?;
            }
            Op::Remove(table, key) => {
                transaction.store(table.name())?.delete(&key.as_str().into())?;
            }
        }
    }
    Ok(true)
}

/// The bytes of a row; nothing where there is none.
fn bytes(value: &JsValue) -> Result<Option<Vec<u8>>, Exception> {
    if value.is_undefined() {
        return Ok(None);
    }
    value
        .dyn_ref::<Uint8Array>()
        .map(|array| Some(array.to_vec()))
        .ok_or_else(|| Exception::new("DataError", "not the bytes of a row"))
}
