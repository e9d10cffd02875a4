//! The database (Indexed Database API 3.0): opening it, and transactions that say why they failed.
//!
//! Requests are awaited inside their transaction only: it ends by itself as soon as none is open.

use std::cell::RefCell;
use std::rc::Rc;

use counterfoil_app::ports::Table;
use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, Event, IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest,
    IdbTransaction,
};

use crate::exception::Exception;

/// Version of the schema. 1 had the object stores `meta`, `line`, `content`, `review`, `share`, `draft`, `export`,
/// `shared` and `keys`; 2 adds those of [`Table::ALL`] that it lacks, but `collector`, which 3 adds. A change of the
/// version removes none.
pub(crate) const VERSION: u32 = 3;
/// Name of the exception where a transaction was aborted.
const ABORTED: &str = "AbortError";
/// The object store of the keys that the browser keeps for itself.
pub(crate) const KEYS: &str = "keys";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = indexedDB)]
    static FACTORY: Option<IdbFactory>;

    /// A database, with the method that web-sys keeps back as unstable.
    type Strict;
    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn begin(this: &Strict, stores: &Array, mode: &str, options: &Object) -> Result<IdbTransaction, JsValue>;
    /// A transaction, with the property that web-sys keeps back.
    type Lasting;
    #[wasm_bindgen(method, getter)]
    fn durability(this: &Lasting) -> JsValue;
}

/// The database, opened when first needed and again after the browser closed it.
pub(crate) struct Database {
    name: String,
    open: RefCell<Option<Rc<Connection>>>,
}

/// An open handle. It gives way to whoever wants another version or to delete the database.
struct Connection {
    handle: IdbDatabase,
    _gives_way: Closure<dyn FnMut(Event)>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.handle.set_onversionchange(None);
        self.handle.close();
    }
}

impl Database {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            open: RefCell::default(),
        }
    }

    /// A transaction that only reads.
    pub(crate) async fn read(&self, stores: &[&str]) -> Result<Transaction, Exception> {
        self.transaction(stores, "readonly").await
    }

    /// A transaction that writes, and that is on the disk once it is committed.
    pub(crate) async fn write(&self, stores: &[&str]) -> Result<Transaction, Exception> {
        self.transaction(stores, "readwrite").await
    }

    async fn transaction(&self, stores: &[&str], mode: &str) -> Result<Transaction, Exception> {
        match self.connection().await?.begin(stores, mode) {
            // The browser closed the handle: for another version, or since the person cleared the storage.
            Err(closed) if closed.name == "InvalidStateError" => {
                self.open.replace(None);
                self.connection().await?.begin(stores, mode)
            }
            other => other,
        }
    }

    /// Whether a reading came to nothing since the browser closed the database under it, as it does after it could
    /// not write: then the next one opens it anew.
    pub(crate) fn lost<T>(&self, reading: &Result<T, Exception>) -> bool {
        let lost = matches!(reading, Err(exception) if exception.name == ABORTED);
        if lost {
            self.open.replace(None);
        }
        lost
    }

    async fn connection(&self) -> Result<Rc<Connection>, Exception> {
        let known = self.open.borrow().clone();
        if let Some(connection) = known {
            return Ok(connection);
        }
        let stores: Vec<&str> = Table::ALL.map(Table::name).into_iter().chain([KEYS]).collect();
        let handle = open(&self.name, VERSION, &stores).await?;
        let given = handle.clone();
        let gives_way = Closure::<dyn FnMut(Event)>::new(move |_| given.close());
        handle.set_onversionchange(Some(gives_way.as_ref().unchecked_ref()));
        let connection = Rc::new(Connection {
            handle,
            _gives_way: gives_way,
        });
        self.open.replace(Some(Rc::clone(&connection)));
        Ok(connection)
    }
}

impl Connection {
    fn begin(&self, stores: &[&str], mode: &str) -> Result<Transaction, Exception> {
        let stores: Array = stores.iter().map(|store| JsValue::from_str(store)).collect();
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let handle: &Strict = self.handle.unchecked_ref();
        let transaction = Transaction::of(handle.begin(&stores, mode, &options)?);
        let durability = transaction.inner.unchecked_ref::<Lasting>().durability();
        if mode != "readonly" && durability != "strict" {
            transaction.abort();
            return Err(Exception::new(
                "NotSupportedError",
                "the browser does not offer strict durability",
            ));
        }
        Ok(transaction)
    }
}

/// Opens a database, in which every one of these object stores is made that is missing if its version is lower.
pub(crate) async fn open(name: &str, version: u32, stores: &[&str]) -> Result<IdbDatabase, Exception> {
    let request = factory()?.open_with_u32(name, version)?;
    let stores: Vec<String> = stores.iter().map(|store| (*store).to_owned()).collect();
    let upgrading = request.clone();
    let upgrade = Closure::<dyn FnMut(Event)>::new(move |_| {
        if upgrade(&upgrading, &stores).is_err() {
            // Nothing changes then, and the opening fails.
            if let Some(transaction) = upgrading.transaction() {
                let _ = transaction.abort();
            }
        }
    });
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    let opened = answer(&request).await;
    request.set_onupgradeneeded(None);
    opened?
        .dyn_into()
        .map_err(|_| Exception::new("TypeError", "not a database"))
}

fn upgrade(request: &IdbOpenDbRequest, stores: &[String]) -> Result<(), JsValue> {
    let database: IdbDatabase = request.result()?.dyn_into()?;
    let there = database.object_store_names();
    for store in stores.iter().filter(|store| !there.contains(store)) {
        database.create_object_store(store)?;
    }
    Ok(())
}

pub(crate) fn factory() -> Result<IdbFactory, Exception> {
    FACTORY
        .with(Clone::clone)
        .ok_or_else(|| Exception::new("NotSupportedError", "the browser offers no database"))
}

/// A transaction that is under way. Dropped, it commits what was asked for until then, as the browser would.
pub(crate) struct Transaction {
    inner: IdbTransaction,
    ended: Promise,
}

impl Transaction {
    pub(crate) fn of(inner: IdbTransaction) -> Self {
        // Listened to from the start: it may end while a request is awaited.
        let ended = Promise::new(&mut |ended, _| {
            inner.set_oncomplete(Some(&ended));
            inner.set_onabort(Some(&ended));
        });
        Self { inner, ended }
    }

    pub(crate) fn store(&self, name: &str) -> Result<IdbObjectStore, Exception> {
        Ok(self.inner.object_store(name)?)
    }

    /// Takes back everything.
    pub(crate) fn abort(&self) {
        // It fails where the transaction ended before: then there is nothing to take back.
        let _ = self.inner.abort();
    }

    /// Waits until everything that was asked for is durable, or was taken back.
    ///
    /// The transaction is left to end by itself. Told to commit at once, Firefox does so although a request failed
    /// whose answer was still on its way: half a batch would stay.
    pub(crate) async fn commit(self) -> Result<(), Exception> {
        self.end().await
    }

    /// Why a request failed: where the whole transaction did, it knows more than the request.
    pub(crate) async fn reason(self, exception: Exception) -> Exception {
        self.abort();
        match self.end().await {
            Err(reason) if reason.name != ABORTED => reason,
            _ => exception,
        }
    }

    async fn end(self) -> Result<(), Exception> {
        let ended: Event = JsFuture::from(self.ended)
            .await?
            .dyn_into()
            .map_err(|_| Exception::new("TypeError", "not an event"))?;
        if ended.type_() == "complete" {
            return Ok(());
        }
        Err(thrown(self.inner.error()))
    }
}

/// Waits for a request's result.
pub(crate) async fn answer(request: &IdbRequest) -> Result<JsValue, Exception> {
    let answered = Promise::new(&mut |answered, _| {
        request.set_onsuccess(Some(&answered));
        request.set_onerror(Some(&answered));
    });
    JsFuture::from(answered).await?;
    match request.error()? {
        Some(error) => Err(thrown(Some(error))),
        None => Ok(request.result()?),
    }
}

fn thrown(error: Option<DomException>) -> Exception {
    error.map_or_else(
        || Exception::new(ABORTED, "the transaction was aborted"),
        |error| Exception::new(&error.name(), error.message()),
    )
}
