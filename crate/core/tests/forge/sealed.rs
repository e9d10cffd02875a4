//! Boxes of the inbox: what is captured while a profile is locked.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use curve25519_dalek::montgomery::MontgomeryPoint;
use data_encoding::BASE64;
use hkdf::Hkdf;
use serde_json::{Value, json};
use sha2::Sha256;

use super::case::{Case, invalid, valid};
use super::hex;
use super::key::x25519;

const SECRET: [u8; 32] = [7; 32];
const EPHEMERAL: [u8; 32] = [8; 32];
const PLACE: &str = "inbox/5d4c3b2a9f8e4d7ca6b5040302010f0e";

/// A box, derived and sealed by hand, with any version and any label of the derivation.
fn sealed(version: u8, info: &[u8], place: &str, plain: &[u8]) -> Vec<u8> {
    let (public, ephemeral) = (x25519(&SECRET), x25519(&EPHEMERAL));
    let shared = MontgomeryPoint(public).mul_clamped(EPHEMERAL).to_bytes();
    let mut material = [0; 56];
    Hkdf::<Sha256>::new(Some(&[ephemeral, public].concat()), &shared)
        .expand(info, &mut material)
        .unwrap();
    let cipher = XChaCha20Poly1305::new(material[..32].into());
    let content = cipher
        .encrypt(
            XNonce::from_slice(&material[32..]),
            Payload {
                msg: plain,
                aad: place.as_bytes(),
            },
        )
        .unwrap();
    [&[version], &ephemeral[..], &content].concat()
}

fn good(plain: &[u8]) -> Vec<u8> {
    sealed(1, b"counterfoil/v1 inbox", PLACE, plain)
}

fn given() -> Value {
    json!({"place": PLACE, "secret": hex(&SECRET)})
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, about, plain) in [
        ("empty", "A box with nothing in it.", &b""[..]),
        ("text", "A box with a text in it.", "À bientôt 👋\n".as_bytes()),
        ("kilobyte", "A box with 1,024 zeros in it.", &[0; 1024]),
    ] {
        let given = json!({"ephemeral_secret": hex(&EPHEMERAL), "place": PLACE, "public": hex(&x25519(&SECRET)), "secret": hex(&SECRET)});
        cases.push(
            valid(name, about, good(plain))
                .given(given)
                .gives(json!({"content": BASE64.encode(plain)})),
        );
    }
    let whole = good(b"captured");
    let flipped = |at: usize, bit: u8| {
        let mut bytes = whole.clone();
        bytes[at] ^= bit;
        bytes
    };
    let versioned = |version: u8| sealed(version, b"counterfoil/v1 inbox", PLACE, b"captured");
    let damaged =
        |name: &str, about: &str, bytes: Vec<u8>| invalid("damaged", name, about, bytes).given(given());
    let malformed =
        |name: &str, about: &str, bytes: Vec<u8>| invalid("malformed", name, about, bytes).given(given());
    let mut one = [0; 32];
    one[0] = 1;
    let small = |point: [u8; 32]| [&[1], &point[..], &[0; 24]].concat();
    cases.extend([
        malformed("empty", "No bytes.", Vec::new()),
        malformed("version-0", "A version before the first.", versioned(0)),
        malformed("version-2", "A version that is not known.", versioned(2)),
        malformed(
            "48-bytes",
            "A byte less than an empty box has.",
            whole[..48].to_vec(),
        ),
        damaged(
            "49-bytes",
            "As many bytes as an empty box has.",
            whole[..49].to_vec(),
        ),
        damaged(
            "truncated",
            "The last byte is missing.",
            whole[..whole.len() - 1].to_vec(),
        ),
        damaged("appended", "A byte follows.", [&whole[..], &[0]].concat()),
        damaged(
            "ephemeral-bit",
            "One bit of the key that it was sealed with is another.",
            flipped(1, 1),
        ),
        damaged(
            "ephemeral-highest-bit",
            "The bit of that key that the curve ignores is another.",
            flipped(32, 0x80),
        ),
        damaged(
            "content-bit",
            "One bit of the content is another.",
            flipped(33, 1),
        ),
        damaged(
            "tag-bit",
            "One bit of the tag is another.",
            flipped(whole.len() - 1, 1),
        ),
        damaged(
            "other-label",
            "Derived for another purpose.",
            sealed(1, b"counterfoil/v1 outbox", PLACE, b"captured"),
        ),
        damaged(
            "other-place",
            "Made for another place.",
            sealed(1, b"counterfoil/v1 inbox", "inbox/0", b"captured"),
        ),
        damaged(
            "small-order-zero",
            "The key that it was sealed with is the point zero.",
            small([0; 32]),
        ),
        damaged(
            "small-order-one",
            "The key that it was sealed with is the point one.",
            small(one),
        ),
        invalid("damaged", "other-key", "For another inbox.", whole.clone())
            .given(json!({"place": PLACE, "secret": hex(&[6; 32])})),
    ]);
    for (name, point) in [("zero", [0; 32]), ("one", one)] {
        let given = json!({"ephemeral_secret": hex(&EPHEMERAL), "place": PLACE, "public": hex(&point)});
        cases.push(
            invalid(
                "key",
                &format!("small-order-{name}"),
                "This content cannot be sealed: the key of the inbox is of small order.",
                &b"captured"[..],
            )
            .given(given),
        );
    }
    cases
}
