//! What a profile keeps at rest: files that are kept twice, sealed rows, the ring of keys, segments.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::case::{Case, invalid, valid};
use super::{hex, sha256};

const DATA_KEY: [u8; 32] = [7; 32];
const RING_KEY: [u8; 32] = [9; 32];
const NONCE: [u8; 24] = [3; 24];
const RING: &str = "segment-keys";

/// One of the two files that a small file is kept as, with any magic number and any digest.
fn copy_with(magic: &[u8], counter: u64, digest: [u8; 32], payload: &[u8]) -> Vec<u8> {
    [magic, &counter.to_be_bytes(), &digest, payload].concat()
}

fn copy(counter: u64, payload: &[u8]) -> Vec<u8> {
    let digest = sha256(&[&counter.to_be_bytes(), payload].concat());
    copy_with(b"CFcopy\x00\x01", counter, digest, payload)
}

fn encrypted(key: [u8; 32], table: &str, row: &str, version: u8, plain: &[u8]) -> Vec<u8> {
    let aad = [table.as_bytes(), &[0], row.as_bytes(), &[0, version]].concat();
    let payload = Payload {
        msg: plain,
        aad: &aad,
    };
    let sealed = XChaCha20Poly1305::new(&key.into()).encrypt(XNonce::from_slice(&NONCE), payload);
    [&NONCE[..], &sealed.unwrap()].concat()
}

/// A row under the data key.
fn by_data_key(table: &str, row: &str, plain: &[u8]) -> Vec<u8> {
    [&[1], &encrypted(DATA_KEY, table, row, 1, plain)[..]].concat()
}

/// A row under key 5 of the ring, which it names as `id`.
fn by_ring(id: u64, table: &str, row: &str, plain: &[u8]) -> Vec<u8> {
    [
        &[2],
        &id.to_be_bytes()[..],
        &encrypted(RING_KEY, table, row, 2, plain),
    ]
    .concat()
}

/// The ring's file with these bytes as its keys.
fn ring(keys: &[u8]) -> Vec<u8> {
    copy(1, &by_data_key(RING, "", keys))
}

fn record(line: &[u8], salt: [u8; 32], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(line.len()).unwrap();
    [&length.to_be_bytes(), line, &salt[..], body].concat()
}

fn slot(record: &[u8]) -> Vec<u8> {
    let length = u32::try_from(record.len()).unwrap();
    [&[1], &length.to_be_bytes()[..], record].concat()
}

fn row_given(table: &str, row: &str) -> Value {
    json!({"what": "row", "table": table, "row": row, "data_key": hex(&DATA_KEY), "ring": {"5": hex(&RING_KEY)}})
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = copies();
    cases.extend(rows());
    cases.extend(rings());
    cases.extend(segments());
    cases
}

fn copies() -> Vec<Case> {
    let given = || json!({"what": "copy"});
    let whole = copy(7, b"payload");
    let damaged =
        |name: &str, about: &str, bytes: Vec<u8>| invalid("damaged", name, about, bytes).given(given());
    let mut bent = whole.clone();
    *bent.last_mut().unwrap() ^= 1;
    vec![
        valid("copy", "A copy of a small file.", whole.clone())
            .given(given())
            .gives(json!({"counter": 7, "content": BASE64.encode(b"payload")})),
        valid("copy-empty", "A copy with nothing in it.", copy(1, b""))
            .given(given())
            .gives(json!({"counter": 1, "content": ""})),
        damaged("copy-bit", "One bit of the content is another.", bent),
        damaged(
            "copy-counter",
            "The counter is another than the digest covers.",
            copy_with(
                b"CFcopy\x00\x01",
                8,
                sha256(&[&7_u64.to_be_bytes(), &b"payload"[..]].concat()),
                b"payload",
            ),
        ),
        damaged(
            "copy-truncated",
            "Cut within the digest, as by a kill.",
            whole[..40].to_vec(),
        ),
        damaged(
            "copy-other-magic",
            "Begins with other bytes.",
            copy_with(
                b"CFcopy\x00\x02",
                7,
                sha256(&[&7_u64.to_be_bytes(), &b"payload"[..]].concat()),
                b"payload",
            ),
        ),
        damaged("copy-nothing", "No bytes.", Vec::new()),
    ]
}

fn rows() -> Vec<Case> {
    let key = "00000000000000000000";
    let data = by_data_key("leaf", key, b"content");
    let kept = by_ring(5, "record", key, b"content");
    let gives = || json!({"content": BASE64.encode(b"content")});
    let damaged = |name: &str, about: &str, table: &str, bytes: Vec<u8>| {
        invalid("damaged", name, about, bytes).given(row_given(table, key))
    };
    let bent = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 1;
        bytes
    };
    vec![
        valid("row-by-data-key", "A row under the data key.", data.clone())
            .given(row_given("leaf", key))
            .gives(gives()),
        valid("row-by-ring", "A row under a key of the ring.", kept.clone())
            .given(row_given("record", key))
            .gives(gives()),
        damaged("row-bit", "One bit is another.", "leaf", bent(&data, 30)),
        damaged(
            "row-tag",
            "One bit of the tag is another.",
            "leaf",
            bent(&data, data.len() - 1),
        ),
        damaged(
            "row-other-table",
            "A row of another table.",
            "export",
            data.clone(),
        ),
        invalid("damaged", "row-other-key", "A row of another key.", data.clone())
            .given(row_given("leaf", "00000000000000000001")),
        damaged(
            "row-other-version",
            "Says that the data key opens it, but a key of the ring sealed it.",
            "record",
            [&[1], &kept[9..]].concat(),
        ),
        damaged(
            "row-key-gone",
            "Under a key of the ring that was destroyed.",
            "record",
            by_ring(6, "record", key, b"content"),
        ),
        damaged(
            "row-truncated",
            "Cut within the nonce.",
            "leaf",
            data[..20].to_vec(),
        ),
        damaged("row-nothing", "No bytes.", "leaf", Vec::new()),
        invalid(
            "newer",
            "row-state",
            "The state of a later version of the product: refused, and left as it is.",
            [&[3], &data[1..]].concat(),
        )
        .given(row_given("meta", "state")),
        damaged(
            "row-later",
            "Any other row of a version that is not known.",
            "leaf",
            [&[3], &data[1..]].concat(),
        ),
    ]
}

fn rings() -> Vec<Case> {
    let given = || json!({"what": "ring", "data_key": hex(&DATA_KEY)});
    let keys = [
        &5_u64.to_be_bytes(),
        &RING_KEY[..],
        &6_u64.to_be_bytes(),
        &DATA_KEY,
    ]
    .concat();
    let damaged =
        |name: &str, about: &str, bytes: Vec<u8>| invalid("damaged", name, about, bytes).given(given());
    vec![
        valid("ring", "Two keys of the ring.", ring(&keys))
            .given(given())
            .gives(json!({"keys": {"5": hex(&RING_KEY), "6": hex(&DATA_KEY)}})),
        valid("ring-empty", "No keys.", ring(&[]))
            .given(given())
            .gives(json!({"keys": {}})),
        damaged("ring-cut-key", "The last key is cut short.", ring(&keys[..79])),
        damaged(
            "ring-other-place",
            "Sealed for another file.",
            copy(1, &by_data_key("data-key", "", &keys)),
        ),
        damaged("ring-not-sealed", "The keys as they are.", copy(1, &keys)),
    ]
}

fn segments() -> Vec<Case> {
    let given = || json!({"what": "segment"});
    let first = record(b"{\"seq\":0}", [1; 32], b"{\"text\":\"one\"}");
    let second = record(b"{\"seq\":3}", [2; 32], b"{}");
    let whole = [&slot(&first)[..], &[0], &[2], &slot(&second)].concat();
    let damaged =
        |name: &str, about: &str, bytes: Vec<u8>| invalid("damaged", name, about, bytes).given(given());
    vec![
        valid(
            "segment",
            "A record, one that was deleted, one that was lost, a record.",
            whole.clone(),
        )
        .given(given())
        .gives(json!({"slots": [
            {"line": "{\"seq\":0}", "salt": hex(&[1; 32]), "body": "{\"text\":\"one\"}"},
            "gone",
            "lost",
            {"line": "{\"seq\":3}", "salt": hex(&[2; 32]), "body": "{}"}
        ]})),
        valid("segment-empty", "No positions.", Vec::new())
            .given(given())
            .gives(json!({"slots": []})),
        damaged("segment-kind", "A position of a kind that is not known.", vec![3]),
        damaged(
            "segment-truncated",
            "The last record is cut short.",
            whole[..whole.len() - 1].to_vec(),
        ),
        damaged(
            "segment-no-length",
            "Cut within the length of a record.",
            vec![1, 0, 0],
        ),
        damaged(
            "segment-long-record",
            "A record that says it is longer than the segment.",
            [&[1], &u32::MAX.to_be_bytes()[..], &first].concat(),
        ),
        damaged(
            "segment-long-line",
            "A line that says it is longer than its record.",
            slot(&[&200_u32.to_be_bytes(), &first[4..]].concat()),
        ),
        damaged(
            "segment-no-salt",
            "A record that ends within its salt.",
            slot(&first[..4 + 9 + 31]),
        ),
    ]
}
