//! The vectors: each one bundle, with the one thing that is wrong with it.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::zip::{Packing, RawFile, RawZip};
use super::{
    BUNDLE_ID, Draft, ENTROPY, Files, IAT, LOG, NAME, NOTICE, Papers, collector, consent_payload, did,
    digest, header, hex, jws, jws_of, line, lines, multibase, multibase_of, note, note_of, offer_payload,
    papers, person, record, sha256, stranger, tree_hash,
};
use ed25519_dalek::Signer as _;

/// One file and what a verifier must say of it.
pub(crate) struct Vector {
    /// Name below `bundle/`, without `.zip`.
    pub(crate) name: &'static str,
    /// The check that fails; `None` where the bundle is valid.
    pub(crate) check: Option<&'static str>,
    /// The audience that the verifier is told to expect.
    pub(crate) audience: Option<String>,
    /// What is particular about it.
    pub(crate) about: &'static str,
    pub(crate) bytes: Vec<u8>,
}

fn valid(name: &'static str, about: &'static str, bytes: Vec<u8>) -> Vector {
    Vector {
        name,
        check: None,
        audience: None,
        about,
        bytes,
    }
}

/// The check is the first word of the name.
fn invalid(name: &'static str, about: &'static str, bytes: Vec<u8>) -> Vector {
    let check = name.split('-').next();
    Vector {
        name,
        check,
        audience: None,
        about,
        bytes,
    }
}

/// A valid bundle of three records with a change to its container.
fn container(change: impl FnOnce(&mut RawZip)) -> Vec<u8> {
    let mut raw = Draft::new(0, 3).files().raw();
    change(&mut raw);
    raw.bytes()
}

/// A valid bundle of three records with a change to its files, zipped anew.
fn files(change: impl FnOnce(&mut Files)) -> Vec<u8> {
    let mut files = Draft::new(0, 3).files();
    change(&mut files);
    files.raw().bytes()
}

fn draft(change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    Draft::new(0, 3).with(change).zip()
}

/// `bundle.jws` with another header, signed all the same.
fn with_header(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let draft = Draft::new(0, 3);
    let mut header = header(&draft.key, "bundle");
    change(&mut header);
    let payload = draft.statement(&draft.files()).to_string();
    let key = draft.key.clone();
    draft
        .with(|draft| {
            draft.bundle = Some(jws_of(&header.to_string(), &payload, |input| {
                key.sign(input).to_bytes()
            }))
        })
        .zip()
}

fn with_papers(change: impl FnOnce(&mut Papers)) -> Vec<u8> {
    Draft::for_collector()
        .with(|draft| change(draft.papers.as_mut().unwrap()))
        .zip()
}

/// A bundle whose second line is this one.
fn second_line(bytes: Vec<u8>) -> Vec<u8> {
    draft(|draft| draft.lines[1] = bytes)
}

fn second_record(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut record = record(1);
    change(&mut record);
    second_line(line(&record))
}

fn path(raw: &RawZip, index: usize) -> String {
    String::from_utf8(raw.files[index].local.name.clone()).unwrap()
}

fn rename(raw: &mut RawZip, index: usize, change: impl Fn(&str) -> String) {
    let name = change(&path(raw, index)).into_bytes();
    raw.files[index].headers(|header| header.name.clone_from(&name));
}

fn add(raw: &mut RawZip, name: &str, bytes: &[u8]) {
    let at = raw.files.len() - 1;
    raw.files.insert(at, RawFile::new(name, bytes, Packing::Stored));
}

pub(crate) fn all() -> Vec<Vector> {
    let mut all = good();
    for group in [
        zips,
        bags,
        keys,
        audiences,
        papers_and_records,
        record_lines,
        ranges_and_roots,
    ] {
        all.extend(group());
    }
    all
}

fn good() -> Vec<Vector> {
    let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}txt.exe\u{2066}\r\nVALID: everything \u{9b}31m";
    vec![
        valid("valid-one-record", "The smallest bundle.", Draft::new(0, 1).zip()),
        valid(
            "valid-three-records",
            "An export of three records.",
            Draft::new(0, 3).zip(),
        ),
        valid(
            "valid-later-records",
            "Records 3 to 5 of a log: the frontier holds two hashes.",
            Draft::new(3, 5).zip(),
        ),
        valid(
            "valid-collector",
            "For a collector, with offer, consent and notice.",
            Draft::for_collector().zip(),
        ),
        Vector {
            audience: Some("export".to_owned()),
            ..valid(
                "valid-audience-expected",
                "An export where an export is expected.",
                Draft::new(0, 3).zip(),
            )
        },
        valid(
            "valid-stored",
            "The records are stored, not deflated.",
            container(|raw| {
                let (last, bytes) = (
                    raw.files.len() - 1,
                    Draft::new(0, 3).files().get("data/records.jsonl").to_vec(),
                );
                raw.files[last] = RawFile::new(&path(raw, last), &bytes, Packing::Stored);
            }),
        ),
        valid(
            "valid-deflated-otherwise",
            "Every file is deflated, by the fastest level of a compressor.",
            {
                let files = Draft::new(0, 3).files();
                let raw = files.files.iter().map(|(name, bytes)| {
                    RawFile::new(&format!("{}/{name}", files.top), bytes, Packing::Deflated(1))
                });
                RawZip {
                    files: raw.collect(),
                    ..RawZip::default()
                }
                .bytes()
            },
        ),
        valid(
            "valid-algorithm-ed25519",
            "The header of bundle.jws says Ed25519 (RFC 9864) where EdDSA is usual.",
            with_header(|header| header["alg"] = json!("Ed25519")),
        ),
        valid(
            "valid-checkpoint-cosigned",
            "The checkpoint carries a second signature, of a key that a verifier does not know and must ignore.",
            {
                let draft = Draft::new(0, 3);
                let mut checkpoint = String::from_utf8(draft.files().get("checkpoint").to_vec()).unwrap();
                checkpoint += &format!("\u{2014} witness.example {}\n", BASE64.encode(&[9; 76]));
                draft.with(|draft| draft.checkpoint = Some(checkpoint)).zip()
            },
        ),
        valid(
            "valid-hostile-text",
            "A text that would write to a terminal and turn its direction, if it were printed as it is.",
            {
                let mut hostile_record = record(1);
                hostile_record["text"] = json!(hostile);
                second_line(line(&hostile_record))
            },
        ),
    ]
}

#[allow(clippy::too_many_lines, reason = "a list")]
fn zips() -> Vec<Vector> {
    let whole = Draft::new(0, 3).zip();
    let zeros = |length: usize| {
        let last = |raw: &RawZip| raw.files.len() - 1;
        container(|raw| {
            let at = last(raw);
            raw.files[at] = RawFile::new(&path(raw, at), &vec![b'0'; length], Packing::Deflated(9));
        })
    };
    vec![
        invalid("zip-empty", "No bytes at all.", Vec::new()),
        invalid(
            "zip-not-a-zip",
            "Some text.",
            b"This is not the file that you are looking for.\n".to_vec(),
        ),
        invalid(
            "zip-truncated",
            "The last 100 bytes are missing.",
            whole[..whole.len() - 100].to_vec(),
        ),
        invalid(
            "zip-appended",
            "A byte follows the end.",
            [whole.as_slice(), b"\n"].concat(),
        ),
        invalid(
            "zip-prepended",
            "A script stands before the first file.",
            [b"#!/bin/sh\n", whole.as_slice()].concat(),
        ),
        invalid(
            "zip-comment",
            "The end record has a comment.",
            container(|raw| raw.comment = b"hello".to_vec()),
        ),
        invalid(
            "zip-gap",
            "Bytes between two files.",
            container(|raw| raw.files[3].gap = b"hidden".to_vec()),
        ),
        invalid(
            "zip-gap-before-directory",
            "Bytes between the last file and the central directory.",
            container(|raw| raw.gap = b"hidden".to_vec()),
        ),
        invalid(
            "zip-hidden-file",
            "A file with a local header that the central directory does not list.",
            container(|raw| {
                let mut file = RawFile::new("counterfoil/hidden.txt", b"hidden", Packing::Stored);
                file.hidden = true;
                raw.files.insert(2, file);
            }),
        ),
        invalid(
            "zip-overlap",
            "Two entries of the central directory share one local file.",
            container(|raw| raw.files[1].offset = Some(0)),
        ),
        invalid(
            "zip-bomb",
            "Records that unpack to a thousand times their size.",
            zeros(2 * 1024 * 1024),
        ),
        invalid(
            "zip-bomb-lying",
            "Records that declare 1,000 bytes and unpack to more.",
            container(|raw| {
                let at = raw.files.len() - 1;
                raw.files[at] = RawFile::new(&path(raw, at), &vec![b'0'; 1024 * 1024], Packing::Deflated(9));
                raw.files[at].headers(|header| header.size = 1000);
            }),
        ),
        invalid(
            "zip-oversized",
            "Files that declare more than 256 MiB together.",
            container(|raw| {
                let at = raw.files.len() - 1;
                raw.files[at].headers(|header| {
                    header.size = 0x1000_0001;
                    header.packed = 0x0100_0000;
                });
            }),
        ),
        invalid("zip-tag-file-oversized", "A notice of more than 1 MiB.", {
            let mut raw = Draft::for_collector().files().raw();
            let at = raw
                .files
                .iter()
                .position(|file| file.local.name.ends_with(b"notice.txt"))
                .unwrap();
            raw.files[at] = RawFile::new(
                &path(&raw, at),
                &compressible(1024 * 1024 + 1),
                Packing::Deflated(9),
            );
            raw.bytes()
        }),
        invalid(
            "zip-duplicate-name",
            "Two files of one name.",
            container(|raw| {
                let name = path(raw, 4);
                add(raw, &name, b"another");
            }),
        ),
        invalid(
            "zip-duplicate-name-case",
            "Two names that differ in case only.",
            container(|raw| {
                let name = path(raw, 4).replace("checkpoint", "CheckPoint");
                add(raw, &name, b"another");
            }),
        ),
        invalid(
            "zip-dot-dot",
            "A name that leads out of the directory.",
            container(|raw| {
                let name = format!("{}/../../evil.txt", Draft::new(0, 3).stem());
                add(raw, &name, b"evil");
            }),
        ),
        invalid(
            "zip-absolute",
            "A name from the root.",
            container(|raw| rename(raw, 5, |_| "/etc/frontier.json".to_owned())),
        ),
        invalid(
            "zip-backslash",
            "A name with a backslash.",
            container(|raw| rename(raw, 5, |name| name.replace('/', "\\"))),
        ),
        invalid(
            "zip-unicode-name",
            "A name with a letter that looks like another.",
            container(|raw| rename(raw, 5, |name| name.replace("frontier", "fr\u{43e}ntier"))),
        ),
        invalid(
            "zip-two-directories",
            "A file below another top directory.",
            container(|raw| rename(raw, 5, |_| "elsewhere/frontier.json".to_owned())),
        ),
        invalid(
            "zip-no-directory",
            "A file below no directory.",
            container(|raw| rename(raw, 5, |_| "frontier.json".to_owned())),
        ),
        invalid(
            "zip-directory-entry",
            "The directory has an entry of its own.",
            container(|raw| {
                let name = format!("{}/", Draft::new(0, 3).stem());
                raw.files.insert(0, RawFile::new(&name, b"", Packing::Stored));
            }),
        ),
        invalid(
            "zip-link",
            "A file that is a symbolic link.",
            container(|raw| {
                raw.files[5].made_by = 0x0314;
                raw.files[5].external = 0xa1ff_0000;
            }),
        ),
        invalid(
            "zip-encrypted",
            "A file flagged as encrypted.",
            container(|raw| raw.files[5].headers(|h| h.flags = 1)),
        ),
        invalid(
            "zip-data-descriptor",
            "A file whose sizes follow it.",
            container(|raw| {
                let file = &mut raw.files[5];
                file.headers(|header| header.flags = 8);
                let (crc, packed, size) = (file.local.crc, file.local.packed, file.local.size);
                (file.local.crc, file.local.packed, file.local.size) = (0, 0, 0);
                file.data.extend_from_slice(b"PK\x07\x08");
                for field in [crc, packed, size] {
                    file.data.extend_from_slice(&field.to_le_bytes());
                }
            }),
        ),
        invalid(
            "zip-zip64",
            "A file with a ZIP64 extra field.",
            container(|raw| {
                let size = u64::from(raw.files[5].local.size).to_le_bytes();
                let extra = [&[1, 0, 16, 0], size.as_slice(), &size].concat();
                raw.files[5].headers(|header| {
                    header.extra.clone_from(&extra);
                    header.size = u32::MAX;
                    header.packed = u32::MAX;
                });
            }),
        ),
        invalid(
            "zip-local-differs",
            "A local header with another name than the central one.",
            container(|raw| {
                let name = path(raw, 5).replace("frontier", "frontjer").into_bytes();
                raw.files[5].local.name = name;
            }),
        ),
        invalid(
            "zip-local-size-differs",
            "A local header with another size than the central one.",
            container(|raw| raw.files[5].local.size += 1),
        ),
        invalid(
            "zip-time",
            "A file with a time of its own.",
            container(|raw| raw.files[5].headers(|h| h.date = 0x5d76)),
        ),
        invalid(
            "zip-method",
            "A file packed by a method other than deflate.",
            container(|raw| raw.files[5].headers(|h| h.method = 12)),
        ),
        invalid(
            "zip-crc",
            "A file without the CRC-32 declared.",
            container(|raw| raw.files[5].headers(|h| h.crc ^= 1)),
        ),
        invalid(
            "zip-damaged-deflate",
            "Packed bytes that are not a deflate stream.",
            container(|raw| {
                let at = raw.files.len() - 1;
                raw.files[at].data[0] = 0x07;
            }),
        ),
        invalid(
            "zip-bytes-after-deflate",
            "Packed bytes after the end of the deflate stream.",
            container(|raw| {
                let file = raw.files.last_mut().unwrap();
                file.data.extend_from_slice(b"hidden");
                file.headers(|header| header.packed += 6);
            }),
        ),
        invalid(
            "zip-order",
            "The files are in another order.",
            container(|raw| raw.files.swap(1, 2)),
        ),
    ]
}

/// Text that deflate makes small, but not too small.
fn compressible(length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 512);
    let mut counter = 0_u32;
    while out.len() < length {
        out.extend_from_slice(&[b'a'; 600]);
        out.extend_from_slice(hex(&sha256(&counter.to_be_bytes())[..2]).as_bytes());
        counter += 1;
    }
    out.truncate(length);
    out
}

fn bags() -> Vec<Vector> {
    let resigned = |change: &dyn Fn(&mut Draft)| draft(|draft| change(draft));
    vec![
        invalid(
            "bag-extra-file",
            "A file that nothing lists.",
            files(|files| {
                files
                    .files
                    .insert(5, ("readme.txt".to_owned(), b"hello".to_vec()));
            }),
        ),
        invalid(
            "bag-missing-file",
            "No frontier.json.",
            files(|files| files.remove("frontier.json")),
        ),
        invalid(
            "bag-missing-records",
            "No records.",
            files(|files| files.remove("data/records.jsonl")),
        ),
        invalid(
            "bag-papers-incomplete",
            "For a collector, but without the notice.",
            {
                let mut files = Draft::for_collector().files();
                files.remove("notice.txt");
                let listed = files.tag_manifest().into_bytes();
                *files.get_mut("tagmanifest-sha256.txt") = listed;
                files.raw().bytes()
            },
        ),
        invalid(
            "bag-record-altered",
            "One letter of a record is another.",
            files(|files| {
                let records = files.get_mut("data/records.jsonl");
                let at = records.windows(4).position(|window| window == b"lamp").unwrap();
                records[at] = b'd';
            }),
        ),
        invalid(
            "bag-checkpoint-altered",
            "One digit of the checkpoint is another.",
            files(|files| {
                let checkpoint = files.get_mut("checkpoint");
                let at = checkpoint.iter().position(|byte| *byte == b'\n').unwrap() + 1;
                checkpoint[at] = b'4';
            }),
        ),
        invalid(
            "bag-tagmanifest-short",
            "The tag manifest does not list frontier.json.",
            {
                let listed = Draft::new(0, 3).files().tag_manifest();
                let short: Vec<_> = listed
                    .lines()
                    .filter(|line| !line.ends_with("frontier.json"))
                    .collect();
                resigned(&|draft| draft.tag_manifest = Some(short.join("\n") + "\n"))
            },
        ),
        invalid(
            "bag-manifest-digest",
            "The manifest has another digest of the records.",
            resigned(&|draft| draft.manifest = Some(format!("{}  data/records.jsonl\n", digest(b"other")))),
        ),
        invalid(
            "bag-size",
            "Payload-Oxum gives another size.",
            resigned(&|draft| draft.info = Some("Bagging-Date: 2026-11-22\nPayload-Oxum: 1.1\n".to_owned())),
        ),
        invalid(
            "bag-info-marked",
            "bag-info.txt has a field in which a mark could hide.",
            {
                let length = Draft::new(0, 3).files().get("data/records.jsonl").len();
                let info =
                    format!("Bagging-Date: 2026-11-22\nBag-Software-Agent: x\nPayload-Oxum: {length}.1\n");
                resigned(&|draft| draft.info = Some(info.clone()))
            },
        ),
        invalid(
            "bag-declaration",
            "bagit.txt declares another version.",
            resigned(&|draft| {
                draft.declaration =
                    Some("BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n".to_owned());
            }),
        ),
    ]
}

#[allow(clippy::too_many_lines, reason = "a list")]
fn keys() -> Vec<Vector> {
    let payload = || {
        let draft = Draft::new(0, 3);
        draft.statement(&draft.files())
    };
    let bundle = |compact: String| draft(|draft| draft.bundle = Some(compact));
    vec![
        invalid(
            "key-other",
            "bundle.jws names the person's key and is signed with another.",
            bundle(jws_of(
                &header(&person(), "bundle").to_string(),
                &payload().to_string(),
                |input| stranger().sign(input).to_bytes(),
            )),
        ),
        invalid(
            "key-other-signer",
            "bundle.jws is signed, and says so, by another key than its issuer's.",
            bundle(jws(&stranger(), "bundle", &payload())),
        ),
        invalid(
            "key-other-checkpoint",
            "The checkpoint is of another key's log.",
            draft(|draft| {
                let root = tree_hash(&draft.leaves());
                draft.checkpoint = Some(note(&stranger(), 3, &root));
            }),
        ),
        invalid(
            "key-checkpoint-forged",
            "The checkpoint is of the right log, signed with another key.",
            draft(|draft| {
                let root = tree_hash(&draft.leaves());
                let origin = format!("counterfoil/{}", multibase(&person()));
                let public = *person().verifying_key().as_bytes();
                draft.checkpoint = Some(note_of(&origin, 3, &root, &public, |text| {
                    stranger().sign(text).to_bytes()
                }));
            }),
        ),
        invalid(
            "key-checkpoint-extended",
            "The checkpoint has an extension line.",
            draft(|draft| {
                let text = format!(
                    "counterfoil/{}\n3\n{}\nmark\n",
                    multibase(&person()),
                    BASE64.encode(&tree_hash(&draft.leaves()))
                );
                let origin = format!("counterfoil/{}", multibase(&person()));
                let id =
                    sha256(&[origin.as_bytes(), b"\n\x01", person().verifying_key().as_bytes()].concat());
                let signature = [&id[..4], &person().sign(text.as_bytes()).to_bytes()].concat();
                draft.checkpoint = Some(format!(
                    "{text}\n\u{2014} {origin} {}\n",
                    BASE64.encode(&signature)
                ));
            }),
        ),
        invalid(
            "key-other-consent",
            "The consent is another person's.",
            with_papers(|papers| {
                let mut payload = consent_payload(&papers.offer, NOTICE);
                payload["iss"] = json!(did(&stranger()));
                papers.consent = jws(&stranger(), "consent", &payload);
            }),
        ),
        invalid(
            "key-other-directory",
            "The directory is named after another key.",
            draft(|draft| {
                let did = did(&stranger());
                draft.stem = Some(format!("counterfoil-{}-0-3", &did[did.len() - 8..]));
            }),
        ),
        invalid(
            "key-checkpoint-swapped",
            "A checkpoint of this log that bundle.jws does not name.",
            Draft::new(0, 3)
                .edited(|statement| {
                    statement.insert("checkpoint_sha256".to_owned(), json!(digest(b"other")));
                })
                .zip(),
        ),
        invalid(
            "key-bag-swapped",
            "A bag that holds, but is not the one that was signed.",
            Draft::new(0, 3)
                .edited(|statement| {
                    statement.insert("tagmanifest_sha256".to_owned(), json!(digest(b"other")));
                })
                .zip(),
        ),
        invalid(
            "key-algorithm-none",
            "No signature, and a header that says so.",
            {
                let mut header = header(&person(), "bundle");
                header["alg"] = json!("none");
                let compact = jws_of(&header.to_string(), &payload().to_string(), |_| [0; 64]);
                bundle(compact[..=compact.rfind('.').unwrap()].to_owned())
            },
        ),
        invalid(
            "key-algorithm-other",
            "The header says HS256.",
            with_header(|header| header["alg"] = json!("HS256")),
        ),
        invalid(
            "key-header-array",
            "The values of the header in an array, in the order of its members.",
            with_header(|header| {
                let values: Vec<_> = header.as_object().unwrap().values().cloned().collect();
                *header = json!(values);
            }),
        ),
        invalid(
            "key-crit",
            "A critical header.",
            with_header(|header| header["crit"] = json!(["exp"])),
        ),
        invalid(
            "key-unencoded-payload",
            "RFC 7797's b64 header.",
            with_header(|header| {
                header["b64"] = json!(false);
                header["crit"] = json!(["b64"]);
            }),
        ),
        invalid(
            "key-in-header",
            "A key in the header.",
            with_header(|header| header["jwk"] = json!({"crv": "Ed25519", "kty": "OKP"})),
        ),
        invalid(
            "key-address-in-header",
            "The address of a key in the header.",
            with_header(|header| header["jku"] = json!("https://keys.example/")),
        ),
        invalid(
            "key-type-other",
            "A consent in place of the approval.",
            bundle(jws(&person(), "consent", &payload())),
        ),
        invalid(
            "key-type-unknown",
            "A type that does not exist.",
            bundle(jws(&person(), "unknown", &payload())),
        ),
        invalid(
            "key-id-without-fragment",
            "A key id without its fragment.",
            with_header(|header| header["kid"] = json!(did(&person()))),
        ),
        invalid(
            "key-id-fragment-other",
            "A key id with another key in its fragment.",
            with_header(|header| {
                header["kid"] = json!(format!("{}#{}", did(&person()), multibase(&stranger())));
            }),
        ),
        invalid(
            "key-duplicate-member",
            "A payload that gives one member twice.",
            {
                let payload = payload().to_string().replacen('{', "{\"aud\":\"export\",", 1);
                bundle(jws_of(
                    &header(&person(), "bundle").to_string(),
                    &payload,
                    |input| person().sign(input).to_bytes(),
                ))
            },
        ),
        invalid(
            "key-unknown-member",
            "A payload with a member that does not exist.",
            Draft::new(0, 3)
                .edited(|statement| {
                    statement.insert("mark".to_owned(), json!("x"));
                })
                .zip(),
        ),
        invalid(
            "key-version",
            "A version that does not exist.",
            Draft::new(0, 3)
                .edited(|statement| {
                    statement.insert("v".to_owned(), json!(2));
                })
                .zip(),
        ),
        invalid("key-trailing-newline", "A newline after the statement.", {
            let draft = Draft::new(0, 3);
            let compact = jws(&draft.key, "bundle", &draft.statement(&draft.files()));
            bundle(compact + "\n")
        }),
        invalid(
            "key-small-order",
            "A key of small order, under which one signature fits many texts.",
            small_order(),
        ),
    ]
}

/// With the neutral element as key, R the neutral element and S zero verify for every text under RFC 8032's
/// cofactored equation.
fn small_order() -> Vec<u8> {
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    let multibase = multibase_of(&neutral);
    let did = format!("did:key:{multibase}");
    let mut draft = Draft::new(0, 3);
    let root = tree_hash(&draft.leaves());
    draft.checkpoint = Some(note_of(
        &format!("counterfoil/{multibase}"),
        3,
        &root,
        &neutral,
        |_| signature,
    ));
    draft.stem = Some(format!("counterfoil-{}-0-3", &did[did.len() - 8..]));
    let mut payload = draft.statement(&draft.files());
    payload["iss"] = json!(did);
    let mut header = header(&person(), "bundle");
    header["kid"] = json!(format!("{did}#{multibase}"));
    draft.bundle = Some(jws_of(&header.to_string(), &payload.to_string(), |_| signature));
    draft.zip()
}

fn audiences() -> Vec<Vector> {
    vec![
        Vector {
            audience: Some(did(&stranger())),
            ..invalid(
                "audience-wrong",
                "For a collector, where another is expected.",
                Draft::for_collector().zip(),
            )
        },
        Vector {
            audience: Some(did(&collector())),
            ..invalid(
                "audience-export",
                "An export, where a collector is expected.",
                Draft::new(0, 3).zip(),
            )
        },
        invalid(
            "audience-unknown",
            "An audience that is neither a did:key nor export.",
            draft(|draft| draft.audience = "everybody".into()),
        ),
        invalid(
            "audience-export-with-papers",
            "An export with the papers of a collector.",
            Draft::for_collector()
                .with(|draft| draft.audience = "export".into())
                .zip(),
        ),
        invalid(
            "audience-collector-without-papers",
            "For a collector, without offer, consent and notice.",
            draft(|draft| draft.audience = did(&collector())),
        ),
    ]
}

#[allow(clippy::too_many_lines, reason = "a list")]
fn papers_and_records() -> Vec<Vector> {
    let consent = |change: &dyn Fn(&mut Value)| {
        with_papers(|papers| {
            let mut payload = consent_payload(&papers.offer, NOTICE);
            change(&mut payload);
            papers.consent = jws(&person(), "consent", &payload);
        })
    };
    vec![
        invalid(
            "offer-other-collector",
            "The offer is another collector's.",
            with_papers(|papers| {
                let mut payload = offer_payload();
                payload["iss"] = json!(did(&stranger()));
                papers.offer = jws(&stranger(), "offer", &payload);
                papers.consent = jws(&person(), "consent", &consent_payload(&papers.offer, NOTICE));
            }),
        ),
        invalid(
            "offer-forged",
            "The offer is not signed by the collector it names.",
            with_papers(|papers| {
                let header = header(&collector(), "offer").to_string();
                papers.offer = jws_of(&header, &offer_payload().to_string(), |input| {
                    stranger().sign(input).to_bytes()
                });
                papers.consent = jws(&person(), "consent", &consent_payload(&papers.offer, NOTICE));
            }),
        ),
        invalid(
            "offer-not-named",
            "An offer of the collector that bundle.jws does not name.",
            Draft::for_collector()
                .edited(|statement| {
                    statement.insert("offer_sha256".to_owned(), json!(digest(b"other")));
                })
                .zip(),
        ),
        invalid(
            "consent-expired",
            "The consent ended before the approval.",
            consent(&|payload| payload["exp"] = json!(IAT)),
        ),
        invalid(
            "consent-later",
            "The consent was given after the approval.",
            consent(&|payload| payload["iat"] = json!(IAT + 1)),
        ),
        invalid(
            "consent-other-collector",
            "The consent is to another collector.",
            consent(&|payload| payload["aud"] = json!(did(&stranger()))),
        ),
        invalid(
            "consent-other-offer",
            "The consent is to another offer.",
            consent(&|payload| payload["offer_sha256"] = json!(digest(b"other"))),
        ),
        invalid(
            "consent-altered",
            "The consent was changed after it was signed.",
            with_papers(|papers| {
                let mut parts: Vec<_> = papers.consent.split('.').map(str::to_owned).collect();
                let payload = consent_payload(&papers.offer, NOTICE)
                    .to_string()
                    .replace("train", "TRAIN");
                parts[1] = data_encoding::BASE64URL_NOPAD.encode(payload.as_bytes());
                papers.consent = parts.join(".");
            }),
        ),
        invalid(
            "consent-not-named",
            "A consent of the person that bundle.jws does not name.",
            Draft::for_collector()
                .edited(|statement| {
                    statement.insert("consent_sha256".to_owned(), json!(digest(b"other")));
                })
                .zip(),
        ),
        invalid(
            "notice-other",
            "The notice is not the one that was consented to.",
            with_papers(|papers| papers.notice = "Nothing to see here.\n".into()),
        ),
        invalid(
            "notice-not-named",
            "The notice that was consented to, but bundle.jws names another.",
            Draft::for_collector()
                .edited(|statement| {
                    statement.insert("notice_sha256".to_owned(), json!(digest(b"other")));
                })
                .zip(),
        ),
        invalid(
            "records-digest",
            "The approval is of other records.",
            Draft::new(0, 3)
                .edited(|statement| {
                    statement.insert("records_sha256".to_owned(), json!(digest(b"other")));
                })
                .zip(),
        ),
    ]
}

fn record_lines() -> Vec<Vector> {
    let records = |bytes: Vec<u8>| draft(|draft| draft.records = Some(bytes));
    let joined = || [lines(0, 3).join(&b"\n"[..]), b"\n".to_vec()].concat();
    let long = || {
        let mut record = record(1);
        record["text"] = json!(String::from_utf8(compressible(1024 * 1024)).unwrap());
        line(&record)
    };
    vec![
        invalid(
            "line-reordered",
            "Two records have changed places.",
            draft(|draft| draft.lines.swap(1, 2)),
        ),
        invalid(
            "line-gap",
            "A record is missing between two others.",
            draft(|draft| draft.lines = [lines(0, 1), lines(2, 4)].concat()),
        ),
        invalid(
            "line-repeated",
            "A record stands there twice.",
            draft(|draft| draft.lines[2] = draft.lines[1].clone()),
        ),
        invalid(
            "line-not-json",
            "A line that is not JSON.",
            second_line(b"{\"v\":1".to_vec()),
        ),
        invalid("line-empty", "An empty line.", second_line(Vec::new())),
        invalid(
            "line-without-newline",
            "The last line does not end.",
            records(joined()[..joined().len() - 1].to_vec()),
        ),
        invalid("line-too-long", "A line of more than 1 MiB.", second_line(long())),
        invalid(
            "line-duplicate-member",
            "A record that gives one member twice.",
            second_line(
                String::from_utf8(line(&record(1)))
                    .unwrap()
                    .replacen('{', "{\"v\":1,", 1)
                    .into_bytes(),
            ),
        ),
        invalid(
            "line-array",
            "The values of a record in an array, in the order of its members.",
            {
                let record = record(1);
                let values: Vec<_> = record.as_object().unwrap().values().collect();
                second_line(serde_json::to_vec(&values).unwrap())
            },
        ),
        invalid(
            "line-kind-object",
            "A kind as the key of an object.",
            second_record(|r| r["kind"] = json!({"prompt": null})),
        ),
        invalid(
            "line-redaction-array",
            "The values of a redaction in an array.",
            second_record(|r| r["redactions"] = json!([[1, "EMAIL"], [1, "NAME"]])),
        ),
        invalid(
            "line-unknown-member",
            "A record with a member that does not exist.",
            second_record(|r| r["mark"] = json!(1)),
        ),
        invalid(
            "line-null",
            "A member that is null rather than absent.",
            second_record(|r| r["lang"] = Value::Null),
        ),
        invalid(
            "line-kind",
            "A record of a kind that is never shared.",
            second_record(|r| r["kind"] = json!("unknown")),
        ),
        invalid(
            "line-version",
            "A record of a version that does not exist.",
            second_record(|r| r["v"] = json!(2)),
        ),
        invalid(
            "line-id",
            "A record with the kind of id that private records have.",
            second_record(|r| {
                r["id"] = json!("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
            }),
        ),
        invalid(
            "line-time",
            "A record with a fine time.",
            second_record(|r| r["time"] = json!("2026-11-22T10:00:00.123Z")),
        ),
        invalid(
            "line-salt",
            "A record with a short salt.",
            second_record(|r| r["salt"] = json!("AAAA")),
        ),
        invalid(
            "line-number",
            "A position with a fraction.",
            second_record(|r| r["seq"] = json!(1.0)),
        ),
        invalid(
            "line-redactions",
            "A kind of redaction given twice.",
            second_record(|r| {
                r["redactions"] = json!([{"count": 1, "type": "EMAIL"}, {"count": 1, "type": "EMAIL"}]);
            }),
        ),
    ]
}

fn ranges_and_roots() -> Vec<Vector> {
    let later = || Draft::new(3, 5);
    vec![
        invalid(
            "range-gap",
            "The bundle and its checkpoint end one record after the last that is there.",
            draft(|draft| {
                draft.size = Some(4);
                let mut leaves = draft.leaves();
                leaves.push(super::leaf(&line(&record(3))));
                draft.root = Some(tree_hash(&leaves));
                draft.stem = Some(draft.stem().replace("-0-3", "-0-4"));
                draft.edit = Some(Box::new(|statement| {
                    statement.insert("end".to_owned(), json!(4));
                }));
            }),
        ),
        invalid(
            "range-start",
            "The first record is not the one at which the bundle begins.",
            later()
                .with(|draft| {
                    draft.stem = Some(draft.stem().replace("-3-5", "-2-4"));
                    draft.size = Some(4);
                    draft.edit = Some(Box::new(|statement| {
                        statement.insert("start".to_owned(), json!(2));
                        statement.insert("end".to_owned(), json!(4));
                    }));
                })
                .zip(),
        ),
        invalid(
            "range-checkpoint",
            "The checkpoint is of fewer records.",
            draft(|draft| draft.size = Some(2)),
        ),
        invalid(
            "range-directory",
            "The directory is named after another range.",
            draft(|draft| {
                draft.stem = Some(draft.stem().replace("-0-3", "-0-4"));
            }),
        ),
        invalid(
            "range-frontier-short",
            "The frontier has too few hashes for its size.",
            later()
                .with(|draft| {
                    draft.frontier = Some(json!([BASE64.encode(&[1; 32])]).to_string());
                })
                .zip(),
        ),
        invalid(
            "range-frontier-not-empty",
            "The frontier of an empty log has a hash.",
            draft(|draft| {
                draft.frontier = Some(json!([BASE64.encode(&[1; 32])]).to_string());
            }),
        ),
        invalid(
            "root-wrong",
            "The checkpoint signs another root.",
            draft(|draft| draft.root = Some([0; 32])),
        ),
        invalid(
            "root-other-record",
            "The checkpoint signs another record than the one approved.",
            draft(|draft| {
                let mut leaves = draft.leaves();
                leaves[1] = super::leaf(b"another");
                draft.root = Some(tree_hash(&leaves));
            }),
        ),
        invalid(
            "root-other-history",
            "The frontier is of another history.",
            later()
                .with(|draft| {
                    draft.frontier =
                        Some(json!([BASE64.encode(&[1; 32]), BASE64.encode(&[2; 32])]).to_string());
                })
                .zip(),
        ),
    ]
}

/// The index of the bundles: what each is, and what a verifier must say of it.
pub(crate) fn index(vectors: &[Vector]) -> String {
    let entries: Vec<_> = vectors
        .iter()
        .map(|vector| {
            json!({
                "file": format!("bundle/{}.zip", vector.name),
                "about": vector.about,
                "outcome": if vector.check.is_some() { "invalid" } else { "valid" },
                "failed_check": vector.check,
                "expected_audience": vector.audience,
                "sha256": digest(&vector.bytes),
            })
        })
        .collect();
    serde_json::to_string_pretty(&entries).unwrap() + "\n"
}

/// What the keys of the bundles are derived from, and what they are.
pub(crate) fn key_file() -> String {
    let words: Vec<_> = bip39::Mnemonic::from_entropy(&ENTROPY).unwrap().words().collect();
    let value = json!({
        "entropy": hex(&ENTROPY),
        "words": words.join(" "),
        "log_id": hex(&LOG),
        "export_name": NAME,
        "epoch": 0,
        "share_key_did": did(&person()),
        "collector": {"secret": hex(collector().as_bytes()), "did": did(&collector())},
        "stranger": {"secret": hex(stranger().as_bytes()), "did": did(&stranger())},
        "bundle_id": BUNDLE_ID,
        "approved_at": IAT,
        "papers_sha256": {
            "offer": digest(papers().offer.as_bytes()),
            "consent": digest(papers().consent.as_bytes()),
            "notice": digest(NOTICE.as_bytes())
        }
    });
    serde_json::to_string_pretty(&value).unwrap() + "\n"
}
