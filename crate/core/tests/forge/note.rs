//! Checkpoints in signed notes.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;

use super::case::{Case, invalid, valid};
use super::{SMALL_ORDER, note};
use super::{
    did, leaf, multibase, multibase_of, note_of, person, second_encoding, sha256, stranger, tree_hash,
};

const ROOT: [u8; 32] = [9; 32];

fn origin() -> String {
    format!("counterfoil/{}", multibase(&person()))
}

/// Id of a key under a name, for a type of signature.
fn key_id(name: &str, kind: u8, key: &SigningKey) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), &[b'\n', kind], key.verifying_key().as_bytes()].concat());
    hash[..4].try_into().unwrap()
}

/// A signature line of these bytes.
fn line(name: &str, id: [u8; 4], signature: &[u8]) -> String {
    format!("\u{2014} {name} {}\n", BASE64.encode(&[&id, signature].concat()))
}

/// The person's own signature line over a text.
fn own(text: &str) -> String {
    line(
        &origin(),
        key_id(&origin(), 1, &person()),
        &person().sign(text.as_bytes()).to_bytes(),
    )
}

/// Any text with the person's signature.
fn signed(text: &str) -> String {
    format!("{text}\n{}", own(text))
}

/// The person's checkpoint of five records.
fn five() -> String {
    note(&person(), 5, &ROOT)
}

fn text_of(size: &str, root: &str) -> String {
    format!("{}\n{size}\n{root}\n", origin())
}

/// The text of [`five`] with these signature lines.
fn with(lines: &str) -> String {
    format!("{}\n{lines}", text_of("5", &BASE64.encode(&ROOT)))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(malformed());
    cases.extend(not_checkpoints());
    cases.extend(signatures());
    for case in &mut cases {
        if case.given.is_null() {
            case.given = json!({"did": did(&person())});
        }
    }
    cases
}

fn accepted() -> Vec<Case> {
    let mut cases = Vec::new();
    let leaves: Vec<_> = (0..70_u64).map(|seq| leaf(&seq.to_be_bytes())).collect();
    for size in [0_usize, 1, 2, 3, 7, 8, 70] {
        let root = tree_hash(&leaves[..size]);
        cases.push(
            valid(
                &format!("size-{size}"),
                "A checkpoint over leaves that are their own numbers in eight bytes, big end first.",
                note(&person(), size as u64, &root),
            )
            .gives(json!({"size": size.to_string(), "root": BASE64.encode(&root)})),
        );
    }
    for (name, size) in [("2-to-53", 1 << 53), ("largest", u64::MAX)] {
        cases.push(
            valid(
                &format!("size-{name}"),
                "A size that a double cannot tell from its neighbour.",
                note(&person(), size, &ROOT),
            )
            .gives(json!({"size": size.to_string(), "root": BASE64.encode(&ROOT)})),
        );
    }
    let witness = line("witness.example", [1, 2, 3, 4], &[7; 72]);
    let sixteen: String = (1..16)
        .map(|index| line(&format!("witness.example/{index}"), [1, 2, 3, 4], &[7; 72]))
        .collect();
    let own_line = own(&text_of("5", &BASE64.encode(&ROOT)));
    for (name, about, lines) in [
        (
            "cosigned",
            "A signature of an unknown key follows.",
            format!("{own_line}{witness}"),
        ),
        (
            "cosigned-before",
            "A signature of an unknown key stands first.",
            format!("{witness}{own_line}"),
        ),
        (
            "sixteen-signatures",
            "As many signatures as are read.",
            format!("{own_line}{sixteen}"),
        ),
        (
            "signed-twice",
            "The same signature twice.",
            format!("{own_line}{own_line}"),
        ),
        (
            "own-name-other-key",
            "A second line has the log's name and the id of another key: it is another key's, and unknown.",
            format!("{own_line}{}", line(&origin(), [1, 2, 3, 4], &[7; 64])),
        ),
        (
            "shortest-signature",
            "A signature of an unknown key has one byte.",
            format!("{own_line}{}", line("witness.example", [1, 2, 3, 4], &[7])),
        ),
    ] {
        cases
            .push(valid(name, about, with(&lines)).gives(json!({"size": "5", "root": BASE64.encode(&ROOT)})));
    }
    cases
}

fn malformed() -> Vec<Case> {
    let encoded = |bytes: &[u8]| [&key_id(&origin(), 1, &person()), bytes].concat();
    let text = text_of("5", &BASE64.encode(&ROOT));
    let signature = encoded(&person().sign(text.as_bytes()).to_bytes());
    let seventeen: String = (0..17)
        .map(|_| line("witness.example", [1, 2, 3, 4], &[7; 64]))
        .collect();
    let custom = |name: &str, encoded: &str| with(&format!("\u{2014} {name} {encoded}\n"));
    let good = BASE64.encode(&signature);
    // Sixty-eight bytes end in a group of two: four bits of its last letter stand for nothing.
    let mut stray = good.clone().into_bytes();
    let at = stray.iter().rposition(|byte| *byte != b'=').unwrap();
    stray[at] += 1;
    let stray = String::from_utf8(stray).unwrap();
    assert!(BASE64.decode(stray.as_bytes()).is_err());
    // The first bytes of an unknown key's signature, chosen so that both alphabets differ.
    let urls = BASE64URL.encode(&[0xff; 69]);
    let own_line = own(&text);
    let bad = |name: &str, about: &str, bytes: String| invalid("malformed", name, about, bytes);
    vec![
        bad("empty", "No bytes.", String::new()),
        bad(
            "text",
            "Some text.",
            "This is not the file that you are looking for.\n".to_owned(),
        ),
        bad(
            "no-last-newline",
            "The newline at the end is missing.",
            five().trim_end().to_owned(),
        ),
        bad("extra-newline", "A blank line at the end.", five() + "\n"),
        bad("crlf", "Lines end in CR LF.", five().replace('\n', "\r\n")),
        bad(
            "carriage-return",
            "One line of the text ends in CR LF, and was signed so.",
            signed(&text_of("5\r", &BASE64.encode(&ROOT))),
        ),
        bad(
            "no-blank-line",
            "No blank line before the signatures.",
            five().replace("\n\n", "\n"),
        ),
        bad(
            "no-signatures",
            "The text and a blank line alone.",
            format!("{text}\n"),
        ),
        bad(
            "tab",
            "A tab in the text, which was signed so.",
            signed(&text_of("5\t", &BASE64.encode(&ROOT))),
        ),
        bad(
            "null-byte",
            "A zero byte after the name.",
            custom(&format!("{}\0", origin()), &good),
        ),
        bad(
            "hyphen",
            "A signature line begins with a hyphen.",
            five().replace('\u{2014}', "-"),
        ),
        bad(
            "dash-without-blank",
            "A signature line has no blank after its dash.",
            five().replace("\u{2014} ", "\u{2014}"),
        ),
        bad("no-name", "A signature line has no name.", custom("", &good)),
        bad(
            "name-with-plus",
            "The name of another key holds a plus sign.",
            with(&format!("{own_line}{}", line("a+b", [1, 2, 3, 4], &[7; 64]))),
        ),
        bad(
            "name-with-blank",
            "The name of another key holds a no-break space.",
            with(&format!("{own_line}{}", line("a\u{a0}b", [1, 2, 3, 4], &[7; 64]))),
        ),
        bad(
            "no-signature-in-line",
            "A signature line has a name only.",
            with(&format!("\u{2014} {}\n", origin())),
        ),
        bad(
            "unpadded",
            "The base64 of the signature has no padding.",
            custom(&origin(), &BASE64_NOPAD.encode(&signature)),
        ),
        bad(
            "url-alphabet",
            "The base64 of another signature is of the URL alphabet.",
            with(&format!("{own_line}\u{2014} witness.example {urls}\n")),
        ),
        bad(
            "stray-bits",
            "The last letter of the signature has bits that stand for nothing.",
            custom(&origin(), &stray),
        ),
        bad(
            "blank-in-base64",
            "A blank follows the signature.",
            custom(&origin(), &format!("{good} ")),
        ),
        bad(
            "signature-of-four-bytes",
            "A signature line holds the id of a key and nothing after it.",
            with(&format!(
                "{own_line}{}",
                line("witness.example", [1, 2, 3, 4], &[])
            )),
        ),
        bad(
            "seventeen-signatures",
            "More signatures than are read; none is of the log's key.",
            with(&seventeen),
        ),
        bad(
            "too-long",
            "Longer than 128 KiB: the name of another key is.",
            with(&format!(
                "{own_line}{}",
                line(&"x".repeat(128 * 1024), [1, 2, 3, 4], &[7; 64])
            )),
        )
        .compressed(),
    ]
}

fn not_checkpoints() -> Vec<Case> {
    let root = BASE64.encode(&ROOT);
    let bad = |name: &str, about: &str, text: String| invalid("not-a-checkpoint", name, about, signed(&text));
    let mut stray = root.clone().into_bytes();
    let at = stray.len() - 2;
    stray[at] += 1;
    let stray = String::from_utf8(stray).unwrap();
    assert!(BASE64.decode(stray.as_bytes()).is_err());
    let url = BASE64URL.encode(&[0xff; 32]);
    vec![
        bad("one-line", "The origin alone.", format!("{}\n", origin())),
        bad("two-lines", "No root.", format!("{}\n5\n", origin())),
        invalid(
            "not-a-checkpoint",
            "blank-line-between-signatures",
            "A blank line between two signature lines: what stands before it counts as text.",
            {
                let text = text_of("5", &root);
                format!(
                    "{text}\n{}\n{}",
                    own(&text),
                    line("witness.example", [1, 2, 3, 4], &[7; 64])
                )
            },
        ),
        bad(
            "extension-line",
            "A fourth line.",
            text_of("5", &root) + "extension\n",
        ),
        bad(
            "blank-line-in-text",
            "A blank line and another after the root.",
            text_of("5", &root) + "\nmore\n",
        ),
        bad("size-empty", "No size.", text_of("", &root)),
        bad(
            "size-leading-zero",
            "The size begins with a zero.",
            text_of("05", &root),
        ),
        bad("size-plus", "The size has a sign.", text_of("+5", &root)),
        bad("size-minus", "The size is negative.", text_of("-5", &root)),
        bad("size-hex", "The size is in hexadecimal.", text_of("0x5", &root)),
        bad("size-blank", "A blank before the size.", text_of(" 5", &root)),
        bad("size-fraction", "The size has a fraction.", text_of("5.0", &root)),
        bad(
            "size-2-to-64",
            "The size does not fit 64 bits.",
            text_of("18446744073709551616", &root),
        ),
        bad(
            "size-other-digits",
            "The size is a digit of another script.",
            text_of("\u{665}", &root),
        ),
        bad("root-empty", "No root in its line.", text_of("5", "")),
        bad(
            "root-short",
            "The root has 31 bytes.",
            text_of("5", &BASE64.encode(&[9; 31])),
        ),
        bad(
            "root-long",
            "The root has 33 bytes.",
            text_of("5", &BASE64.encode(&[9; 33])),
        ),
        bad(
            "root-unpadded",
            "The root has no padding.",
            text_of("5", root.trim_end_matches('=')),
        ),
        bad(
            "root-in-two-texts",
            "The root is written as two texts with padding each, one after the other.",
            text_of("5", &(BASE64.encode(&ROOT[..10]) + &BASE64.encode(&ROOT[10..]))),
        ),
        bad(
            "root-stray-bits",
            "The last letter of the root has bits that stand for nothing.",
            text_of("5", &stray),
        ),
        bad(
            "root-url-alphabet",
            "The root is of the URL alphabet.",
            text_of("5", &url),
        ),
        bad(
            "root-hex",
            "The root is in hexadecimal.",
            text_of("5", &super::hex(&ROOT)),
        ),
    ]
}

fn signatures() -> Vec<Case> {
    let root = BASE64.encode(&ROOT);
    let text = text_of("5", &root);
    let (person, stranger) = (person(), stranger());
    let own_id = key_id(&origin(), 1, &person);
    let signature = person.sign(text.as_bytes()).to_bytes();
    let flipped = |at: usize| {
        let mut bytes = signature;
        bytes[at] ^= 1;
        with(&line(&origin(), own_id, &bytes))
    };
    let mut other_id = own_id;
    other_id[0] ^= 1;
    let bare = multibase(&person);
    let small_text = format!("counterfoil/{}\n5\n{root}\n", multibase_of(&SMALL_ORDER));
    let small_name = format!("counterfoil/{}", multibase_of(&SMALL_ORDER));
    // R is the neutral element and S is zero: without the strict rules this holds for every message.
    let forged = [SMALL_ORDER.as_slice(), &[0; 32]].concat();
    let id = sha256(&[small_name.as_bytes(), b"\n\x01", &SMALL_ORDER].concat());
    let small = format!(
        "{small_text}\n{}",
        line(&small_name, id[..4].try_into().unwrap(), &forged)
    );
    let whole = |origin: &str, key: &SigningKey| {
        note_of(origin, 5, &ROOT, key.verifying_key().as_bytes(), |text| {
            key.sign(text).to_bytes()
        })
    };
    let bad = |error: &str, name: &str, about: &str, bytes: String| invalid(error, name, about, bytes);
    vec![
        bad(
            "other-log",
            "signed-by-its-key",
            "The whole checkpoint of another log.",
            note(&stranger, 5, &ROOT),
        ),
        bad(
            "other-log",
            "signed-by-this-key",
            "The origin is that of another log; the key is that of this one.",
            signed(&format!("counterfoil/{}\n5\n{root}\n", multibase(&stranger))),
        ),
        bad(
            "other-log",
            "origin-without-prefix",
            "The origin is the key alone.",
            signed(&format!("{bare}\n5\n{root}\n")),
        ),
        bad(
            "other-log",
            "origin-upper-case",
            "The origin is written in upper case.",
            signed(&format!("{}\n5\n{root}\n", origin().to_uppercase())),
        ),
        bad(
            "not-signed",
            "other-key",
            "Signed by another key in its own name.",
            with(&line(
                &format!("counterfoil/{}", multibase(&stranger)),
                key_id(&format!("counterfoil/{}", multibase(&stranger)), 1, &stranger),
                &stranger.sign(text.as_bytes()).to_bytes(),
            )),
        ),
        bad(
            "not-signed",
            "other-key-own-name",
            "Signed by another key in the name of the log's.",
            whole(&origin(), &stranger),
        ),
        bad(
            "not-signed",
            "key-id",
            "One bit of the key's id is another.",
            with(&line(&origin(), other_id, &signature)),
        ),
        bad(
            "not-signed",
            "key-id-of-other-type",
            "The key's id is that for another type of signature (0x04).",
            with(&line(&origin(), key_id(&origin(), 4, &person), &signature)),
        ),
        bad(
            "not-signed",
            "name-without-prefix",
            "The key is named without the prefix.",
            with(&line(&bare, key_id(&bare, 1, &person), &signature)),
        ),
        bad(
            "bad-signature",
            "first-bit",
            "One bit of the first half of the signature is another.",
            flipped(0),
        ),
        bad(
            "bad-signature",
            "last-bit",
            "One bit of the second half of the signature is another.",
            flipped(63),
        ),
        bad(
            "bad-signature",
            "63-bytes",
            "The signature lacks its last byte.",
            with(&line(&origin(), own_id, &signature[..63])),
        ),
        bad(
            "bad-signature",
            "65-bytes",
            "A byte follows the signature.",
            with(&line(&origin(), own_id, &[&signature[..], &[0]].concat())),
        ),
        bad(
            "bad-signature",
            "size-changed",
            "The size is another than was signed.",
            five().replacen("\n5\n", "\n6\n", 1),
        ),
        bad(
            "bad-signature",
            "root-changed",
            "The root is another than was signed.",
            five().replacen(&root, &BASE64.encode(&[8; 32]), 1),
        ),
        bad(
            "bad-signature",
            "text-without-newline",
            "The signature is over the text without its last newline.",
            with(&line(
                &origin(),
                own_id,
                &person.sign(text.trim_end().as_bytes()).to_bytes(),
            )),
        ),
        bad(
            "bad-signature",
            "text-with-blank-line",
            "The signature is over the text and the blank line.",
            with(&line(
                &origin(),
                own_id,
                &person.sign(format!("{text}\n").as_bytes()).to_bytes(),
            )),
        ),
        bad(
            "bad-signature",
            "second-encoding",
            "The second half of the signature has the order of the group added to it.",
            with(&line(&origin(), own_id, &second_encoding(&signature))),
        ),
        bad(
            "bad-signature",
            "one-of-two",
            "The log's key signed twice, and the second signature does not hold.",
            with(&format!("{}{}", own(&text), line(&origin(), own_id, &[7; 64]))),
        ),
        bad(
            "bad-signature",
            "small-order-key",
            "The key is the neutral element, for which a signature of zeros would hold of every text.",
            small,
        )
        .given(json!({"did": format!("did:key:{}", multibase_of(&SMALL_ORDER))})),
    ]
}
