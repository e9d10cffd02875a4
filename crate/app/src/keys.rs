//! The keys at rest: the data key, wrapped in a file of its own; the ring under it; the roots.

use std::rc::Rc;

use counterfoil_core::keys::Root;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::app::{App, Session};
use crate::copies;
use crate::error::{Code, Failure, Result};
use crate::passphrase::Wrapped;
use crate::ports::{Host, Op, Table, random};
use crate::ring::{self, Ring};
use crate::state::State;
use crate::vault::Vault;

/// Name of the file of the wrapped data key.
pub(crate) const FILE: &str = "data-key";
/// Keys that lie in the file beyond the one taken: it was written that much earlier.
const AHEAD: u64 = 16;
/// Destroyed keys that are looked for again at every start.
const REMEMBERED: usize = 1_024;
/// Length of the data key.
pub(crate) const KEY: usize = 32;

/// What the file of the data key holds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DataKeyFile {
    /// Wrapped by a key of this device.
    Device {
        /// What the keyring gave.
        blob: Vec<u8>,
    },
    /// Wrapped by a passphrase.
    Passphrase {
        /// Parameters, and the wrapped key.
        wrapped: Wrapped,
    },
}

/// The row of a root secret.
#[derive(Serialize, Deserialize, Zeroize)]
#[zeroize(drop)]
struct RootRow {
    entropy: [u8; 32],
    seed: Vec<u8>,
}

impl<H: Host> App<H> {
    /// The vault, opened when first needed. [`Code::Locked`] if only a passphrase opens it.
    pub(crate) async fn open_vault(&self) -> Result<Rc<Vault>> {
        if let Some(vault) = self.vault.borrow().clone() {
            return Ok(vault);
        }
        let key = match self.data_key_file().await? {
            Some(DataKeyFile::Device { blob }) => self.host.unwrap(&blob).await?,
            Some(DataKeyFile::Passphrase { .. }) => self.remembered_key().await?.ok_or(Code::Locked)?,
            None => return Err(Failure::with(Code::KeysUnavailable, FILE)),
        };
        self.use_data_key(&key).await
    }

    /// Opens the vault under this key, for the life of this process or until it is locked.
    pub(crate) async fn use_data_key(&self, key: &[u8; KEY]) -> Result<Rc<Vault>> {
        let vault = Vault::new(key, Ring::default());
        let ring = Ring::read(&self.host, vault.sealer()?).await?;
        vault.ring.replace(ring);
        let vault = Rc::new(vault);
        self.vault.replace(Some(Rc::clone(&vault)));
        Ok(vault)
    }

    /// What the file of the data key says.
    pub(crate) async fn data_key_file(&self) -> Result<Option<DataKeyFile>> {
        let Some(found) = copies::read(&self.host, FILE).await? else {
            return Ok(None);
        };
        crate::plain::from_slice(&found.payload)
            .map(Some)
            .map_err(|_| Failure::with(Code::KeysDamaged, FILE))
    }

    /// Writes the file of the data key, both copies.
    pub(crate) async fn write_data_key_file(&self, file: &DataKeyFile) -> Result<()> {
        let found = copies::read(&self.host, FILE).await?;
        let payload = serde_json::to_vec(file).map_err(|_| Failure::with(Code::Internal, "encode"))?;
        copies::write(&self.host, FILE, found.as_ref(), &payload).await?;
        Ok(())
    }

    /// A new data key, wrapped by this device. Under the lock, and only where no state was ever written.
    pub(crate) async fn make_data_key(&self) -> Result<Rc<Vault>> {
        self.destroy_keys().await?;
        let key: Zeroizing<[u8; KEY]> = Zeroizing::new(random(&self.host)?);
        let blob = self.host.wrap(&key).await?;
        self.write_data_key_file(&DataKeyFile::Device { blob }).await?;
        self.use_data_key(&key).await
    }

    /// Overwrites the files of keys and forgets what was opened with them.
    pub(crate) async fn destroy_keys(&self) -> Result<()> {
        copies::destroy(&self.host, ring::FILE).await?;
        copies::destroy(&self.host, FILE).await?;
        self.host.set_session(None).await?;
        self.close();
        Ok(())
    }

    /// Drops every opened key and every text that is held in memory.
    pub(crate) fn close(&self) {
        self.vault.replace(None);
        self.idle.set(None);
        self.segment.replace(None);
        self.archive.replace(None);
        #[cfg(feature = "search")]
        {
            self.backups.take();
            self.restores.take();
            self.cache.take();
        }
    }

    /// Reads the ring anew if another process moved on: it took a new live key, or more keys than were spare when the
    /// ring was read. The next unused key is always in the file.
    pub(crate) async fn follow(&self, session: &mut Session) -> Result<()> {
        let behind = {
            let ring = session.vault.ring.borrow();
            let State { live, next_key, .. } = session.state;
            next_key > 0 && !ring.damaged() && (ring.get(live).is_none() || ring.get(next_key).is_none())
        };
        if behind {
            let ring = Ring::read(&self.host, session.vault.sealer()?).await?;
            session.vault.ring.replace(ring);
        }
        Ok(())
    }

    /// The next unused key of the ring. Under the lock.
    pub(crate) async fn take_key(&self, session: &mut Session) -> Result<u64> {
        let id = session.state.next_key;
        let there = session.vault.ring.borrow().get(id + AHEAD).is_some();
        if !there {
            let mut ring = Ring::read(&self.host, session.vault.sealer()?).await?;
            if ring.get(id + AHEAD).is_none() {
                ring.mint(&self.host, id)?;
                ring.write(&self.host, session.vault.sealer()?).await?;
            }
            session.vault.ring.replace(ring);
        }
        session.state.next_key += 1;
        Ok(id)
    }

    /// Destroys the keys that nothing needs any more. Under the lock.
    pub(crate) async fn sweep(&self, session: &mut Session) -> Result<()> {
        if session.state.retired.is_empty() {
            return Ok(());
        }
        self.destroy_retired(session).await?;
        let State { retired, gone, .. } = &mut session.state;
        gone.append(retired);
        gone.drain(..gone.len().saturating_sub(REMEMBERED));
        self.commit(session, Vec::new()).await
    }

    /// Takes retired keys out of the file, and those that came back with it: no host is sure to force a file to
    /// the disk, so a loss of power may bring back what it held before.
    async fn destroy_retired(&self, session: &Session) -> Result<()> {
        let mut ring = Ring::read(&self.host, session.vault.sealer()?).await?;
        if ring.damaged() {
            return Ok(());
        }
        let State { retired, gone, .. } = &session.state;
        if ring.holds_any(retired) || ring.holds_any(gone) || ring.split() {
            ring.remove(retired);
            ring.remove(gone);
            ring.write(&self.host, session.vault.sealer()?).await?;
        }
        session.vault.ring.replace(ring);
        Ok(())
    }

    /// Makes both copies of the key files alike again, where a kill came between them. Under the lock.
    pub(crate) async fn mend_keys(&self, session: &Session) -> Result<()> {
        self.destroy_retired(session).await?;
        if let Some(found) = copies::read(&self.host, FILE).await?.filter(|found| !found.whole) {
            let payload = found.payload.clone();
            copies::write(&self.host, FILE, Some(&found), &payload).await?;
        }
        Ok(())
    }

    /// The change that stores a root secret.
    pub(crate) fn put_root(&self, session: &Session, index: u32, root: &Root) -> Result<Op> {
        let row = RootRow {
            entropy: *root.entropy(),
            seed: root.seed().to_vec(),
        };
        session.vault.put(&self.host, Table::Meta, &root_row(index), &row)
    }

    /// A new root secret.
    pub(crate) fn make_root(&self) -> Result<Root> {
        Ok(Root::from_entropy(random(&self.host)?))
    }

    /// A root secret: 0 is the one whose words the person has.
    pub(crate) async fn root(&self, session: &Session, index: u32) -> Result<Root> {
        let name = root_row(index);
        let damaged = || Failure::with(Code::StoreCorrupt, format!("meta/{name}"));
        let row = self.host.get(Table::Meta, &name).await?.ok_or_else(damaged)?;
        let row: RootRow = session.vault.read(Table::Meta, &name, &row)?;
        let seed: [u8; 64] = row.seed.as_slice().try_into().map_err(|_| damaged())?;
        Ok(Root::from_parts(row.entropy, seed))
    }
}

fn root_row(index: u32) -> String {
    if index == 0 {
        "root".to_owned()
    } else {
        format!("root-{index}")
    }
}
