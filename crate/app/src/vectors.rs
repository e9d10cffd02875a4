//! What a profile keeps at rest, as `tests/vectors/storage` has it.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use counterfoil_core::encoding::{from_hex, to_base64, to_hex};
use serde_json::{Value, json};

use crate::copies;
use crate::error::Code;
use crate::memory::Memory;
use crate::ports::{Files, Table};
use crate::ring::{FILE, Ring};
use crate::segment::{Packed, Slot};
use crate::vault::{Sealer, Vault};

/// Memory never waits.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("memory waits"),
    }
}

fn key(text: &Value) -> [u8; 32] {
    from_hex(text.as_str().unwrap()).unwrap().try_into().unwrap()
}

/// A ring whose file is this one.
fn ring_of(file: &[u8], data_key: &[u8; 32]) -> Ring {
    let host = Memory::default();
    at_once(host.write_file(&format!("{FILE}-a"), file)).unwrap();
    at_once(Ring::read(&host, &Sealer::new(data_key))).unwrap()
}

/// What a reader makes of a file: what it gives, or the error.
fn read(given: &Value, bytes: &[u8]) -> Result<Value, &'static str> {
    match given["what"].as_str().unwrap() {
        "copy" => match copies::parse(bytes) {
            Some((counter, content)) => Ok(json!({"counter": counter, "content": to_base64(content)})),
            None => Err("damaged"),
        },
        "row" => row(given, bytes),
        "ring" => {
            let ring = ring_of(bytes, &key(&given["data_key"]));
            if ring.damaged() {
                return Err("damaged");
            }
            let keys: BTreeMap<String, String> = (0..100)
                .filter_map(|id| Some((id.to_string(), to_hex(&**ring.get(id)?))))
                .collect();
            Ok(json!({ "keys": keys }))
        }
        "segment" => match Packed::decode(bytes) {
            Some(packed) => {
                assert_eq!(packed.encode().as_deref(), Some(bytes));
                Ok(json!({"slots": packed.slots.iter().map(slot).collect::<Vec<_>>()}))
            }
            None => Err("damaged"),
        },
        other => panic!("nothing is called {other}"),
    }
}

fn row(given: &Value, bytes: &[u8]) -> Result<Value, &'static str> {
    let data_key = key(&given["data_key"]);
    let mut plain = Vec::new();
    for (id, secret) in given["ring"].as_object().unwrap() {
        plain.extend_from_slice(&id.parse::<u64>().unwrap().to_be_bytes());
        plain.extend_from_slice(&key(secret));
    }
    let host = Memory::default();
    let sealer = Sealer::new(&data_key);
    let payload = sealer.seal(&host, FILE, &plain).unwrap();
    at_once(copies::write(&host, FILE, None, &payload)).unwrap();
    let vault = Vault::new(&data_key, at_once(Ring::read(&host, &sealer)).unwrap());
    let table = given["table"].as_str().unwrap();
    let table = Table::ALL.into_iter().find(|one| one.name() == table).unwrap();
    match vault.open(table, given["row"].as_str().unwrap(), bytes) {
        Ok(content) => Ok(json!({"content": to_base64(&content)})),
        Err(failure) if failure.code == Code::StoreNewer => Err("newer"),
        Err(failure) if failure.code == Code::StoreCorrupt => Err("damaged"),
        Err(failure) => panic!("{failure}"),
    }
}

fn slot(slot: &Slot) -> Value {
    match slot {
        Slot::Gone => json!("gone"),
        Slot::Lost => json!("lost"),
        Slot::Whole(record) => {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            json!({"line": text(&record.line), "salt": to_hex(&record.salt), "body": text(&record.body)})
        }
    }
}

#[test]
fn each_file_gives_what_its_index_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/storage");
    let index: Vec<Value> = serde_json::from_slice(&fs::read(folder.join("index.json")).unwrap()).unwrap();
    assert!(!index.is_empty());
    for case in index {
        let file = case["file"].as_str().unwrap();
        let bytes = fs::read(folder.join(file)).unwrap();
        match read(&case["given"], &bytes) {
            Ok(gives) => {
                assert_eq!(case["outcome"], "valid", "{file}");
                assert_eq!(gives, case["gives"], "{file}");
            }
            Err(error) => assert_eq!(case["error"], error, "{file}"),
        }
    }
}
