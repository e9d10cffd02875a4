//! The port of storage on `SQLite`, compiled in.
//!
//! One connection writes, so changes of this process queue fairly; those of another one (a command beside the
//! server) wait at the lock of the database. Every commit is on the disk before it returns (`synchronous = FULL`).
//! Deleted rows are overwritten (`secure_delete`), and the log before the database is cut off by
//! [`Store::scrub`].

use std::path::Path;
use std::time::Duration;

use counterfoil_core::collector::accept::TextKey;
use counterfoil_core::did::Did;
use counterfoil_core::merkle::{Hash, empty_root};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqlitePool, Transaction};

use crate::failure::Failure;
use crate::similar::{BANDS, Fingerprint};
use crate::store::{
    Balance, Change, Extent, Held, HeldRecord, MadeOffer, NewBundle, NewRecord, Person, Store, Stored,
    Withdrawal,
};

/// How long a change waits for another process.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections that read.
const READERS: u32 = 4;
/// Fingerprints of one band that a text is held against.
const MOST_NEAR: i64 = 256;
/// The fingerprints that share a band with one of many, each with the place of that one: a single question, since each
/// costs a change of threads.
const NEAR: &str = "
    WITH asked (place, b0, b1, b2, b3) AS (
        SELECT key, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)
    )
    SELECT place, near FROM asked CROSS JOIN record ON record.id IN
        (SELECT id FROM record AS r WHERE r.b0 = asked.b0 ORDER BY id DESC LIMIT ?2)
    UNION ALL SELECT place, near FROM asked CROSS JOIN record ON record.id IN
        (SELECT id FROM record AS r WHERE r.b1 = asked.b1 ORDER BY id DESC LIMIT ?2)
    UNION ALL SELECT place, near FROM asked CROSS JOIN record ON record.id IN
        (SELECT id FROM record AS r WHERE r.b2 = asked.b2 ORDER BY id DESC LIMIT ?2)
    UNION ALL SELECT place, near FROM asked CROSS JOIN record ON record.id IN
        (SELECT id FROM record AS r WHERE r.b3 = asked.b3 ORDER BY id DESC LIMIT ?2)";
/// The tables.
const SCHEMA: &str = include_str!("schema.sql");

/// The database.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    reads: SqlitePool,
    writes: SqlitePool,
}

impl Database {
    /// Opens the database, made where there is none.
    pub(crate) async fn open(path: &Path) -> Result<Self, Failure> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY");
        let pool = |most| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(4 * PATIENCE)
        };
        let writes = pool(1).connect_with(options.clone()).await?;
        sqlx::raw_sql(SCHEMA).execute(&writes).await?;
        let reads = pool(READERS).connect_with(options).await?;
        Ok(Self { reads, writes })
    }

    /// Closes the database, after what is under way.
    pub(crate) async fn close(&self) {
        self.reads.close().await;
        self.writes.close().await;
    }
}

/// A change under way.
#[derive(Debug)]
pub(crate) struct Writing(Transaction<'static, Sqlite>);

/// A number for the database. Ours are below 2^53.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A number of the database, which holds none below zero.
fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

fn did(row: &SqliteRow, column: &str) -> Stored<Did> {
    Did::parse(row.try_get(column)?).map_err(|error| Failure::new(format!("the database: {error}")))
}

fn hash(row: &SqliteRow, column: &str) -> Stored<Hash> {
    row.try_get::<Vec<u8>, _>(column)?
        .try_into()
        .map_err(|_| Failure::new("the database: not a hash"))
}

fn withdrawal(row: &SqliteRow) -> Stored<Withdrawal> {
    Ok(Withdrawal {
        sha256: row.try_get("sha256")?,
        person: did(row, "did")?,
        received: row.try_get("received")?,
        done: row.try_get("done")?,
    })
}

const WITHDRAWAL: &str = "SELECT w.sha256, p.did, r.compact AS received, d.compact AS done FROM withdrawal w
    JOIN person p ON p.id = w.person JOIN entry r ON r.person = w.person AND r.seq = w.received_seq
    LEFT JOIN entry d ON d.person = w.person AND d.seq = w.done_seq ";

impl Store for Database {
    type Change = Writing;

    async fn change(&self) -> Stored<Writing> {
        Ok(Writing(self.writes.begin_with("BEGIN IMMEDIATE").await?))
    }

    async fn setting(&self, name: &str) -> Stored<Option<String>> {
        let query = sqlx::query_scalar("SELECT value FROM setting WHERE name = ?").bind(name);
        Ok(query.fetch_optional(&self.reads).await?)
    }

    async fn offers(&self) -> Stored<Vec<MadeOffer>> {
        let query = sqlx::query("SELECT sha256, compact, closed_at FROM offer ORDER BY id DESC");
        let rows = query.fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(MadeOffer {
                    sha256: row.try_get("sha256")?,
                    compact: row.try_get("compact")?,
                    closed_at: row.try_get::<Option<i64>, _>("closed_at")?.map(count),
                })
            })
            .collect()
    }

    async fn terms(&self, sha256: &str) -> Stored<Option<String>> {
        let query = sqlx::query_scalar("SELECT text FROM terms WHERE sha256 = ?").bind(sha256);
        Ok(query.fetch_optional(&self.reads).await?)
    }

    async fn answer_to(&self, zip_sha256: &str) -> Stored<Option<String>> {
        let query = sqlx::query_scalar(
            "SELECT e.compact FROM copy c JOIN bundle b ON b.id = c.bundle
             JOIN entry e ON e.person = b.person AND e.seq = b.entry_seq WHERE c.zip_sha256 = ?",
        );
        Ok(query.bind(zip_sha256).fetch_optional(&self.reads).await?)
    }

    async fn entries(&self, person: &Did, from: u64, most: u32) -> Stored<Vec<String>> {
        let query = sqlx::query_scalar(
            "SELECT compact FROM entry WHERE person = (SELECT id FROM person WHERE did = ?) AND seq >= ?
             ORDER BY seq LIMIT ?",
        );
        Ok(query
            .bind(person.as_str())
            .bind(number(from))
            .bind(most)
            .fetch_all(&self.reads)
            .await?)
    }

    async fn balances(&self, after: i64, most: u32) -> Stored<Vec<Balance>> {
        let query = sqlx::query(
            "SELECT p.id, p.did, e.compact FROM person p JOIN entry e ON e.person = p.id
             AND e.seq = (SELECT max(seq) FROM entry WHERE person = p.id) WHERE p.id > ? ORDER BY p.id LIMIT ?",
        );
        let rows = query.bind(after).bind(most).fetch_all(&self.reads).await?;
        rows.iter()
            .map(|row| {
                Ok(Balance {
                    id: row.try_get("id")?,
                    did: did(row, "did")?,
                    last: row.try_get("compact")?,
                })
            })
            .collect()
    }

    async fn open_withdrawals(&self, most: u32) -> Stored<Vec<Withdrawal>> {
        let mut query = QueryBuilder::<Sqlite>::new(WITHDRAWAL);
        query
            .push("WHERE w.done_seq IS NULL ORDER BY w.person, w.received_seq LIMIT ")
            .push_bind(most);
        query
            .build()
            .fetch_all(&self.reads)
            .await?
            .iter()
            .map(withdrawal)
            .collect()
    }

    async fn doomed(&self, most: u32) -> Stored<Vec<String>> {
        let query = sqlx::query_scalar("SELECT zip_sha256 FROM doomed LIMIT ?").bind(most);
        Ok(query.fetch_all(&self.reads).await?)
    }

    async fn is_held(&self, zip_sha256: &str) -> Stored<bool> {
        let query =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM bundle WHERE zip_sha256 = ? AND is_held = 1)");
        Ok(query.bind(zip_sha256).fetch_one(&self.reads).await?)
    }

    async fn records(&self, purpose: &str, after: i64, most: u32) -> Stored<Vec<HeldRecord>> {
        let query = sqlx::query(
            "SELECT r.id, p.did, b.sha256, b.offer_sha256, r.line FROM record r JOIN bundle b ON b.id = r.bundle
             JOIN person p ON p.id = r.person
             WHERE r.id > ? AND r.is_stopped = 0
             AND EXISTS (SELECT 1 FROM purpose u WHERE u.bundle = b.id AND u.purpose = ?)
             ORDER BY r.id LIMIT ?",
        );
        let rows = query
            .bind(after)
            .bind(purpose)
            .bind(most)
            .fetch_all(&self.reads)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(HeldRecord {
                    id: row.try_get("id")?,
                    person: did(row, "did")?,
                    bundle_sha256: row.try_get("sha256")?,
                    offer_sha256: row.try_get("offer_sha256")?,
                    line: row.try_get("line")?,
                })
            })
            .collect()
    }

    async fn scrub(&self) -> Stored<bool> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&self.writes)
            .await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }
}

/// The bundles of a person that an extent touches, as a condition on `bundle`.
fn push_bundles(query: &mut QueryBuilder<Sqlite>, person: i64, extent: &Extent) {
    query.push("bundle.person = ").push_bind(person);
    match extent {
        Extent::All => (),
        Extent::Offer(sha256) => {
            query
                .push(" AND bundle.offer_sha256 = ")
                .push_bind(sha256.clone());
        }
        Extent::Bundle(sha256) => {
            query.push(" AND bundle.sha256 = ").push_bind(sha256.clone());
        }
        Extent::Records(spans) => {
            push_spans(query, spans, "column1 < bundle.last AND bundle.first < column2");
        }
    }
}

/// The records of a person that lie in an extent, as a condition on `record`.
fn push_records(query: &mut QueryBuilder<Sqlite>, person: i64, extent: &Extent) {
    query.push("record.person = ").push_bind(person);
    match extent {
        Extent::All => (),
        Extent::Offer(_) | Extent::Bundle(_) => {
            query.push(" AND record.bundle IN (SELECT id FROM bundle WHERE ");
            push_bundles(query, person, extent);
            query.push(")");
        }
        Extent::Records(spans) => push_spans(query, spans, "column1 <= record.seq AND record.seq < column2"),
    }
}

fn push_spans(query: &mut QueryBuilder<Sqlite>, spans: &[(u64, u64)], holds: &'static str) {
    query.push(" AND EXISTS (SELECT 1 FROM (");
    query.push_values(spans, |mut row, (from, to)| {
        row.push_bind(number(*from)).push_bind(number(*to));
    });
    query.push(") WHERE ").push(holds).push(")");
}

impl Change for Writing {
    async fn set(&mut self, name: &str, value: &str) -> Stored<()> {
        let query = sqlx::query("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)");
        query.bind(name).bind(value).execute(&mut *self.0).await?;
        Ok(())
    }

    async fn add_offer(&mut self, offer: &MadeOffer, asset: &str, now: u64) -> Stored<bool> {
        let query =
            sqlx::query("INSERT OR IGNORE INTO offer (sha256, compact, asset, made_at) VALUES (?, ?, ?, ?)");
        let query = query
            .bind(&offer.sha256)
            .bind(&offer.compact)
            .bind(asset)
            .bind(number(now));
        Ok(query.execute(&mut *self.0).await?.rows_affected() == 1)
    }

    async fn asset(&mut self) -> Stored<Option<String>> {
        Ok(sqlx::query_scalar("SELECT asset FROM offer LIMIT 1")
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn close_offer(&mut self, sha256: &str, now: u64) -> Stored<bool> {
        let query = sqlx::query("UPDATE offer SET closed_at = ? WHERE sha256 = ? AND closed_at IS NULL");
        Ok(query
            .bind(number(now))
            .bind(sha256)
            .execute(&mut *self.0)
            .await?
            .rows_affected()
            == 1)
    }

    async fn add_terms(&mut self, sha256: &str, text: &str) -> Stored<()> {
        let query = sqlx::query("INSERT OR IGNORE INTO terms (sha256, text) VALUES (?, ?)");
        query.bind(sha256).bind(text).execute(&mut *self.0).await?;
        Ok(())
    }

    async fn person(&mut self, person: &Did) -> Stored<Option<Person>> {
        let query = sqlx::query(
            "SELECT id, did, size, root, (SELECT compact FROM entry WHERE person = person.id ORDER BY seq DESC LIMIT 1)
             AS last FROM person WHERE did = ?",
        );
        let row = query.bind(person.as_str()).fetch_optional(&mut *self.0).await?;
        row.map(|row| {
            Ok(Person {
                id: row.try_get("id")?,
                did: did(&row, "did")?,
                size: count(row.try_get("size")?),
                root: hash(&row, "root")?,
                last: row.try_get("last")?,
            })
        })
        .transpose()
    }

    async fn add_person(&mut self, did: &Did) -> Stored<Person> {
        let root = empty_root();
        let query = sqlx::query("INSERT INTO person (did, size, root) VALUES (?, 0, ?)");
        let done = query
            .bind(did.as_str())
            .bind(root.as_slice())
            .execute(&mut *self.0)
            .await?;
        Ok(Person {
            id: done.last_insert_rowid(),
            did: did.clone(),
            size: 0,
            root,
            last: None,
        })
    }

    async fn advance(&mut self, person: i64, size: u64, root: &Hash) -> Stored<()> {
        let query = sqlx::query("UPDATE person SET size = ?, root = ? WHERE id = ?");
        query
            .bind(number(size))
            .bind(root.as_slice())
            .bind(person)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn append(&mut self, person: i64, seq: u64, compact: &str) -> Stored<()> {
        let query = sqlx::query("INSERT INTO entry (person, seq, compact) VALUES (?, ?, ?)");
        query
            .bind(person)
            .bind(number(seq))
            .bind(compact)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn receipt(&mut self, bundle_sha256: &str) -> Stored<Option<String>> {
        let query = sqlx::query_scalar(
            "SELECT e.compact FROM bundle b JOIN entry e ON e.person = b.person AND e.seq = b.entry_seq
             WHERE b.sha256 = ?",
        );
        Ok(query.bind(bundle_sha256).fetch_optional(&mut *self.0).await?)
    }

    async fn add_bundle(&mut self, person: i64, bundle: &NewBundle<'_>) -> Stored<i64> {
        let query = sqlx::query(
            "INSERT INTO bundle (person, sha256, zip_sha256, is_held, offer_sha256, first, last, received_at, expires_at,
             bundle_jws, consent_jws, notice, checkpoint) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        );
        let done = query
            .bind(person)
            .bind(bundle.sha256)
            .bind(bundle.zip_sha256)
            .bind(bundle.offer_sha256)
            .bind(number(bundle.start))
            .bind(number(bundle.end))
            .bind(number(bundle.received_at))
            .bind(number(bundle.expires_at))
            .bind(bundle.bundle_jws)
            .bind(bundle.consent_jws)
            .bind(bundle.notice)
            .bind(bundle.checkpoint)
            .execute(&mut *self.0)
            .await?;
        let id = done.last_insert_rowid();
        for purpose in bundle.purposes {
            let query = sqlx::query("INSERT OR IGNORE INTO purpose (bundle, purpose) VALUES (?, ?)");
            query.bind(id).bind(purpose).execute(&mut *self.0).await?;
        }
        self.add_copy(bundle.sha256, bundle.zip_sha256).await?;
        Ok(id)
    }

    async fn answer(&mut self, bundle: i64, seq: u64) -> Stored<()> {
        let query = sqlx::query("UPDATE bundle SET entry_seq = ? WHERE id = ?");
        query.bind(number(seq)).bind(bundle).execute(&mut *self.0).await?;
        Ok(())
    }

    async fn add_copy(&mut self, bundle_sha256: &str, zip_sha256: &str) -> Stored<()> {
        let query = sqlx::query(
            "INSERT OR IGNORE INTO copy (zip_sha256, bundle) SELECT ?, id FROM bundle WHERE sha256 = ?",
        );
        query
            .bind(zip_sha256)
            .bind(bundle_sha256)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn taken(&mut self, person: i64, offer_sha256: &str) -> Stored<u64> {
        let query = sqlx::query_scalar("SELECT records FROM taken WHERE person = ? AND offer_sha256 = ?");
        let found: Option<i64> = query
            .bind(person)
            .bind(offer_sha256)
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(found.map(count).unwrap_or_default())
    }

    async fn add_taken(&mut self, person: i64, offer_sha256: &str, records: u64) -> Stored<()> {
        let query = sqlx::query(
            "INSERT INTO taken (person, offer_sha256, records) VALUES (?, ?, ?)
             ON CONFLICT DO UPDATE SET records = records + excluded.records",
        );
        query
            .bind(person)
            .bind(offer_sha256)
            .bind(number(records))
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn held(&mut self, keys: &[TextKey]) -> Stored<Vec<Held>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT DISTINCT text_key, person FROM record WHERE text_key IN (");
        let mut list = query.separated(", ");
        for TextKey(key) in keys {
            list.push_bind(key.to_vec());
        }
        query.push(")");
        let rows = query.build().fetch_all(&mut *self.0).await?;
        rows.iter()
            .map(|row| {
                let key: Vec<u8> = row.try_get("text_key")?;
                let key = key
                    .try_into()
                    .map_err(|_| Failure::new("the database: not a key of a text"))?;
                Ok(Held {
                    key: TextKey(key),
                    person: row.try_get("person")?,
                })
            })
            .collect()
    }

    async fn near(&mut self, prints: &[Fingerprint]) -> Stored<Vec<bool>> {
        let mut near = vec![false; prints.len()];
        if prints.is_empty() {
            return Ok(near);
        }
        let bands: Vec<_> = prints.iter().map(|print| print.bands()).collect();
        let bands = serde_json::to_string(&bands).map_err(|error| Failure::new(error.to_string()))?;
        let found: Vec<(i64, i64)> = sqlx::query_as(NEAR)
            .bind(bands)
            .bind(MOST_NEAR)
            .fetch_all(&mut *self.0)
            .await?;
        for (place, other) in found {
            let place = usize::try_from(place).map_err(|error| Failure::new(error.to_string()))?;
            if let Some((print, near)) = prints.get(place).zip(near.get_mut(place)) {
                *near |= print.is_near(Fingerprint(other.cast_unsigned()));
            }
        }
        Ok(near)
    }

    async fn add_records(&mut self, bundle: i64, person: i64, records: &[NewRecord]) -> Stored<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO record (bundle, person, seq, kind, text_key, near, b0, b1, b2, b3, line) ",
        );
        query.push_values(records, |mut row, record| {
            let bands = record.near.map(Fingerprint::bands);
            let [b0, b1, b2, b3] =
                bands.map_or([None; BANDS], |bands| bands.map(|band| Some(i64::from(band))));
            row.push_bind(bundle)
                .push_bind(person)
                .push_bind(number(record.seq))
                .push_bind(record.kind.as_str())
                .push_bind(record.key.0.to_vec())
                .push_bind(record.near.map(|print| print.0.cast_signed()))
                .push_bind(b0)
                .push_bind(b1)
                .push_bind(b2)
                .push_bind(b3)
                .push_bind(record.line.clone());
        });
        query.build().execute(&mut *self.0).await?;
        Ok(())
    }

    async fn void_until(&mut self, person: i64, offer_sha256: &str) -> Stored<Option<u64>> {
        let query = sqlx::query_scalar(
            "SELECT max(until) FROM void WHERE person = ? AND (offer_sha256 = ? OR offer_sha256 = '')",
        );
        let found: Option<i64> = query
            .bind(person)
            .bind(offer_sha256)
            .fetch_one(&mut *self.0)
            .await?;
        Ok(found.map(count))
    }

    async fn void(&mut self, person: i64, offer_sha256: Option<&str>, until: u64) -> Stored<()> {
        let query = sqlx::query(
            "INSERT INTO void (person, offer_sha256, until) VALUES (?, ?, ?)
             ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
        );
        query
            .bind(person)
            .bind(offer_sha256.unwrap_or_default())
            .bind(number(until))
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn lines(
        &mut self,
        person: i64,
        extent: &Extent,
        after: Option<u64>,
        most: u32,
    ) -> Stored<Vec<(u64, Vec<u8>)>> {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT seq, line FROM record WHERE ");
        push_records(&mut query, person, extent);
        query.push(" AND seq > ").push_bind(after.map_or(-1, number));
        query.push(" ORDER BY seq LIMIT ").push_bind(most);
        let rows = query.build().fetch_all(&mut *self.0).await?;
        rows.iter()
            .map(|row| Ok((count(row.try_get("seq")?), row.try_get("line")?)))
            .collect()
    }

    async fn stop(&mut self, person: i64, extent: &Extent) -> Stored<()> {
        let mut query = QueryBuilder::<Sqlite>::new("UPDATE record SET is_stopped = 1 WHERE ");
        push_records(&mut query, person, extent);
        query.build().execute(&mut *self.0).await?;
        Ok(())
    }

    async fn delete(&mut self, person: i64, extent: &Extent) -> Stored<()> {
        let mut query = QueryBuilder::<Sqlite>::new("DELETE FROM record WHERE ");
        push_records(&mut query, person, extent);
        query.build().execute(&mut *self.0).await?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT OR IGNORE INTO doomed (zip_sha256) SELECT zip_sha256 FROM bundle WHERE is_held = 1 AND ",
        );
        push_bundles(&mut query, person, extent);
        query.build().execute(&mut *self.0).await?;
        let mut query = QueryBuilder::<Sqlite>::new("UPDATE bundle SET is_held = 0 WHERE ");
        push_bundles(&mut query, person, extent);
        query.build().execute(&mut *self.0).await?;
        Ok(())
    }

    async fn expire(&mut self, now: u64) -> Stored<u64> {
        for sql in [
            "DELETE FROM record WHERE bundle IN (SELECT id FROM bundle WHERE expires_at <= ?)",
            "INSERT OR IGNORE INTO doomed (zip_sha256) SELECT zip_sha256 FROM bundle WHERE is_held = 1 AND expires_at <= ?",
        ] {
            sqlx::query(sql).bind(number(now)).execute(&mut *self.0).await?;
        }
        let query = sqlx::query("UPDATE bundle SET is_held = 0, expires_at = NULL WHERE expires_at <= ?");
        Ok(query
            .bind(number(now))
            .execute(&mut *self.0)
            .await?
            .rows_affected())
    }

    async fn withdrawal(&mut self, sha256: &str) -> Stored<Option<Withdrawal>> {
        let mut query = QueryBuilder::<Sqlite>::new(WITHDRAWAL);
        query.push("WHERE w.sha256 = ").push_bind(sha256);
        let row = query.build().fetch_optional(&mut *self.0).await?;
        row.as_ref().map(withdrawal).transpose()
    }

    async fn add_withdrawal(&mut self, person: i64, sha256: &str, compact: &str, seq: u64) -> Stored<()> {
        let query =
            sqlx::query("INSERT INTO withdrawal (sha256, person, compact, received_seq) VALUES (?, ?, ?, ?)");
        query
            .bind(sha256)
            .bind(person)
            .bind(compact)
            .bind(number(seq))
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn close_withdrawal(&mut self, sha256: &str, seq: u64) -> Stored<()> {
        let query = sqlx::query("UPDATE withdrawal SET done_seq = ? WHERE sha256 = ?");
        query.bind(number(seq)).bind(sha256).execute(&mut *self.0).await?;
        Ok(())
    }

    async fn forget_doomed(&mut self, zip_sha256: &str) -> Stored<()> {
        sqlx::query("DELETE FROM doomed WHERE zip_sha256 = ?")
            .bind(zip_sha256)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn commit(self) -> Stored<()> {
        Ok(self.0.commit().await?)
    }
}
