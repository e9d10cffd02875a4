//! The rows in `SQLite`: one table for each of the app's, keys in the byte order of UTF-8.
//!
//! The journal is a write-ahead log, forced to the disk at every commit (`synchronous=FULL`): one force a
//! transaction, and readers never wait. What is deleted is overwritten with zeros (`secure_delete`), but old pages stay
//! in the write-ahead log until it is folded in; that deleting deletes rests on the keys in `keys/`, not on this.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use counterfoil_app::ports::{Batch, Op, Span, Store, StoreError, Table};
use rusqlite::types::Value;
use rusqlite::{
    Connection, Error, ErrorCode, OpenFlags, OptionalExtension, Transaction, TransactionBehavior,
};

use crate::profile::{OpenError, Profile};

/// Name of the database.
pub(crate) const DATABASE: &str = "counterfoil.sqlite";
/// Version of the schema, kept as `user_version`. Raising it must end with the write-ahead log folded in, so that the
/// header tells it to programs that must not touch the rest.
const VERSION: i64 = 1;
/// Where the header of the file keeps it, big endian (`SQLite` file format, §1.3).
const VERSION_AT: usize = 60;
const HEADER: usize = 100;
/// How long a transaction waits for one of another process. Writers take turns by the lock before they get here.
const BUSY: Duration = Duration::from_secs(5);

/// Opens the database of a directory; an empty file becomes one.
pub(crate) fn open(directory: &Path) -> Result<Connection, OpenError> {
    let path = directory.join(DATABASE);
    let damaged = |error: Error| OpenError::Database {
        path: path.clone(),
        told: error.to_string(),
    };
    if version_in_header(&path).map_err(|source| OpenError::System {
        path: path.clone(),
        source,
    })? > VERSION
    {
        return Err(OpenError::Newer(directory.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(damaged)?;
    connection.busy_timeout(BUSY).map_err(damaged)?;
    connection.set_prepared_statement_cache_capacity(4 * Table::ALL.len());
    match version(&connection).map_err(damaged)? {
        VERSION => prepare(&connection).map_err(damaged)?,
        0 => make(&connection).map_err(damaged)?,
        _ => return Err(OpenError::Newer(directory.to_owned())),
    }
    Ok(connection)
}

/// What every connection has to ask for.
fn prepare(connection: &Connection) -> Result<(), Error> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    // What is sorted or undone on the way never lies in files of its own.
    connection.pragma_update(None, "temp_store", "MEMORY")
}

fn make(connection: &Connection) -> Result<(), Error> {
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    prepare(connection)?;
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    for table in Table::ALL {
        transaction.execute_batch(&format!(
            "CREATE TABLE IF NOT EXISTS \"{}\" (key TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) WITHOUT ROWID, STRICT",
            table.name()
        ))?;
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

fn version(connection: &Connection) -> Result<i64, Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The schema's version without opening the database, which could change it; 0 where there is no header yet.
fn version_in_header(path: &Path) -> std::io::Result<i64> {
    let mut header = Vec::with_capacity(HEADER);
    std::fs::File::open(path)?
        .take(HEADER as u64)
        .read_to_end(&mut header)?;
    let version = header.get(VERSION_AT..).and_then(|rest| rest.first_chunk::<4>());
    Ok(version.map_or(0, |bytes| i64::from(i32::from_be_bytes(*bytes))))
}

/// Limits the size of the database, in bytes.
pub(crate) fn limit(connection: &Connection, bytes: Option<u64>) -> Result<(), Error> {
    /// The most that `SQLite` knows.
    const MOST: u64 = 4_294_967_294;
    let page: u64 = connection.query_row("PRAGMA page_size", [], |row| {
        Ok(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(1))
    })?;
    let pages = bytes.map_or(MOST, |bytes| (bytes / page.max(1)).clamp(1, MOST));
    connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
}

impl Store for Profile {
    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        get(&self.connection, table, key).map_err(|error| unreadable(&error))
    }

    async fn range(&self, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        range(&self.connection, table, span).map_err(|error| unreadable(&error))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        // Takes the database's write lock at once: what the guard reads cannot change before the commit. Dropped
        // without a commit, it rolls back.
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(|error| unwritable(&error))?;
        let (table, key, expected) = batch.guard;
        if get(&transaction, table, &key).map_err(|error| unreadable(&error))? != expected {
            return Err(StoreError::Conflict);
        }
        change(&transaction, &batch.ops).map_err(|error| unwritable(&error))?;
        transaction.commit().map_err(|error| unwritable(&error))
    }
}

fn get(connection: &Connection, table: Table, key: &str) -> Result<Option<Vec<u8>>, Error> {
    connection
        .prepare_cached(&format!("SELECT value FROM \"{}\" WHERE key = ?1", table.name()))?
        .query_row([key], |row| row.get(0))
        .optional()
}

fn range(connection: &Connection, table: Table, span: Span<'_>) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut bounds = Vec::new();
    let mut clauses = Vec::new();
    for (bound, clause) in [(span.from, "key >= ?"), (span.below, "key < ?")] {
        if let Some(bound) = bound {
            bounds.push(Value::from(bound.to_owned()));
            clauses.push(clause);
        }
    }
    let narrowed = if clauses.is_empty() { "" } else { " WHERE " };
    let order = if span.newest_first { "DESC" } else { "ASC" };
    bounds.push(Value::from(i64::from(span.limit)));
    let query = format!(
        "SELECT key, value FROM \"{}\"{narrowed}{} ORDER BY key {order} LIMIT ?",
        table.name(),
        clauses.join(" AND "),
    );
    connection
        .prepare_cached(&query)?
        .query_map(rusqlite::params_from_iter(bounds), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect()
}

fn change(connection: &Connection, ops: &[Op]) -> Result<(), Error> {
    for op in ops {
        match op {
            Op::Put(table, key, value) => connection
                .prepare_cached(&format!(
                    "INSERT INTO \"{}\" (key, value) VALUES (?1, ?2) \
                     ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    table.name()
                ))?
                .execute((key, value))?,
            Op::Remove(table, key) => connection
                .prepare_cached(&format!("DELETE FROM \"{}\" WHERE key = ?1", table.name()))?
                .execute([key])?,
        };
    }
    Ok(())
}

fn unreadable(error: &Error) -> StoreError {
    StoreError::Unreadable(error.to_string())
}

fn unwritable(error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full,
        _ => StoreError::Unwritable(error.to_string()),
    }
}
