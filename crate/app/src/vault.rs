//! Rows sealed with the data key: XChaCha20-Poly1305 with a random 24-byte nonce, the table, the row's key and
//! the version as associated data, so that no row can stand in for another.
//!
//! A sealed row is `version (1 byte) ‖ nonce (24) ‖ ciphertext and tag`.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::error::{Code, Failure, Result};
use crate::ports::{Entropy, Op, Table, random};

/// Version of the rows written here.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// Seals and opens rows. Holds the expanded data key, which its cipher wipes when dropped.
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

impl Vault {
    /// A vault under this data key.
    pub fn new(data_key: &[u8; 32]) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(data_key.into()),
        }
    }

    /// Seals the bytes of a row.
    pub fn seal(&self, entropy: &impl Entropy, table: Table, key: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = random(entropy)?;
        let aad = associated(table, key, VERSION);
        let sealed = self
            .cipher
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: plain,
                    aad: &aad,
                },
            )
            .map_err(|_| Failure::with(Code::Internal, "seal"))?;
        let mut row = Vec::with_capacity(1 + NONCE + sealed.len());
        row.push(VERSION);
        row.extend_from_slice(&nonce);
        row.extend_from_slice(&sealed);
        Ok(row)
    }

    /// Opens a row. A newer version is refused untouched; anything else that does not open is damage, named by
    /// its table and key.
    pub fn open(&self, table: Table, key: &str, row: &[u8]) -> Result<Vec<u8>> {
        let damaged = || Failure::with(Code::StoreCorrupt, format!("{}/{key}", table.name()));
        let (&version, rest) = row.split_first().ok_or_else(damaged)?;
        if version > VERSION {
            return Err(Code::StoreNewer.into());
        }
        let (nonce, sealed) = rest.split_at_checked(NONCE).ok_or_else(damaged)?;
        let aad = associated(table, key, version);
        self.cipher
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: sealed,
                    aad: &aad,
                },
            )
            .map_err(|_| damaged())
    }

    /// A change that writes a value as JSON.
    pub fn put<T: Serialize>(
        &self,
        entropy: &impl Entropy,
        table: Table,
        key: &str,
        value: &T,
    ) -> Result<Op> {
        let plain = serde_json::to_vec(value).map_err(|_| Failure::with(Code::Internal, "encode"))?;
        let plain = Zeroizing::new(plain);
        Ok(Op::Put(
            table,
            key.to_owned(),
            self.seal(entropy, table, key, &plain)?,
        ))
    }

    /// Reads a value written by [`Vault::put`].
    pub fn read<T: DeserializeOwned>(&self, table: Table, key: &str, row: &[u8]) -> Result<T> {
        let plain = Zeroizing::new(self.open(table, key, row)?);
        serde_json::from_slice(&plain)
            .map_err(|_| Failure::with(Code::StoreCorrupt, format!("{}/{key}", table.name())))
    }
}

fn associated(table: Table, key: &str, version: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(table.name().len() + key.len() + 3);
    bytes.extend_from_slice(table.name().as_bytes());
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
        let vault = Vault::new(&[7; 32]);
        let row = vault.seal(&host, Table::Line, "a", b"text").unwrap();
        assert_eq!(vault.open(Table::Line, "a", &row).unwrap(), b"text");
        let corrupt = |result: Result<Vec<u8>>| result.unwrap_err().code == Code::StoreCorrupt;
        assert!(corrupt(vault.open(Table::Line, "b", &row)));
        assert!(corrupt(vault.open(Table::Content, "a", &row)));
        assert!(corrupt(Vault::new(&[8; 32]).open(Table::Line, "a", &row)));
        for at in 1..row.len() {
            let mut bent = row.clone();
            bent[at] ^= 1;
            assert!(corrupt(vault.open(Table::Line, "a", &bent)), "byte {at}");
        }
        for length in 0..row.len() {
            assert!(
                corrupt(vault.open(Table::Line, "a", &row[..length])),
                "length {length}"
            );
        }
    }

    #[test]
    fn a_newer_row_is_refused_as_newer() {
        let host = Memory::default();
        let vault = Vault::new(&[7; 32]);
        let mut row = vault.seal(&host, Table::Meta, "state", b"{}").unwrap();
        row[0] = 2;
        assert_eq!(
            vault.open(Table::Meta, "state", &row).unwrap_err().code,
            Code::StoreNewer
        );
    }

    #[test]
    fn sealing_twice_never_repeats() {
        let host = Memory::default();
        let vault = Vault::new(&[7; 32]);
        let one = vault.seal(&host, Table::Line, "a", b"text").unwrap();
        let two = vault.seal(&host, Table::Line, "a", b"text").unwrap();
        assert_ne!(one, two);
    }
}
