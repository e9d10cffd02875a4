//! age files, version 1 (C2SP `age.md`), for X25519.

use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce};
use curve25519_dalek::montgomery::MontgomeryPoint;
use data_encoding::{BASE64, BASE64_NOPAD};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::case::{Case, invalid, valid};
use super::key::{derived, identity, recipient, words, x25519};
use super::{ENTROPY, digest, hex};

const EPHEMERAL: [u8; 32] = [0x31; 32];
const FILE_KEY: [u8; 16] = [0x32; 16];
const NONCE: [u8; 16] = [0x33; 16];
const CHUNK: usize = 64 * 1024;
const FIRST: &str = "age-encryption.org/v1\n";

fn hkdf(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(salt), secret)
        .expand(info, &mut key)
        .unwrap();
    key
}

fn own() -> [u8; 32] {
    derived(&ENTROPY, "backup-age", &[])
}

/// The two lines of a stanza of the type X25519 for the holder of a secret.
fn stanza_for(secret: &[u8; 32], ephemeral: &[u8; 32]) -> (String, String) {
    let (public, share) = (x25519(secret), x25519(ephemeral));
    let shared = MontgomeryPoint(public).mul_clamped(*ephemeral).to_bytes();
    let key = hkdf(
        &[share, public].concat(),
        &shared,
        b"age-encryption.org/v1/X25519",
    );
    let body = ChaCha20Poly1305::new(&key.into())
        .encrypt(&Nonce::default(), &FILE_KEY[..])
        .unwrap();
    (BASE64_NOPAD.encode(&share), BASE64_NOPAD.encode(&body))
}

fn stanza(secret: &[u8; 32], ephemeral: &[u8; 32]) -> String {
    let (share, body) = stanza_for(secret, ephemeral);
    format!("-> X25519 {share}\n{body}\n")
}

/// A header of these stanzas with the MAC that fits.
fn header(stanzas: &str) -> String {
    let text = format!("{FIRST}{stanzas}---");
    let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&hkdf(&[], &FILE_KEY, b"header")).unwrap();
    mac.update(text.as_bytes());
    format!("{text} {}\n", BASE64_NOPAD.encode(&mac.finalize().into_bytes()))
}

fn own_header() -> String {
    header(&stanza(&own(), &EPHEMERAL))
}

/// A sealed chunk.
fn chunk(number: u64, last: bool, plain: &[u8]) -> Vec<u8> {
    let nonce = [&[0; 3][..], &number.to_be_bytes(), &[u8::from(last)]].concat();
    ChaCha20Poly1305::new(&hkdf(&NONCE, &FILE_KEY, b"payload").into())
        .encrypt(Nonce::from_slice(&nonce), plain)
        .unwrap()
}

fn file(header: &str, chunks: &[Vec<u8>]) -> Vec<u8> {
    [header.as_bytes(), &NONCE, &chunks.concat()].concat()
}

/// A file of one chunk under this header.
fn under(header: &str) -> Vec<u8> {
    file(header, &[chunk(0, true, b"captured\n")])
}

fn given() -> Value {
    json!({"identity": identity(&own())})
}

fn accepted() -> Vec<Case> {
    let plain = |name: &str, about: &str, bytes: Vec<u8>, content: &[u8]| {
        valid(name, about, bytes)
            .given(given())
            .gives(json!({"length": content.len(), "sha256": digest(content)}))
    };
    let mut cases = Vec::new();
    let two: Vec<u8> = (0..CHUNK + 9).map(|at| at.to_le_bytes()[0]).collect();
    for (name, about, content) in [
        ("empty", "A file of no bytes.", Vec::new()),
        (
            "text",
            "A file of one chunk, opened by the 24 words of the root of sevens.",
            "À bientôt 👋\n".into(),
        ),
        (
            "two-chunks",
            "A file of 64 KiB and nine bytes, in two chunks.",
            two,
        ),
    ] {
        let parts: Vec<&[u8]> = if content.is_empty() {
            vec![&[]]
        } else {
            content.chunks(CHUNK).collect()
        };
        let chunks: Vec<_> = parts
            .iter()
            .enumerate()
            .map(|(number, part)| chunk(number as u64, number + 1 == parts.len(), part))
            .collect();
        let mut case = plain(name, about, file(&own_header(), &chunks), &content);
        case.given = json!({
            "ephemeral_secret": hex(&EPHEMERAL), "file_key": hex(&FILE_KEY), "identity": identity(&own()),
            "nonce": hex(&NONCE), "recipient": recipient(&own()), "words": words(&ENTROPY)
        });
        cases.push(case);
    }
    let content = b"captured\n";
    let ours = stanza(&own(), &EPHEMERAL);
    let other = stanza(&[0x55; 32], &[0x34; 32]);
    let grease = "-> x-grease a b c\nAAAA\n-> empty\n\n";
    let long = format!("-> long\n{}\n{}\nAAAA\n", "A".repeat(64), "A".repeat(64));
    cases.extend([
        plain(
            "for-two",
            "Another recipient's stanza comes first.",
            under(&header(&format!("{other}{ours}"))),
            content,
        ),
        plain(
            "unknown-stanzas",
            "Stanzas of types that nobody knows stand around.",
            under(&header(&format!("{grease}{ours}{long}"))),
            content,
        ),
        plain(
            "full-line-and-empty",
            "The body of an unknown stanza ends in a full line and an empty one.",
            under(&header(&format!("-> long\n{}\n\n{ours}", "A".repeat(64)))),
            content,
        ),
    ]);
    cases
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(beginnings());
    cases.extend(headers());
    cases.extend(payloads());
    for case in &mut cases {
        if case.given.is_null() {
            case.given = given();
        }
    }
    cases
}

fn beginnings() -> Vec<Case> {
    let good = under(&own_header());
    let bad = |error: &str, name: &str, about: &str, bytes: Vec<u8>| invalid(error, name, about, bytes);
    let armor = format!(
        "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n",
        BASE64
            .encode(&good)
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect::<Vec<_>>()
            .join("\n")
    );
    let replaced = |to: &str| [to.as_bytes(), &good[FIRST.len()..]].concat();
    let endless = format!("{FIRST}-> long\n{}", format!("{}\n", "A".repeat(64)).repeat(1009));
    vec![
        bad("not-age", "empty", "No bytes.", Vec::new()),
        bad(
            "not-age",
            "text",
            "Some text.",
            b"This is not the file that you are looking for.\n".to_vec(),
        ),
        bad(
            "not-age",
            "zip",
            "The beginning of another format.",
            b"PK\x03\x04 and so on".to_vec(),
        ),
        bad(
            "not-age",
            "blank-before",
            "A blank before the first line.",
            [b" ", &good[..]].concat(),
        ),
        bad(
            "armored",
            "whole",
            "A whole file in ASCII armor, which other programs read.",
            armor.into(),
        ),
        bad(
            "version",
            "2",
            "A later version.",
            replaced("age-encryption.org/v2\n"),
        ),
        bad(
            "version",
            "1-1",
            "A version between two.",
            replaced("age-encryption.org/v1.1\n"),
        ),
        bad(
            "header",
            "version-empty",
            "No version.",
            replaced("age-encryption.org/\n"),
        ),
        bad(
            "header",
            "version-crlf",
            "The first line ends in CR LF.",
            replaced("age-encryption.org/v1\r\n"),
        ),
        bad(
            "header-too-long",
            "endless-stanza",
            "A stanza that goes on past 64 KiB.",
            endless.into(),
        )
        .compressed(),
        bad(
            "truncated",
            "first-line",
            "The file ends in its first line.",
            good[..10].to_vec(),
        ),
        bad(
            "truncated",
            "in-header",
            "The file ends in its header.",
            good[..60].to_vec(),
        ),
        bad(
            "truncated",
            "after-header",
            "The file ends after its header.",
            own_header().into(),
        ),
        bad(
            "truncated",
            "in-nonce",
            "The file ends in the nonce of its payload.",
            [own_header().as_bytes(), &NONCE[..15]].concat(),
        ),
        bad(
            "truncated",
            "after-nonce",
            "The file has no chunk at all.",
            file(&own_header(), &[]),
        ),
        bad(
            "truncated",
            "in-tag",
            "The only chunk is shorter than its tag.",
            [&file(&own_header(), &[])[..], &[0; 15]].concat(),
        ),
    ]
}

fn headers() -> Vec<Case> {
    let (share, body) = stanza_for(&own(), &EPHEMERAL);
    let ours = stanza(&own(), &EPHEMERAL);
    let bad = |error: &str, name: &str, about: &str, stanzas: String| {
        invalid(error, name, about, under(&header(&stanzas)))
    };
    let whole = own_header();
    let replaced = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        under(&whole.replacen(from, to, 1))
    };
    let scrypt = format!("-> scrypt {} 10\n{body}\n", BASE64_NOPAD.encode(&[0x35; 16]));
    let mut loose = share.clone().into_bytes();
    let at = loose.len() - 1;
    loose[at] = if loose[at] == b'B' { b'C' } else { b'B' };
    let loose = String::from_utf8(loose).unwrap();
    let mac = whole.trim_end().rsplit_once(' ').unwrap().1.to_owned();
    let mut other_mac = mac.clone().into_bytes();
    other_mac[0] = if other_mac[0] == b'A' { b'B' } else { b'A' };
    let other_mac = String::from_utf8(other_mac).unwrap();
    let mut one = [0; 32];
    one[0] = 1;
    assert!(BASE64_NOPAD.decode(loose.as_bytes()).is_err());
    vec![
        bad("header", "no-stanza", "No stanza at all.", String::new()),
        bad(
            "header",
            "share-short",
            "The share of the agreement has 31 bytes.",
            format!("-> X25519 {}\n{body}\n", BASE64_NOPAD.encode(&[9; 31])),
        ),
        bad(
            "header",
            "share-missing",
            "The stanza has no share.",
            format!("-> X25519\n{body}\n"),
        ),
        bad(
            "header",
            "share-stray-bits",
            "Bits of the last letter of the share stand for nothing.",
            format!("-> X25519 {loose}\n{body}\n"),
        ),
        bad(
            "header",
            "share-padded",
            "The share is padded.",
            format!("-> X25519 {share}=\n{body}\n"),
        ),
        bad(
            "header",
            "share-zero",
            "The share is the point zero, of small order.",
            format!("-> X25519 {}\n{body}\n", BASE64_NOPAD.encode(&[0; 32])),
        ),
        bad(
            "header",
            "share-one",
            "The share is the point one, of small order.",
            format!("-> X25519 {}\n{body}\n", BASE64_NOPAD.encode(&one)),
        ),
        bad(
            "header",
            "extra-argument",
            "The stanza has an argument more.",
            format!("-> X25519 {share} more\n{body}\n"),
        ),
        bad(
            "header",
            "two-blanks",
            "Two blanks after the type.",
            format!("-> X25519  {share}\n{body}\n"),
        ),
        bad(
            "header",
            "body-short",
            "The wrapped key lacks a byte.",
            format!("-> X25519 {share}\n{}\n", BASE64_NOPAD.encode(&[9; 31])),
        ),
        bad(
            "header",
            "body-long",
            "A byte follows the wrapped key.",
            format!("-> X25519 {share}\n{}\n", BASE64_NOPAD.encode(&[9; 33])),
        ),
        bad(
            "header",
            "body-missing",
            "The stanza has no body.",
            format!("-> X25519 {share}\n"),
        ),
        bad(
            "header",
            "body-line-of-65",
            "A line of 65 columns in the body of an unknown stanza.",
            format!("-> long\n{}\n{ours}", "A".repeat(65)),
        ),
        bad(
            "header",
            "body-without-short-line",
            "The body of an unknown stanza ends in a full line.",
            format!("-> long\n{}\n{ours}", "A".repeat(64)),
        ),
        bad(
            "header",
            "control-character",
            "A control character in the type of a stanza.",
            format!("-> x\u{1}\n\n{ours}"),
        ),
        bad(
            "header",
            "passphrase-and-key",
            "A stanza for a passphrase beside another, which the format forbids.",
            format!("{scrypt}{ours}"),
        ),
        invalid(
            "header",
            "mac-missing",
            "The last line has no MAC.",
            replaced(&format!("--- {mac}"), "---"),
        ),
        invalid(
            "header",
            "mac-short",
            "The MAC has 31 bytes.",
            replaced(&mac, &BASE64_NOPAD.encode(&[9; 31])),
        ),
        invalid(
            "header",
            "mac-padded",
            "The MAC is padded.",
            replaced(&mac, &format!("{mac}=")),
        ),
        invalid(
            "header",
            "crlf",
            "Lines end in CR LF.",
            replaced(&format!("{share}\n{body}\n"), &format!("{share}\r\n{body}\r\n")),
        ),
        invalid("header", "not-utf8", "A byte that is not UTF-8 in a stanza.", {
            let mut bytes = under(&header(&format!("-> xx\n\n{ours}")));
            bytes[FIRST.len() + 3] = 0xff;
            bytes
        }),
        bad("passphrase", "alone", "A file for a passphrase.", scrypt.clone()),
        bad(
            "no-match",
            "other-key",
            "A file for another key.",
            stanza(&[0x55; 32], &EPHEMERAL),
        ),
        bad(
            "no-match",
            "unknown-stanza",
            "A file for a type of key that nobody knows.",
            "-> x-unknown\nAAAA\n".to_owned(),
        ),
        bad(
            "no-match",
            "lower-case-type",
            "The type in lower case is another type.",
            ours.replace("X25519", "x25519"),
        ),
        bad(
            "no-match",
            "wrapped-key-changed",
            "The wrapped key is other bytes.",
            format!("-> X25519 {share}\n{}\n", BASE64_NOPAD.encode(&[9; 32])),
        ),
        invalid(
            "mac",
            "changed",
            "The MAC is another.",
            replaced(&mac, &other_mac),
        ),
        invalid(
            "mac",
            "stanza-added",
            "A stanza was added after the MAC was made.",
            replaced("-> X25519", "-> x-added\n\n-> X25519"),
        ),
    ]
}

fn payloads() -> Vec<Case> {
    let whole = under(&own_header());
    let flipped = |from_end: usize| {
        let mut bytes = whole.clone();
        let at = bytes.len() - from_end;
        bytes[at] ^= 1;
        bytes
    };
    let full = vec![0; CHUNK];
    let one = |chunks: &[Vec<u8>]| file(&own_header(), chunks);
    let bad = |error: &str, name: &str, about: &str, bytes: Vec<u8>| invalid(error, name, about, bytes);
    vec![
        bad(
            "payload",
            "first-bit",
            "One bit of the content is another.",
            flipped(25),
        ),
        bad("payload", "tag-bit", "One bit of the tag is another.", flipped(1)),
        bad(
            "payload",
            "nonce-bit",
            "One bit of the nonce of the payload is another.",
            flipped(26),
        ),
        bad(
            "payload",
            "cut",
            "The last byte of the last chunk is missing.",
            whole[..whole.len() - 1].to_vec(),
        ),
        bad(
            "payload",
            "lengthened",
            "A byte follows the last chunk.",
            [&whole[..], &[0]].concat(),
        ),
        bad(
            "payload",
            "not-last",
            "The only chunk says that others follow.",
            one(&[chunk(0, false, b"captured\n")]),
        ),
        bad(
            "payload",
            "number",
            "The only chunk has the number of the second.",
            one(&[chunk(1, true, b"captured\n")]),
        ),
        bad(
            "payload",
            "empty-second-chunk",
            "The second and last chunk is empty.",
            one(&[chunk(0, false, &full), chunk(1, true, b"")]),
        ),
        bad(
            "truncated",
            "between-chunks",
            "The file ends after a whole chunk that others were to follow.",
            one(&[chunk(0, false, &full)]),
        ),
        bad(
            "trailing",
            "after-full-chunk",
            "A byte follows a last chunk that is full.",
            [&one(&[chunk(0, true, &full)])[..], &[0]].concat(),
        ),
    ]
}
