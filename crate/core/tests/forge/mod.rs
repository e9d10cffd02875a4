//! Makes bundles and every other format, good and bad, without the library's writers: the reference for them, and
//! the source of the vectors.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::needless_pass_by_value,
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    reason = "test code, shared by several targets, much of it lists"
)]

mod age;
mod backup;
pub(crate) mod case;
pub(crate) mod collector;
mod json;
mod key;
mod line;
mod log;
mod note;
mod sealed;
mod statement;
mod storage;
mod tree;
pub(crate) mod vectors;
pub(crate) mod zip;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use ed25519_dalek::{Signer as _, SigningKey};
use hkdf::Hkdf;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use zip::{Packing, RawFile, RawZip};

/// 2026-11-22T10:00:00Z.
pub(crate) const IAT: u64 = 1_795_341_600;
/// Entropy of the person's root.
pub(crate) const ENTROPY: [u8; 32] = [7; 32];
/// Id of the person's private log.
pub(crate) const LOG: [u8; 16] = [0x10; 16];
/// Name of the export.
pub(crate) const NAME: &str = "example";
pub(crate) const BUNDLE_ID: &str = "9f3c1d2e-5b6a-4c7d-8e9f-0a1b2c3d4e5f";
pub(crate) const NOTICE: &str =
    "Ada's Data Shop asks for your searches to train a model.\nThe model cannot unlearn them.\n";

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    hex(&sha256(bytes))
}

/// The key of the share log of [`NAME`] in [`LOG`], derived by hand.
pub(crate) fn person() -> SigningKey {
    let mnemonic = bip39::Mnemonic::from_entropy(&ENTROPY).unwrap();
    let mut info = b"share\0".to_vec();
    for field in [&LOG[..], b"export", NAME.as_bytes(), &[0; 4]] {
        info.extend_from_slice(&u16::try_from(field.len()).unwrap().to_be_bytes());
        info.extend_from_slice(field);
    }
    let mut secret = [0; 32];
    Hkdf::<Sha256>::new(Some(b"counterfoil/v1"), &mnemonic.to_seed(""))
        .expand(&info, &mut secret)
        .unwrap();
    SigningKey::from_bytes(&secret)
}

pub(crate) fn stranger() -> SigningKey {
    SigningKey::from_bytes(&[0x55; 32])
}

pub(crate) fn collector() -> SigningKey {
    SigningKey::from_bytes(&[0xc0; 32])
}

/// The neutral element of the curve, as a point: of small order, and so no key and no nonce.
pub(crate) const SMALL_ORDER: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 1;
    point
};

/// The same signature with the order of the group (RFC 8032 §5.1) added to its second half: another text of the
/// same number, which a reader must not take.
pub(crate) fn second_encoding(signature: &[u8; 64]) -> [u8; 64] {
    const ORDER: &str = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    let order = HEXLOWER.decode(ORDER.as_bytes()).unwrap();
    let (mut out, mut carry) = (*signature, 0_u16);
    for (byte, add) in out[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    out
}

pub(crate) fn multibase_of(public: &[u8; 32]) -> String {
    let bytes = [&[0xed, 0x01], public.as_slice()].concat();
    format!("z{}", bs58::encode(bytes).into_string())
}

pub(crate) fn multibase(key: &SigningKey) -> String {
    multibase_of(key.verifying_key().as_bytes())
}

pub(crate) fn did(key: &SigningKey) -> String {
    format!("did:key:{}", multibase(key))
}

/// A compact JWS of these two texts.
pub(crate) fn jws_of(header: &str, payload: &str, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> String {
    let input = format!(
        "{}.{}",
        BASE64URL_NOPAD.encode(header.as_bytes()),
        BASE64URL_NOPAD.encode(payload.as_bytes())
    );
    let signature = BASE64URL_NOPAD.encode(&sign(input.as_bytes()));
    format!("{input}.{signature}")
}

pub(crate) fn header(key: &SigningKey, typ: &str) -> Value {
    json!({"alg": "EdDSA", "kid": format!("{}#{}", did(key), multibase(key)), "typ": format!("counterfoil-{typ}+jwt")})
}

pub(crate) fn jws(key: &SigningKey, typ: &str, payload: &Value) -> String {
    jws_of(&header(key, typ).to_string(), &payload.to_string(), |input| {
        key.sign(input).to_bytes()
    })
}

pub(crate) fn leaf(line: &[u8]) -> [u8; 32] {
    sha256(&[&[0], line].concat())
}

/// RFC 6962 §2.1, by its recursive definition.
pub(crate) fn tree_hash(leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => sha256(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            sha256(&[&[1], tree_hash(left).as_slice(), &tree_hash(right)].concat())
        }
    }
}

/// The roots of the complete subtrees of a tree, left to right.
pub(crate) fn subtrees(leaves: &[[u8; 32]]) -> Vec<[u8; 32]> {
    let (mut rest, mut out) = (leaves, Vec::new());
    while !rest.is_empty() {
        let width = 1 << rest.len().ilog2();
        let (left, right) = rest.split_at(width);
        out.push(tree_hash(left));
        rest = right;
    }
    out
}

pub(crate) fn note_of(
    origin: &str,
    size: u64,
    root: &[u8; 32],
    public: &[u8; 32],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
) -> String {
    let text = format!("{origin}\n{size}\n{}\n", BASE64.encode(root));
    let id = sha256(&[origin.as_bytes(), b"\n\x01", public].concat());
    let signature = [&id[..4], &sign(text.as_bytes())].concat();
    format!("{text}\n\u{2014} {origin} {}\n", BASE64.encode(&signature))
}

pub(crate) fn note(key: &SigningKey, size: u64, root: &[u8; 32]) -> String {
    let origin = format!("counterfoil/{}", multibase(key));
    note_of(&origin, size, root, key.verifying_key().as_bytes(), |text| {
        key.sign(text).to_bytes()
    })
}

/// Shared records as JSON, by position.
pub(crate) fn record(seq: u64) -> Value {
    let texts = [
        (
            "search",
            "how do lighthouses rotate their lamps",
            "search.example",
        ),
        (
            "prompt",
            "Explain to [NAME_1] why the sky is dark at night; reply to [EMAIL_1].",
            "chat.example",
        ),
        (
            "comment",
            "Thank you, that helped.\nÀ bientôt 👋",
            "forum.example:8443",
        ),
        (
            "post",
            "A line with \"quotes\", a \\ and a tab\t.",
            "forum.example:8443",
        ),
        ("search", "weather tomorrow", "search.example"),
    ];
    let index = usize::try_from(seq).unwrap();
    let (kind, text, site) = texts[index % texts.len()];
    let mut record = json!({
        "claimed_evidence": "observed",
        "id": format!("{:08x}-0000-4000-8000-{:012x}", seq + 1, (seq + 1) * 7919),
        "kind": kind,
        "lang": "en",
        "redactions": [],
        "salt": BASE64URL_NOPAD.encode(&sha256(&seq.to_be_bytes())[..16]),
        "seq": seq,
        "site": site,
        "text": text,
        "time": "2026-11-22",
        "v": 1
    });
    if kind == "prompt" {
        record["redactions"] = json!([{"count": 1, "type": "EMAIL"}, {"count": 1, "type": "NAME"}]);
        record["thread"] = json!("t1");
        record["time"] = json!("2026-11");
    }
    if kind == "comment" {
        record.as_object_mut().unwrap().remove("lang");
        record.as_object_mut().unwrap().remove("time");
    }
    record
}

/// Its line. Keys are ASCII, and a `Map` keeps them sorted.
pub(crate) fn line(record: &Value) -> Vec<u8> {
    serde_json::to_vec(record).unwrap()
}

pub(crate) fn lines(from: u64, to: u64) -> Vec<Vec<u8>> {
    (from..to).map(|seq| line(&record(seq))).collect()
}

/// Offer, consent and notice.
#[derive(Clone)]
pub(crate) struct Papers {
    pub(crate) offer: String,
    pub(crate) consent: String,
    pub(crate) notice: String,
}

pub(crate) fn offer_payload() -> Value {
    json!({
        "asset": "EUR", "iss": did(&collector()), "jti": "0b0e6f4a-1c2d-4e3f-9a8b-7c6d5e4f3a2b",
        "kinds": ["search", "prompt", "comment"], "title": "Searches for a small model", "v": 1
    })
}

pub(crate) fn consent_payload(offer: &str, notice: &str) -> Value {
    json!({
        "aud": did(&collector()), "exp": IAT + 86_400, "iat": IAT - 60, "iss": did(&person()),
        "jti": "5d4c3b2a-9f8e-4d7c-a6b5-040302010f0e", "notice_sha256": digest(notice.as_bytes()),
        "offer_sha256": digest(offer.as_bytes()), "purposes": ["train"], "v": 1
    })
}

pub(crate) fn papers() -> Papers {
    let offer = jws(&collector(), "offer", &offer_payload());
    let consent = jws(&person(), "consent", &consent_payload(&offer, NOTICE));
    Papers {
        offer,
        consent,
        notice: NOTICE.to_owned(),
    }
}

/// A change to the payload of `bundle.jws` before it is signed.
pub(crate) type Edit = Box<dyn Fn(&mut Map<String, Value>)>;

/// A bundle to be made. What is `None` is made as it should be.
pub(crate) struct Draft {
    pub(crate) key: SigningKey,
    pub(crate) audience: String,
    /// Lines of the log before the first.
    pub(crate) before: Vec<Vec<u8>>,
    pub(crate) lines: Vec<Vec<u8>>,
    pub(crate) papers: Option<Papers>,
    pub(crate) records: Option<Vec<u8>>,
    pub(crate) root: Option<[u8; 32]>,
    pub(crate) size: Option<u64>,
    pub(crate) checkpoint: Option<String>,
    pub(crate) frontier: Option<String>,
    pub(crate) info: Option<String>,
    pub(crate) declaration: Option<String>,
    pub(crate) manifest: Option<String>,
    pub(crate) tag_manifest: Option<String>,
    pub(crate) bundle: Option<String>,
    pub(crate) stem: Option<String>,
    pub(crate) edit: Option<Edit>,
}

impl Draft {
    pub(crate) fn new(from: u64, to: u64) -> Self {
        Self {
            key: person(),
            audience: "export".to_owned(),
            before: lines(0, from),
            lines: lines(from, to),
            papers: None,
            records: None,
            root: None,
            size: None,
            checkpoint: None,
            frontier: None,
            info: None,
            declaration: None,
            manifest: None,
            tag_manifest: None,
            bundle: None,
            stem: None,
            edit: None,
        }
    }

    pub(crate) fn for_collector() -> Self {
        Self {
            audience: did(&collector()),
            papers: Some(papers()),
            ..Self::new(0, 3)
        }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn edited(self, edit: impl Fn(&mut Map<String, Value>) + 'static) -> Self {
        self.with(|draft| draft.edit = Some(Box::new(edit)))
    }

    fn leaves(&self) -> Vec<[u8; 32]> {
        self.before
            .iter()
            .chain(&self.lines)
            .map(|line| leaf(line))
            .collect()
    }

    fn range(&self) -> (u64, u64) {
        let start = self.before.len() as u64;
        (start, start + self.lines.len() as u64)
    }

    pub(crate) fn stem(&self) -> String {
        let did = did(&self.key);
        let (start, end) = self.range();
        self.stem
            .clone()
            .unwrap_or(format!("counterfoil-{}-{start}-{end}", &did[did.len() - 8..]))
    }

    /// What was signed, unless [`Draft::bundle`] is set.
    pub(crate) fn statement(&self, files: &Files) -> Value {
        let (start, end) = self.range();
        let mut statement = json!({
            "aud": self.audience,
            "checkpoint_sha256": digest(files.get("checkpoint")),
            "end": end,
            "iat": IAT,
            "iss": did(&self.key),
            "jti": BUNDLE_ID,
            "records_sha256": digest(files.get("data/records.jsonl")),
            "start": start,
            "tagmanifest_sha256": digest(files.get("tagmanifest-sha256.txt")),
            "v": 1
        });
        if self.papers.is_some() {
            for (field, name) in [
                ("offer_sha256", "offer.jws"),
                ("consent_sha256", "consent.jws"),
                ("notice_sha256", "notice.txt"),
            ] {
                statement[field] = json!(digest(files.get(name)));
            }
        }
        if let Some(edit) = &self.edit {
            edit(statement.as_object_mut().unwrap());
        }
        statement
    }

    pub(crate) fn files(&self) -> Files {
        let leaves = self.leaves();
        let (start, end) = self.range();
        let records = self.records.clone().unwrap_or_else(|| {
            self.lines
                .iter()
                .flat_map(|line| [line.as_slice(), b"\n"].concat())
                .collect()
        });
        let root = self.root.unwrap_or(tree_hash(&leaves));
        let hashes: Vec<_> = subtrees(&leaves[..usize::try_from(start).unwrap()])
            .iter()
            .map(|hash| BASE64.encode(hash))
            .collect();
        let or = |text: &Option<String>, due: String| text.clone().unwrap_or(due).into_bytes();
        let mut files = Files {
            top: self.stem(),
            files: Vec::new(),
        };
        files.push(
            "bagit.txt",
            or(
                &self.declaration,
                "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned(),
            ),
        );
        files.push(
            "bag-info.txt",
            or(
                &self.info,
                format!("Bagging-Date: 2026-11-22\nPayload-Oxum: {}.1\n", records.len()),
            ),
        );
        files.push(
            "manifest-sha256.txt",
            or(
                &self.manifest,
                format!("{}  data/records.jsonl\n", digest(&records)),
            ),
        );
        files.push(
            "checkpoint",
            or(&self.checkpoint, note(&self.key, self.size.unwrap_or(end), &root)),
        );
        files.push("frontier.json", or(&self.frontier, json!(hashes).to_string()));
        if let Some(papers) = &self.papers {
            files.push("offer.jws", papers.offer.clone().into());
            files.push("consent.jws", papers.consent.clone().into());
            files.push("notice.txt", papers.notice.clone().into());
        }
        let tag_manifest = or(&self.tag_manifest, files.tag_manifest());
        files
            .files
            .insert(3, ("tagmanifest-sha256.txt".to_owned(), tag_manifest));
        files.push("data/records.jsonl", records);
        let bundle = or(&self.bundle, jws(&self.key, "bundle", &self.statement(&files)));
        files
            .files
            .insert(files.files.len() - 1, ("bundle.jws".to_owned(), bundle));
        files
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        self.files().raw().bytes()
    }
}

/// The files of a bundle below its top directory.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) top: String,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Files {
    pub(crate) fn push(&mut self, name: &str, bytes: Vec<u8>) {
        self.files.push((name.to_owned(), bytes));
    }

    pub(crate) fn get(&self, name: &str) -> &[u8] {
        self.files
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, bytes)| bytes.as_slice())
            .unwrap()
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> &mut Vec<u8> {
        self.files
            .iter_mut()
            .find(|(found, _)| found == name)
            .map(|(_, bytes)| bytes)
            .unwrap()
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.files.retain(|(found, _)| found != name);
    }

    pub(crate) fn tag_manifest(&self) -> String {
        let mut lines: Vec<_> = self
            .files
            .iter()
            .filter(|(name, _)| {
                !["data/records.jsonl", "bundle.jws", "tagmanifest-sha256.txt"].contains(&name.as_str())
            })
            .map(|(name, bytes)| (name, format!("{}  {name}\n", digest(bytes))))
            .collect();
        lines.sort();
        lines.into_iter().map(|(_, line)| line).collect()
    }

    /// Without the work of packing.
    pub(crate) fn stored(&self) -> RawZip {
        let files = self
            .files
            .iter()
            .map(|(name, bytes)| RawFile::new(&format!("{}/{name}", self.top), bytes, Packing::Stored));
        RawZip {
            files: files.collect(),
            ..RawZip::default()
        }
    }

    /// As the writer packs them: the records deflated where that helps, all others stored.
    pub(crate) fn raw(&self) -> RawZip {
        let files = self.files.iter().map(|(name, bytes)| {
            let path = format!("{}/{name}", self.top);
            let deflated = RawFile::new(&path, bytes, Packing::Deflated(6));
            if name == "data/records.jsonl" && deflated.data.len() < bytes.len() {
                deflated
            } else {
                RawFile::new(&path, bytes, Packing::Stored)
            }
        });
        RawZip {
            files: files.collect(),
            ..RawZip::default()
        }
    }
}
