//! The suite of the ports in this browser, and how fast they are: for a build that is tested and never shipped.

use std::cell::RefCell;

use counterfoil_app::app::{App, Sender};
use counterfoil_app::archive::keystrokes;
use counterfoil_app::conformance::{self, Factory, Newer, Verdict};
use counterfoil_app::histories::{Tally, World, play};
use counterfoil_app::message::{Answer, Request};
use counterfoil_app::ports::{
    Batch, Clock, Entropy, Files, Keyring, Op, Span, Store, StoreError, Table, random,
};
use counterfoil_app::{Brought, TOGETHER};
use counterfoil_core::bundle::verify::{Expect, verify};
use counterfoil_core::merkle::leaf_hash;
use counterfoil_core::record::{Body, Kind};
use js_sys::{Array, Date, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{FileSystemDirectoryHandle, FileSystemRemoveOptions, IdbDatabase, IdbTransactionMode};

use crate::database::{self, KEYS, Transaction, VERSION, answer};
use crate::exception::Exception;
use crate::host::Browser;
use crate::session::{Session, remember};

#[path = "../../detect/tests/texts/mod.rs"]
mod texts;

/// The object stores of schema 1.
const SCHEMA_1: [&str; 9] = [
    "meta", "line", "content", "review", "share", "draft", "export", "shared", KEYS,
];

/// Milliseconds between two records of a profile that is filled: 150 a day.
const BETWEEN: u64 = 576_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "storage"], js_name = getDirectory, catch)]
    async fn root() -> Result<JsValue, JsValue>;
}

/// Runs the suite and what is particular to a browser: `[[name, null or what was seen], …]`.
#[wasm_bindgen]
pub async fn conformance(session: Session) -> Result<Array, JsValue> {
    let mut profiles = Profiles {
        session,
        made: Vec::new(),
    };
    let mut results = conformance::run(&mut profiles).await;
    results.push(("schema_1_is_kept_and_read", schema_1(&mut profiles).await));
    results.push((
        "a_handle_that_the_browser_closed_is_opened_again",
        closed(&mut profiles).await,
    ));
    results.push(("what_is_no_row_is_refused", no_row(&mut profiles).await));
    profiles
        .remove()
        .await
        .map_err(|error| JsValue::from(error.to_string()))?;
    Ok(results
        .into_iter()
        .map(|(name, verdict)| Array::of2(&name.into(), &verdict.err().map_or(JsValue::NULL, JsValue::from)))
        .collect())
}

/// Plays random histories, as many as asked for, from a seed on, on two profiles with a session each: what was done, as
/// the JSON of a [`Tally`], or what did not hold.
#[wasm_bindgen]
pub async fn histories(sessions: Vec<Session>, first: u32, count: u32) -> Result<String, JsValue> {
    let mut tally = Tally::default();
    for seed in first..first.saturating_add(count) {
        let devices = Devices {
            sessions: &sessions,
            made: RefCell::default(),
        };
        let played = play(&devices, u64::from(seed)).await;
        let made = devices.made.into_inner();
        for session in &sessions {
            remember(session, None)
                .await
                .map_err(|error| JsValue::from(error.to_string()))?;
        }
        let profiles = Profiles {
            session: sessions.first().cloned().ok_or("no session")?,
            made,
        };
        profiles
            .remove()
            .await
            .map_err(|error| JsValue::from(error.to_string()))?;
        tally += played?;
    }
    serde_json::to_string(&tally).map_err(|error| JsValue::from(error.to_string()))
}

/// Two devices in one browser: databases and folders of their own.
struct Devices<'a> {
    sessions: &'a [Session],
    made: RefCell<Vec<String>>,
}

impl Devices<'_> {
    fn open(&self, device: usize, name: &str) -> Result<Browser, String> {
        let session = self.sessions.get(device).cloned().ok_or("no session")?;
        Ok(Browser::named(name, name, session))
    }

    fn last(&self, device: usize) -> Result<String, String> {
        let made = self.made.borrow();
        let of = format!("-{device}");
        made.iter()
            .rev()
            .find(|name| name.ends_with(&of))
            .cloned()
            .ok_or_else(|| "no such device".to_owned())
    }
}

impl World for Devices<'_> {
    type Host = Browser;

    async fn fresh(&self, device: usize) -> Result<Browser, String> {
        let entropy = self.open(device, "unused")?;
        let drawn = random::<8>(&entropy).map_err(|failure| failure.to_string())?;
        let name = format!("histories-{:016x}-{device}", u64::from_be_bytes(drawn));
        self.made.borrow_mut().push(name.clone());
        self.open(device, &name)
    }

    async fn reopen(&self, device: usize, closed: bool) -> Result<Browser, String> {
        if closed {
            let session = self.sessions.get(device).ok_or("no session")?;
            remember(session, None).await.map_err(told)?;
        }
        self.open(device, &self.last(device)?)
    }
}

/// Measures bulk writes, reads and files: an object of figures.
#[wasm_bindgen]
pub async fn measure(session: Session) -> Result<Object, JsValue> {
    let mut profiles = Profiles {
        session,
        made: Vec::new(),
    };
    let figures = figures(&mut profiles).await.map_err(JsValue::from);
    profiles
        .remove()
        .await
        .map_err(|error| JsValue::from(error.to_string()))?;
    figures
}

/// Verifies a bundle so often, and hashes its lines alone in between: two arrays of milliseconds. The file of its
/// records comes beside it.
#[wasm_bindgen]
pub fn verification(bundle: &[u8], records: &[u8], runs: u32) -> Result<Array, JsValue> {
    let lines: Vec<&[u8]> = records.split_inclusive(|byte| *byte == b'\n').collect();
    let (whole, alone) = (Array::new(), Array::new());
    for _ in 0..runs {
        let began = Date::now();
        let report = verify(bundle, &Expect::default()).map_err(|error| JsValue::from(error.to_string()))?;
        whole.push(&(Date::now() - began).into());
        if !report.valid {
            return Err(format!("the bundle is not valid: {:?}", report.failed()).into());
        }
        let began = Date::now();
        let sum = lines.iter().fold(0, |sum, line| sum ^ leaf_hash(line)[0]);
        alone.push(&(Date::now() - began).into());
        // A hash that nobody looks at would be left out by the compiler.
        if u32::from(sum) > 255 {
            return Err("no sum".into());
        }
    }
    Ok(Array::of2(&whole, &alone))
}

/// Millions of bytes of ordinary text a second, so many rounds of a tenth of a second at least, in which something is
/// looked for that is to be hidden.
#[wasm_bindgen]
pub fn detection(runs: u32) -> Vec<f64> {
    let length: usize = texts::TEXTS.iter().map(|text| text.len()).sum();
    let round = || {
        let began = Date::now();
        for times in 1_u32.. {
            let found: usize = texts::TEXTS
                .iter()
                .map(|text| counterfoil_detect::detect(text).len())
                .sum();
            let taken = Date::now() - began;
            // What nobody looks at would be left out by the compiler.
            if taken >= 100.0 && found < length {
                #[expect(clippy::cast_precision_loss, reason = "a measurement")]
                return length as f64 * f64::from(times) / 1_000.0 / taken;
            }
        }
        0.0
    };
    (0..runs).map(|_| round()).collect()
}

/// Appends records in bulk to a new log, [`TOGETHER`] at a time, and checks it: milliseconds of the appending.
#[wasm_bindgen]
pub async fn bulk(session: Session, count: u32) -> Result<f64, JsValue> {
    let mut profiles = Profiles {
        session,
        made: Vec::new(),
    };
    let taken = appended(&mut profiles, count).await.map_err(JsValue::from);
    profiles
        .remove()
        .await
        .map_err(|error| JsValue::from(error.to_string()))?;
    taken
}

/// Types queries to the search of a log of so many records, twice: to one that has just started, and to one that holds
/// what it read. JSON: for each time the milliseconds of every keystroke until the first answer, and until the first
/// page is there; then the bytes that it holds.
#[wasm_bindgen]
pub async fn searching(session: Session, count: u32) -> Result<String, JsValue> {
    let mut profiles = Profiles {
        session,
        made: Vec::new(),
    };
    let told = searched(&mut profiles, u64::from(count))
        .await
        .map_err(JsValue::from);
    profiles
        .remove()
        .await
        .map_err(|error| JsValue::from(error.to_string()))?;
    told
}

/// Appends records to the profile of the extension itself, whose last one is of now, and gives the queries that
/// [`searching`] types: JSON.
#[wasm_bindgen]
pub async fn fill(session: Session, count: u32) -> Result<String, JsValue> {
    let app = App::new(Browser::new(session));
    let now = app.host().now();
    let count = u64::from(count);
    let mut made = 0;
    while made < count {
        let mut records = keystrokes::records(made, (count - made).min(TOGETHER as u64));
        for record in &mut records {
            made += 1;
            record.time = now.saturating_sub((count - made) * BETWEEN);
        }
        app.bring(&records)
            .await
            .map_err(|failure| JsValue::from(failure.to_string()))?;
    }
    serde_json::to_string(&keystrokes::queries()).map_err(|error| JsValue::from(error.to_string()))
}

async fn searched(profiles: &mut Profiles, count: u64) -> Result<String, String> {
    let page = bench_page();
    let app = App::new(profiles.create().await?);
    let consent = app.handle(&page, Request::Consent { given: true }).await;
    if let Answer::Failed { failure } = consent.answer {
        return Err(failure.to_string());
    }
    let mut made = 0;
    while made < count {
        let some = (count - made).min(TOGETHER as u64);
        let records = keystrokes::records(made, some);
        app.bring(&records).await.map_err(|failure| failure.to_string())?;
        made += some;
    }
    let fresh = App::new(profiles.alongside(app.host()).await?);
    drop(app);
    let queries = keystrokes::queries();
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let typed = keystrokes::typed(&fresh, &page, &queries, Date::now)
            .await
            .map_err(|failure| failure.to_string())?;
        let first: Vec<f64> = typed.iter().map(|stroke| stroke.first).collect();
        let whole: Vec<f64> = typed.iter().map(|stroke| stroke.whole).collect();
        rounds.push((first, whole));
    }
    serde_json::to_string(&(rounds, fresh.archive_bytes())).map_err(|error| error.to_string())
}

fn bench_page() -> Sender {
    Sender {
        own: "chrome-extension://bench/".to_owned(),
        url: "chrome-extension://bench/app.html".to_owned(),
        ..Sender::default()
    }
}

async fn appended(profiles: &mut Profiles, count: u32) -> Result<f64, String> {
    let app = App::new(profiles.create().await?);
    let page = bench_page();
    let consent = app.handle(&page, Request::Consent { given: true }).await;
    if let Answer::Failed { failure } = consent.answer {
        return Err(failure.to_string());
    }
    let records: Vec<Brought> = (0..count)
        .map(|number| Brought {
            kind: Kind::Prompt,
            time: 1_795_000_000_000 + u64::from(number),
            body: Body {
                text: Some(format!(
                    "how long does bread number {number} keep, and how would one know it"
                )),
                site: Some("search.example".to_owned()),
                url: Some("https://search.example/".to_owned()),
                ..Body::default()
            },
        })
        .collect();
    let began = Date::now();
    for part in records.chunks(TOGETHER) {
        app.bring(part).await.map_err(|failure| failure.to_string())?;
    }
    let taken = Date::now() - began;
    let audit = app.check().await.map_err(|failure| failure.to_string())?;
    if audit.lines != u64::from(count) || !audit.damaged.is_empty() {
        return Err(format!("{} lines, damaged: {:?}", audit.lines, audit.damaged));
    }
    Ok(taken)
}

/// Writes rows and files of 1 MiB until the browser refuses, at most so many of each: what it said, and whether what was
/// there before is still whole: `[rows, what was said of rows, what was said of files, null or what is wrong]`.
#[wasm_bindgen]
pub async fn until_full(session: Session, most: u32) -> Result<Array, JsValue> {
    let mut profiles = Profiles {
        session,
        made: Vec::new(),
    };
    let host = profiles.create().await?;
    let (rows, said) = rows_until_full(&host, most).await?;
    let mut files = Ok(());
    for number in 0..most {
        files = host
            .write_file(&format!("file-{number}"), &random_mebibyte(&host)?)
            .await;
        if files.is_err() {
            break;
        }
    }
    let span = Span {
        limit: u32::MAX,
        ..Span::default()
    };
    let kept = host.range(Table::Record, span).await.map(|rows| rows.len());
    let counted = host.get(Table::Meta, "count").await;
    let whole = kept == Ok(rows as usize) && counted == Ok(Some(rows.to_be_bytes().to_vec()));
    drop(host);
    profiles
        .remove()
        .await
        .map_err(|error| JsValue::from(error.to_string()))?;
    let wrong = format!("{kept:?} rows are kept of {rows}, and the count {counted:?}");
    Ok(Array::of4(
        &rows.into(),
        &told(said).into(),
        &told(files).into(),
        &if whole { JsValue::NULL } else { wrong.into() },
    ))
}

/// Rows that were committed, each with their count, and what was said of the one after them.
async fn rows_until_full(host: &Browser, most: u32) -> Result<(u32, Result<(), StoreError>), String> {
    for number in 0..most {
        let row = random_mebibyte(host)?;
        let refused = host
            .commit(batch([
                Op::Put(Table::Meta, "count".into(), (number + 1).to_be_bytes().to_vec()),
                Op::Put(Table::Record, format!("{number:08}"), row),
            ]))
            .await;
        if refused.is_err() {
            return Ok((number, refused));
        }
    }
    Ok((most, Ok(())))
}

fn random_mebibyte(host: &Browser) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; 1 << 20];
    host.fill(&mut bytes).map_err(told)?;
    Ok(bytes)
}

struct Profiles {
    session: Session,
    made: Vec<String>,
}

impl Profiles {
    fn next(&mut self) -> Result<String, String> {
        let entropy = Browser::new(self.session.clone());
        let drawn = random::<8>(&entropy).map_err(|failure| failure.to_string())?;
        let name = format!("conformance-{:016x}", u64::from_be_bytes(drawn));
        self.made.push(name.clone());
        Ok(name)
    }

    fn open(&self, name: &str) -> Browser {
        Browser::named(name, name, self.session.clone())
    }

    async fn remove(self) -> Result<(), Exception> {
        let root: FileSystemDirectoryHandle = root().await?.unchecked_into();
        let options = FileSystemRemoveOptions::new();
        options.set_recursive(true);
        for name in self.made {
            let deleting = database::factory()?.delete_database(&name)?;
            answer(&deleting).await?;
            // Most have no files.
            let _ = JsFuture::from(root.remove_entry_with_options(&name, &options)).await;
        }
        Ok(())
    }
}

impl Factory for Profiles {
    type Host = Browser;

    async fn create(&mut self) -> Result<Browser, String> {
        let name = self.next()?;
        Ok(self.open(&name))
    }

    async fn alongside(&mut self, host: &Browser) -> Result<Browser, String> {
        Ok(self.open(&host.folder))
    }

    async fn reopen(&mut self, host: Browser) -> Result<Browser, String> {
        let name = host.folder.clone();
        drop(host);
        Ok(self.open(&name))
    }

    async fn newer(&mut self) -> Result<Newer, String> {
        let name = self.next()?;
        let newer = VERSION + 1;
        let stores = ["later", "meta"];
        let made = database::open(&name, newer, &stores).await.map_err(told)?;
        put(&made, "meta", "row", &Uint8Array::from(&b"kept"[..]))
            .await
            .map_err(told)?;
        made.close();
        let host = self.open(&name);
        let read = host.get(Table::Meta, "row").await.map(drop);
        let written = host
            .commit(batch([Op::Put(Table::Meta, "row".into(), b"other".to_vec())]))
            .await;
        // Opened as it was made: nothing would be added now.
        let again = database::open(&name, newer, &[]).await.map_err(told)?;
        let names = again.object_store_names();
        let kept = row(&again, "meta", "row").await.map_err(told)?;
        let kept = kept.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
        again.close();
        Ok(Newer {
            read,
            written,
            untouched: names.length() == 2
                && stores.iter().all(|store| names.contains(store))
                && kept.as_deref() == Some(b"kept"),
        })
    }
}

/// A database as schema 1 left it keeps its rows, gets the new object stores, and gives out its key.
async fn schema_1(profiles: &mut Profiles) -> Verdict {
    let name = profiles.next()?;
    let old = database::open(&name, 1, &SCHEMA_1).await.map_err(told)?;
    for store in ["meta", "line", "content"] {
        put(
            &old,
            store,
            "0000000000000000",
            &Uint8Array::from(store.as_bytes()),
        )
        .await
        .map_err(told)?;
    }
    // The same cipher and the same fields as schema 1 wrote, with the device's key of another profile.
    let donor = profiles.create().await?;
    let wrapped = donor.wrap(&[9; 32]).await.map_err(told)?;
    let donated = database::open(&donor.folder, VERSION, &[]).await.map_err(told)?;
    let wrapping = row(&donated, KEYS, "device").await.map_err(told)?;
    donated.close();
    let (iv, sealed) = wrapped.split_at_checked(12).ok_or("short")?;
    let fields = Object::new();
    for (field, value) in [
        ("wrapping", wrapping),
        ("iv", Uint8Array::from(iv).into()),
        ("wrapped", Uint8Array::from(sealed).into()),
    ] {
        Reflect::set(&fields, &field.into(), &value).map_err(told)?;
    }
    put(&old, KEYS, "data", &fields).await.map_err(told)?;
    old.close();

    let host = profiles.open(&name);
    for table in [Table::Meta, Table::Line, Table::Content] {
        let found = host.get(table, "0000000000000000").await.map_err(told)?;
        if found.as_deref() != Some(table.name().as_bytes()) {
            return Err(format!("{}: found {found:?}", table.name()));
        }
    }
    for table in Table::ALL {
        let span = Span {
            limit: 2,
            ..Span::default()
        };
        host.range(table, span)
            .await
            .map_err(|error| format!("{}: {error:?}", table.name()))?;
    }
    let key = host.schema_1_key().await.map_err(told)?;
    match key.as_deref() {
        Some([9, rest @ ..]) if *rest == [9; 31] => Ok(()),
        Some(_) => Err("another key came out".to_owned()),
        None => Err("no key came out".to_owned()),
    }
}

/// Whoever wants another version or to delete the database is let through, and the next use opens it anew.
async fn closed(profiles: &mut Profiles) -> Verdict {
    let host = profiles.create().await?;
    let write = |value: u8| batch([Op::Put(Table::Meta, "row".into(), vec![value])]);
    host.commit(write(1)).await.map_err(told)?;
    let factory = database::factory().map_err(told)?;
    let deleting = factory.delete_database(&host.folder).map_err(told)?;
    answer(&deleting).await.map_err(told)?;
    let found = host.get(Table::Meta, "row").await.map_err(told)?;
    if found.is_some() {
        return Err(format!("found {found:?} in a new database"));
    }
    host.commit(write(2)).await.map_err(told)
}

/// A value that is not bytes is named, and nothing panics.
async fn no_row(profiles: &mut Profiles) -> Verdict {
    let host = profiles.create().await?;
    host.commit(batch([])).await.map_err(told)?;
    let handle = database::open(&host.folder, VERSION, &[]).await.map_err(told)?;
    put(&handle, "record", "bent", &"a text".into())
        .await
        .map_err(told)?;
    handle.close();
    match host.get(Table::Record, "bent").await {
        Err(StoreError::Unreadable(_)) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

async fn figures(profiles: &mut Profiles) -> Result<Object, String> {
    const ROW: usize = 400;
    const SEGMENT: usize = 256;
    let host = profiles.create().await?;
    let figures = Object::new();
    let set = |name: &str, value: f64| {
        Reflect::set(&figures, &name.into(), &value.into())
            .map(drop)
            .map_err(told)
    };
    let mut value = vec![0; SEGMENT * ROW];
    host.fill(&mut value).map_err(told)?;
    host.commit(batch([])).await.map_err(told)?;

    let rows = |count: u32, table: Table, length: usize| {
        batch((0..count).map(|row| Op::Put(table, format!("{row:016x}"), value[..length].to_vec())))
    };
    for count in [1_000, 5_000] {
        let batch = rows(count, Table::Record, ROW);
        let began = Date::now();
        host.commit(batch).await.map_err(told)?;
        set(
            &format!("rows a second, {count} of 400 bytes in a batch"),
            rate(f64::from(count), began),
        )?;
    }
    for segments in [20, 200] {
        let batch = rows(segments, Table::Segment, SEGMENT * ROW);
        let began = Date::now();
        host.commit(batch).await.map_err(told)?;
        let records = f64::from(segments) * 256.0;
        set(
            &format!("records a second, packed 256 to a segment, {segments} in a batch"),
            rate(records, began),
        )?;
    }
    let span = Span {
        limit: u32::MAX,
        ..Span::default()
    };
    let began = Date::now();
    let found = host.range(Table::Record, span).await.map_err(told)?.len();
    set(
        "rows read a second, 5000 in a range",
        rate(f64::from(u32::try_from(found).map_err(told)?), began),
    )?;
    let began = Date::now();
    let found = host.range(Table::Segment, span).await.map_err(told)?.len();
    set(
        "packed records read a second",
        rate(f64::from(u32::try_from(found * SEGMENT).map_err(told)?), began),
    )?;
    let span = Span {
        newest_first: true,
        limit: 50,
        ..Span::default()
    };
    let began = Date::now();
    for _ in 0..20 {
        host.range(Table::Record, span).await.map_err(told)?;
    }
    set("ms for the newest 50 rows of 5000", (Date::now() - began) / 20.0)?;
    let began = Date::now();
    for row in 0..100_u8 {
        host.commit(batch([Op::Put(Table::Meta, "row".into(), vec![row; ROW])]))
            .await
            .map_err(told)?;
    }
    set("ms for a commit of one row", (Date::now() - began) / 100.0)?;
    let began = Date::now();
    for _ in 0..50 {
        host.write_file("keys-a", &value[..4_000]).await.map_err(told)?;
    }
    set(
        "ms for writing a file of 4000 bytes",
        (Date::now() - began) / 50.0,
    )?;
    Ok(figures)
}

fn rate(count: f64, began: f64) -> f64 {
    (count * 1_000.0 / (Date::now() - began).max(1.0)).round()
}

fn batch(ops: impl IntoIterator<Item = Op>) -> Batch {
    Batch {
        guard: (Table::Meta, "never there".into(), None),
        ops: ops.into_iter().collect(),
    }
}

/// Writes a value as it is.
async fn put(handle: &IdbDatabase, store: &str, key: &str, value: &JsValue) -> Result<(), Exception> {
    let begun = handle.transaction_with_str_and_mode(store, IdbTransactionMode::Readwrite)?;
    let transaction = Transaction::of(begun);
    transaction.store(store)?.put_with_key(value, &key.into())?;
    transaction.commit().await
}

/// Reads a value as it is.
async fn row(handle: &IdbDatabase, store: &str, key: &str) -> Result<JsValue, Exception> {
    let transaction = Transaction::of(handle.transaction_with_str(store)?);
    answer(&transaction.store(store)?.get(&key.into())?).await
}

fn told(error: impl std::fmt::Debug) -> String {
    format!("{error:?}")
}
