//! Somebody who has the whole device: every row and file that the extension still has, every byte that the browser
//! left on the disk, and every key that it would still open. Written after docs/formats.md, sharing no code with
//! what it breaks into.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use counterfoil_e2e::browser::Browser;
use counterfoil_e2e::until::{SOON, START, until};
use data_encoding::BASE64;
use memchr::memmem;
use serde_json::Value;

/// How a key file begins, and how long its header is: magic, counter, SHA-256.
const MAGIC: &[u8] = b"CFcopy\x00\x01";
const HEADER: usize = 48;
/// A key in the file of the segment keys: its id and its 32 bytes.
const ENTRY: usize = 40;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Keys that a file found somewhere on the disk may have held, at most.
const MOST: usize = 512;

/// Reads the whole profile of the extension in one of its pages. The device's key cannot be read, only used.
const TAKE: &str = r"
    const base64 = (bytes) => {
      let text = '';
      for (let at = 0; at < bytes.length; at += 1) text += String.fromCharCode(bytes[at]);
      return btoa(text);
    };
    const answered = (request) => new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const files = {};
    const walk = async (folder, path) => {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await walk(handle, `${path}${name}/`);
        else files[path + name] = new Uint8Array(await (await handle.getFile()).arrayBuffer());
      }
    };
    await walk(await navigator.storage.getDirectory(), '');
    const database = await answered(indexedDB.open('counterfoil'));
    const stores = Array.from(database.objectStoreNames);
    const transaction = database.transaction(stores);
    const rows = [];
    const kept = [];
    let device = null;
    const reading = stores.map((store) => {
      const objects = transaction.objectStore(store);
      return [store, answered(objects.getAllKeys()), answered(objects.getAll())];
    });
    for (const [store, asked, answers] of reading) {
      const keys = await asked;
      const values = await answers;
      for (let at = 0; at < keys.length; at += 1) {
        if (store !== 'keys') rows.push([store, keys[at], base64(values[at])]);
        else {
          kept.push(keys[at]);
          if (keys[at] === 'device') device = values[at];
        }
      }
    }
    database.close();
    const dataKeys = [];
    for (const [name, bytes] of Object.entries(files)) {
      if (!name.startsWith('keys/data-key')) continue;
      const wrapped = JSON.parse(new TextDecoder().decode(bytes.slice(48))).device;
      if (!wrapped) continue;
      const blob = new Uint8Array(wrapped.blob);
      const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: blob.slice(0, 12) }, device, blob.slice(12));
      dataKeys.push(base64(new Uint8Array(opened)));
    }
    for (const name of Object.keys(files)) files[name] = base64(files[name]);
    return { files, rows, kept, dataKeys };
";

/// A symmetric key.
pub type Key = [u8; 32];

/// A row of the database, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The object store.
    pub table: String,
    /// Its key.
    pub name: String,
    /// Its value.
    pub bytes: Vec<u8>,
}

/// All that the extension has at one moment.
#[derive(Debug)]
pub struct Loot {
    /// Files of the origin-private file system, by their path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The rows of all object stores but `keys`.
    pub rows: Vec<Row>,
    /// The keys of the rows in `keys`.
    pub kept: Vec<String>,
    data_keys: Vec<Key>,
    ring: BTreeMap<u64, Key>,
}

/// Takes all there is. A file that is just being written is looked at again.
pub async fn take(browser: &Browser) -> Result<Loot> {
    until("everything to be read", SOON, async || {
        look(browser).await.map(Some)
    })
    .await
}

async fn look(browser: &Browser) -> Result<Loot> {
    let taken = browser.in_console(TAKE).await?;
    let bytes = |value: &Value| -> Result<Vec<u8>> {
        Ok(BASE64.decode(value.as_str().context("no bytes")?.as_bytes())?)
    };
    let mut files = BTreeMap::new();
    for (name, file) in taken["files"].as_object().context("no files")? {
        files.insert(name.clone(), bytes(file)?);
    }
    let mut rows = Vec::new();
    for row in taken["rows"].as_array().context("no rows")? {
        rows.push(Row {
            table: row[0].as_str().context("no table")?.to_owned(),
            name: row[1].as_str().context("no key")?.to_owned(),
            bytes: bytes(&row[2])?,
        });
    }
    let data_keys: Vec<Key> = taken["dataKeys"]
        .as_array()
        .context("no keys")?
        .iter()
        .map(|key| bytes(key)?.try_into().ok().context("a data key has 32 bytes"))
        .collect::<Result<_>>()?;
    let mut ring = BTreeMap::new();
    for file in files
        .iter()
        .filter(|(name, _)| name.starts_with("keys/segment-keys"))
    {
        ring.extend(whole_ring(file.1, &data_keys).context("the segment keys do not open")?);
    }
    Ok(Loot {
        files,
        rows,
        kept: serde_json::from_value(taken["kept"].clone())?,
        data_keys,
        ring,
    })
}

impl Loot {
    /// Every key that is left.
    pub fn keys(&self) -> BTreeSet<Key> {
        self.ring.values().chain(&self.data_keys).copied().collect()
    }

    /// All that can be read with these keys, and what needs none.
    pub fn readable(&self, keys: &BTreeSet<Key>) -> Vec<Vec<u8>> {
        let plain = self.rows.iter().map(|row| row.bytes.clone());
        let opened = self.rows.iter().filter_map(|row| row.open(keys));
        plain.chain(opened).chain(self.files.values().cloned()).collect()
    }

    /// The sealed rows in which a text can be read.
    pub fn holding(&self, text: &str) -> Vec<Row> {
        let keys = self.keys();
        self.rows
            .iter()
            .filter(|row| {
                row.open(&keys)
                    .is_some_and(|plain| holds(&plain, text.as_bytes()))
            })
            .cloned()
            .collect()
    }

    /// Whether a text can be read anywhere.
    pub fn finds(&self, text: &str) -> bool {
        let readable = self.readable(&self.keys());
        readable.iter().any(|plain| holds(plain, text.as_bytes()))
    }
}

impl Row {
    /// The key of the ring that it names.
    pub fn ring_key(&self) -> Option<u64> {
        let (&2, rest) = self.bytes.split_first()? else {
            return None;
        };
        Some(u64::from_be_bytes(*rest.first_chunk()?))
    }

    /// What one of the keys opens, whichever key the row names.
    pub fn open(&self, keys: &BTreeSet<Key>) -> Option<Vec<u8>> {
        let version = *self.bytes.first()?;
        let sealed = self.bytes.get(if version == 2 { 9 } else { 1 }..)?;
        keys.iter()
            .find_map(|key| open(key, &self.table, &self.name, version, sealed))
    }
}

/// Waits until none of these keys is in the extension's own files any more. Asks the background for nothing: it is
/// its own alarm that must wake it.
pub async fn destroyed(browser: &Browser, ids: &BTreeSet<u64>) -> Result<Loot> {
    // Thirty seconds to undo come before.
    until("the keys to be destroyed", START * 2, async || {
        let loot = take(browser).await?;
        Ok(ids.iter().all(|id| !loot.ring.contains_key(id)).then_some(loot))
    })
    .await
}

/// The files that a killed browser left.
pub struct Disk {
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Disk {
    /// Reads every byte of a profile.
    pub fn read(profile: &Path) -> Result<Self> {
        let mut files = Vec::new();
        let mut folders = vec![profile.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let bytes = std::fs::read(entry.path())?;
                    files.push((entry.path(), bytes));
                }
            }
        }
        ensure!(!files.is_empty(), "{} is empty", profile.display());
        Ok(Self { files })
    }

    /// The files in which these bytes stand.
    pub fn with(&self, part: &[u8]) -> Vec<&Path> {
        self.files
            .iter()
            .filter(|(_, bytes)| holds(bytes, part))
            .map(|(path, _)| path.as_path())
            .collect()
    }

    /// The files in which a text stands in clear, in either of the ways in which browsers write one.
    pub fn with_text(&self, text: &str) -> Vec<&Path> {
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let mut found = self.with(text.as_bytes());
        found.extend(self.with(&wide));
        found
    }

    /// How many files of keys, whole or in parts, there are anywhere, and the keys in them that these data keys open:
    /// also those of an older file that was only marked as deleted.
    pub fn keys(&self, data_keys: &Loot) -> (usize, BTreeSet<Key>) {
        let mut copies = 0;
        let mut keys = BTreeSet::new();
        for (_, bytes) in &self.files {
            for at in memmem::find_iter(bytes, MAGIC) {
                copies += 1;
                let rest = bytes.get(at..).unwrap_or_default();
                keys.extend(found_ring(rest, &data_keys.data_keys).into_values());
            }
        }
        (copies, keys)
    }
}

/// The keys of a file whose end is known.
fn whole_ring(file: &[u8], data_keys: &[Key]) -> Option<BTreeMap<u64, Key>> {
    let sealed = file.get(HEADER + 1..)?;
    let plain = data_keys
        .iter()
        .find_map(|key| open(key, "segment-keys", "", 1, sealed))?;
    Some(entries(&plain))
}

/// The keys of a file whose end is not known: every number of keys is tried.
fn found_ring(bytes: &[u8], data_keys: &[Key]) -> BTreeMap<u64, Key> {
    (0..=MOST)
        .map_while(|count| bytes.get(..HEADER + 1 + NONCE + ENTRY * count + TAG))
        .find_map(|file| whole_ring(file, data_keys))
        .unwrap_or_default()
}

fn entries(plain: &[u8]) -> BTreeMap<u64, Key> {
    plain
        .chunks_exact(ENTRY)
        .filter_map(|entry| {
            let (id, key) = entry.split_first_chunk()?;
            Some((u64::from_be_bytes(*id), key.try_into().ok()?))
        })
        .collect()
}

fn open(key: &Key, table: &str, name: &str, version: u8, sealed: &[u8]) -> Option<Vec<u8>> {
    let aad = [table.as_bytes(), &[0], name.as_bytes(), &[0, version]].concat();
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let payload = Payload {
        msg: sealed,
        aad: &aad,
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(XNonce::from_slice(nonce), payload)
        .ok()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memmem::find(bytes, part).is_some()
}
