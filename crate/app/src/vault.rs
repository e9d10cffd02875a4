//! Rows sealed with XChaCha20-Poly1305 and a random 24-byte nonce; table, row key and version are the associated
//! data, so that no row can stand in for another.
//!
//! What must outlive deletions is sealed with the data key: `1 ‖ nonce (24) ‖ ciphertext and tag`. What a deletion
//! must destroy is sealed with a key of the [`Ring`]: `2 ‖ id of the key (8) ‖ nonce ‖ ciphertext and tag`.

use std::cell::RefCell;

use chacha20poly1305::aead::{Aead, AeadInPlace, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::app::STATE;
use crate::error::{Code, Failure, Result};
use crate::ports::{Entropy, Op, Table, random};
use crate::ring::Ring;

/// Version of rows sealed with the data key.
const BY_DATA_KEY: u8 = 1;
/// Version of rows sealed with a key of the ring.
const BY_RING: u8 = 2;
const NONCE: usize = 24;
const ID: usize = 8;

/// The data key's cipher, which wipes its key when dropped.
pub(crate) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// For a key.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Seals bytes for a place, which is named by a text without a NUL.
    pub(crate) fn seal(&self, entropy: &impl Entropy, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut out = vec![BY_DATA_KEY];
        seal_into(&mut out, &self.0, entropy, &aad(place, "", BY_DATA_KEY), plain)?;
        Ok(out)
    }

    /// Opens what was sealed for a place.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Failure::with(Code::StoreCorrupt, place);
        let (&version, rest) = sealed.split_first().ok_or_else(damaged)?;
        if version > BY_RING {
            return Err(Code::StoreNewer.into());
        }
        open_from(&self.0, &aad(place, "", version), rest).ok_or_else(damaged)
    }
}

/// Seals and opens rows.
pub(crate) struct Vault {
    /// `None` in a profile that has no keys yet: it opens and seals nothing.
    data: Option<Sealer>,
    /// The keys that deletion destroys, as they were when last read.
    pub(crate) ring: RefCell<Ring>,
}

impl Vault {
    /// A vault under this data key.
    pub(crate) fn new(data_key: &[u8; 32], ring: Ring) -> Self {
        Self {
            data: Some(Sealer::new(data_key)),
            ring: RefCell::new(ring),
        }
    }

    /// The vault of a profile that has no keys yet.
    pub(crate) fn closed() -> Self {
        Self {
            data: None,
            ring: RefCell::default(),
        }
    }

    /// The data key's cipher.
    pub(crate) fn sealer(&self) -> Result<&Sealer> {
        self.data
            .as_ref()
            .ok_or_else(|| Failure::with(Code::KeysUnavailable, "data-key"))
    }

    /// Seals the bytes of a row with the data key.
    pub(crate) fn seal(
        &self,
        entropy: &impl Entropy,
        table: Table,
        key: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>> {
        let mut out = vec![BY_DATA_KEY];
        let aad = aad(table.name(), key, BY_DATA_KEY);
        seal_into(&mut out, &self.sealer()?.0, entropy, &aad, plain)?;
        Ok(out)
    }

    /// Seals the bytes of a row with a key of the ring.
    pub(crate) fn seal_by(
        &self,
        entropy: &impl Entropy,
        id: u64,
        table: Table,
        key: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>> {
        let ring = self.ring.borrow();
        let secret = match ring.get(id) {
            Some(secret) => secret,
            None if ring.damaged() => return Err(Failure::with(Code::KeysDamaged, crate::ring::FILE)),
            None => return Err(Failure::with(Code::Internal, "no such key")),
        };
        let mut out = vec![BY_RING];
        out.extend_from_slice(&id.to_be_bytes());
        let cipher = XChaCha20Poly1305::new((&**secret).into());
        seal_into(
            &mut out,
            &cipher,
            entropy,
            &aad(table.name(), key, BY_RING),
            plain,
        )?;
        Ok(out)
    }

    /// Which key of the ring opens a row; `None` if the data key does.
    pub(crate) fn ring_key(row: &[u8]) -> Option<u64> {
        match row.split_first() {
            Some((&BY_RING, rest)) => rest.first_chunk::<ID>().map(|id| u64::from_be_bytes(*id)),
            _ => None,
        }
    }

    /// Whether the key that a row names is there.
    pub(crate) fn holds(&self, row: &[u8]) -> bool {
        Self::ring_key(row).is_none_or(|id| self.ring.borrow().get(id).is_some())
    }

    /// Opens a row. A state of a newer version is refused untouched; anything else that does not open is damage,
    /// named by its table and key.
    pub(crate) fn open(&self, table: Table, key: &str, row: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Failure::with(Code::StoreCorrupt, format!("{}/{key}", table.name()));
        let (&version, rest) = row.split_first().ok_or_else(damaged)?;
        let aad = aad(table.name(), key, version);
        let opened = match version {
            BY_DATA_KEY => open_from(&self.sealer()?.0, &aad, rest),
            BY_RING => {
                let (id, rest) = rest.split_first_chunk::<ID>().ok_or_else(damaged)?;
                let ring = self.ring.borrow();
                let secret = ring.get(u64::from_be_bytes(*id)).ok_or_else(damaged)?;
                open_from(&XChaCha20Poly1305::new((&**secret).into()), &aad, rest)
            }
            // The state says of which version the profile is; in any other row, an unknown one is damage.
            version if version > BY_RING && (table, key) == (Table::Meta, STATE) => {
                return Err(Code::StoreNewer.into());
            }
            _ => None,
        };
        opened.ok_or_else(damaged)
    }

    /// A change that writes a value as JSON, sealed with the data key.
    pub(crate) fn put<T: Serialize>(
        &self,
        entropy: &impl Entropy,
        table: Table,
        key: &str,
        value: &T,
    ) -> Result<Op> {
        let plain = json(value)?;
        Ok(Op::Put(
            table,
            key.to_owned(),
            self.seal(entropy, table, key, &plain)?,
        ))
    }

    /// As [`Vault::put`], sealed with a key of the ring.
    pub(crate) fn put_by<T: Serialize>(
        &self,
        entropy: &impl Entropy,
        id: u64,
        table: Table,
        key: &str,
        value: &T,
    ) -> Result<Op> {
        let plain = json(value)?;
        let sealed = self.seal_by(entropy, id, table, key, &plain)?;
        Ok(Op::Put(table, key.to_owned(), sealed))
    }

    /// Reads a value written by [`Vault::put`] or [`Vault::put_by`].
    pub(crate) fn read<T: DeserializeOwned>(&self, table: Table, key: &str, row: &[u8]) -> Result<T> {
        let plain = Zeroizing::new(self.open(table, key, row)?);
        crate::plain::from_slice(&plain)
            .map_err(|_| Failure::with(Code::StoreCorrupt, format!("{}/{key}", table.name())))
    }
}

fn json(value: &impl Serialize) -> Result<Zeroizing<Vec<u8>>> {
    serde_json::to_vec(value)
        .map(Zeroizing::new)
        .map_err(|_| Failure::with(Code::Internal, "encode"))
}

/// Appends `nonce ‖ ciphertext and tag`.
fn seal_into(
    out: &mut Vec<u8>,
    cipher: &XChaCha20Poly1305,
    entropy: &impl Entropy,
    aad: &[u8],
    plain: &[u8],
) -> Result<()> {
    let nonce: [u8; NONCE] = random(entropy)?;
    out.reserve(NONCE + plain.len() + 16);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    let (_, text) = out.split_at_mut(start);
    let tag = cipher
        .encrypt_in_place_detached(XNonce::from_slice(&nonce), aad, text)
        .map_err(|_| Failure::with(Code::Internal, "seal"))?;
    out.extend_from_slice(&tag);
    Ok(())
}

fn open_from(cipher: &XChaCha20Poly1305, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let payload = Payload { msg: sealed, aad };
    cipher.decrypt(XNonce::from_slice(nonce), payload).ok()
}

/// `table ‖ 0 ‖ key ‖ 0 ‖ version`.
fn aad(table: &str, key: &str, version: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(table.len() + key.len() + 3);
    bytes.extend_from_slice(table.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(key.as_bytes());
    bytes.push(0);
    bytes.push(version);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    #[test]
    fn a_row_opens_only_in_its_own_place_and_unaltered() {
        let host = Memory::default();
        let vault = Vault::new(&[7; 32], Ring::default());
        let row = vault.seal(&host, Table::Leaf, "a", b"text").unwrap();
        assert_eq!(vault.open(Table::Leaf, "a", &row).unwrap(), b"text");
        let corrupt = |result: Result<Vec<u8>>| result.unwrap_err().code == Code::StoreCorrupt;
        assert!(corrupt(vault.open(Table::Leaf, "b", &row)));
        assert!(corrupt(vault.open(Table::Export, "a", &row)));
        assert!(corrupt(Vault::new(&[8; 32], Ring::default()).open(
            Table::Leaf,
            "a",
            &row
        )));
        for at in 1..row.len() {
            let mut bent = row.clone();
            bent[at] ^= 1;
            assert!(corrupt(vault.open(Table::Leaf, "a", &bent)), "byte {at}");
        }
        for length in 0..row.len() {
            assert!(
                corrupt(vault.open(Table::Leaf, "a", &row[..length])),
                "length {length}"
            );
        }
    }

    #[test]
    fn a_newer_row_is_refused_as_newer() {
        let host = Memory::default();
        let vault = Vault::new(&[7; 32], Ring::default());
        let mut row = vault.seal(&host, Table::Meta, "state", b"{}").unwrap();
        row[0] = 3;
        assert_eq!(
            vault.open(Table::Meta, "state", &row).unwrap_err().code,
            Code::StoreNewer
        );
    }

    #[test]
    fn sealing_twice_never_repeats() {
        let host = Memory::default();
        let vault = Vault::new(&[7; 32], Ring::default());
        let one = vault.seal(&host, Table::Leaf, "a", b"text").unwrap();
        let two = vault.seal(&host, Table::Leaf, "a", b"text").unwrap();
        assert_ne!(one, two);
    }
}
