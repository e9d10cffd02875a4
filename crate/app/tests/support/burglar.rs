//! Somebody who has the whole device: every row that was ever written, since a database keeps what was deleted from
//! it, every file as it is now, and the key of the device. Written after docs/formats.md, sharing no code with what
//! it breaks into.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use counterfoil_app::memory::Memory;
use counterfoil_app::ports::Keyring;
use counterfoil_core::sealed::{self, InboxSecret};
use serde_json::Value;

use super::wait;

/// Everything that can be read with any key left.
pub fn loot(host: &Memory) -> Vec<String> {
    let mut readable: Vec<Vec<u8>> = Vec::new();
    let files = host.files();
    readable.extend(files.iter().map(|(_, bytes)| bytes.clone()));
    let mut keys: Vec<[u8; 32]> = Vec::new();
    for (name, bytes) in &files {
        if name.starts_with("data-key") {
            let file: Value = serde_json::from_slice(&bytes[48..]).unwrap();
            if file["device"].is_object() {
                let blob: Vec<u8> = serde_json::from_value(file["device"]["blob"].clone()).unwrap();
                keys.push(*wait(host.unwrap(&blob)).unwrap());
            }
        }
    }
    if let Some(remembered) = wait(host.session()).unwrap() {
        keys.push(remembered[..32].try_into().unwrap());
    }
    let mut ring: Vec<(u64, [u8; 32])> = Vec::new();
    for (name, bytes) in &files {
        if name.starts_with("segment-keys") {
            for key in &keys {
                if let Some(plain) = open(key, "segment-keys", "", 1, &bytes[49..]) {
                    ring.extend(plain.chunks(40).map(|row| {
                        let (id, key) = row.split_at(8);
                        (
                            u64::from_be_bytes(id.try_into().unwrap()),
                            key.try_into().unwrap(),
                        )
                    }));
                }
            }
        }
    }
    // Only a passphrase keeps the keys from somebody who has everything.
    assert_eq!(ring.is_empty(), keys.is_empty(), "the burglar found no keys");
    for (table, name, row) in host.history() {
        readable.push(row.clone());
        let table = table.name();
        match row.first() {
            Some(1) => readable.extend(
                keys.iter()
                    .filter_map(|key| open(key, table, &name, 1, &row[1..])),
            ),
            // Whatever key the row names: all are tried.
            Some(2) => readable.extend(
                ring.iter()
                    .filter_map(|(_, key)| open(key, table, &name, 2, &row[9..])),
            ),
            _ => {}
        }
        if table == "inbox" {
            readable.extend(ring.iter().filter_map(|(_, key)| {
                let secret = InboxSecret::from_bytes(*key);
                sealed::open(&secret, name.as_bytes(), &row)
                    .ok()
                    .map(|plain| plain.to_vec())
            }));
        }
    }
    readable
        .into_iter()
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}

/// Whether a text can be read anywhere.
pub fn finds(host: &Memory, text: &str) -> bool {
    loot(host).iter().any(|found| found.contains(text))
}

fn open(key: &[u8; 32], table: &str, name: &str, version: u8, sealed: &[u8]) -> Option<Vec<u8>> {
    let aad = [table.as_bytes(), &[0], name.as_bytes(), &[0, version]].concat();
    let (nonce, sealed) = sealed.split_at_checked(24)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: sealed,
                aad: &aad,
            },
        )
        .ok()
}
