//! The keys that deletion destroys: each segment, draft and exported file has one of its own, records not yet
//! packed share one. They lie in a file of their own, outside the database, which keeps what was deleted from it.
//!
//! A key is made long before anything is sealed by it, so that it is surely on the disk by then: the file holds
//! spare ones ahead of [`crate::state::State::next_key`].

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::copies::{self, Found};
use crate::error::{Code, Failure, Result};
use crate::ports::{Entropy, Files, random};
use crate::vault::Sealer;

/// Name of the file.
pub(crate) const FILE: &str = "segment-keys";
/// Spare keys made at a time.
const SPARE: u64 = 64;
const KEY: usize = 32;
const ID: usize = 8;

/// A key of the ring.
pub(crate) type Key = Zeroizing<[u8; KEY]>;

/// The keys, as the file had them when it was read.
#[derive(Default)]
pub(crate) struct Ring {
    keys: BTreeMap<u64, Key>,
    found: Option<Found>,
    damaged: bool,
}

impl Ring {
    /// Reads the file. A damaged one gives a ring without keys that says so: what is sealed by other keys stays
    /// readable.
    pub(crate) async fn read(files: &impl Files, sealer: &Sealer) -> Result<Self> {
        let found = match copies::read(files, FILE).await {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Self::default()),
            Err(failure) if failure.code == Code::KeysDamaged => return Ok(Self::lost()),
            Err(failure) => return Err(failure),
        };
        let plain = match sealer.open(FILE, &found.payload) {
            Ok(plain) => Zeroizing::new(plain),
            Err(failure) if failure.code == Code::StoreNewer => return Err(failure),
            Err(_) => return Ok(Self::lost()),
        };
        let mut keys = BTreeMap::new();
        let mut rows = plain.chunks_exact(ID + KEY);
        for row in &mut rows {
            let (id, key) = row.split_at(ID);
            if let (Ok(id), Ok(key)) = (id.try_into(), key.try_into()) {
                keys.insert(u64::from_be_bytes(id), Zeroizing::new(key));
            }
        }
        if !rows.remainder().is_empty() {
            return Ok(Self::lost());
        }
        Ok(Self {
            keys,
            found: Some(found),
            damaged: false,
        })
    }

    fn lost() -> Self {
        Self {
            damaged: true,
            ..Self::default()
        }
    }

    /// Whether the file could not be read.
    pub(crate) fn damaged(&self) -> bool {
        self.damaged
    }

    /// Whether the two copies of the file differ.
    pub(crate) fn split(&self) -> bool {
        self.found.as_ref().is_some_and(|found| !found.whole)
    }

    /// A key, if it was not destroyed.
    pub(crate) fn get(&self, id: u64) -> Option<&Key> {
        self.keys.get(&id)
    }

    /// Whether one of these is still there.
    pub(crate) fn holds_any(&self, ids: &[u64]) -> bool {
        ids.iter().any(|id| self.keys.contains_key(id))
    }

    /// Adds spare keys from this id on.
    pub(crate) fn mint(&mut self, entropy: &impl Entropy, from: u64) -> Result<()> {
        let above = self.keys.keys().next_back().map_or(0, |last| last + 1);
        for id in from.max(above)..from.max(above) + SPARE {
            self.keys.insert(id, Zeroizing::new(random(entropy)?));
        }
        Ok(())
    }

    /// Takes keys out; they are destroyed once the ring is written.
    pub(crate) fn remove(&mut self, ids: &[u64]) {
        for id in ids {
            self.keys.remove(id);
        }
    }

    /// Writes the file, both copies. A ring that was damaged is only written by [`Ring::replace`].
    pub(crate) async fn write<H: Files + Entropy>(&mut self, host: &H, sealer: &Sealer) -> Result<()> {
        if self.damaged {
            return Err(Failure::with(Code::KeysDamaged, FILE));
        }
        let mut plain = Zeroizing::new(Vec::with_capacity(self.keys.len() * (ID + KEY)));
        for (id, key) in &self.keys {
            plain.extend_from_slice(&id.to_be_bytes());
            plain.extend_from_slice(&**key);
        }
        let payload = sealer.seal(host, FILE, &plain)?;
        self.found = Some(copies::write(host, FILE, self.found.as_ref(), &payload).await?);
        Ok(())
    }

    /// An empty ring in place of a damaged one: the person gave up what it opened.
    pub(crate) fn replace(&mut self) {
        *self = Self::default();
    }
}
