//! Bundles, notes and statements under good signatures, whatever they say. The library signs only what holds, so
//! the signing is done here.

use std::path::Path;
use std::sync::LazyLock;

use counterfoil_core::age::Identity;
use counterfoil_core::bundle::statement::EXPORT;
use counterfoil_core::bundle::{bag, zip};
use counterfoil_core::did::Did;
use counterfoil_core::encoding::{sha256, sha256_hex, to_base64, to_base64url};
use counterfoil_core::keys::{Audience, LogId, Root, SigningKey};
use counterfoil_core::merkle::{leaf_hash, root};
use counterfoil_core::note::origin_of;
use counterfoil_core::record::{Evidence, Kind};
use counterfoil_core::share::{Redacted, ShareEntry, derive};
use counterfoil_core::time::day;
use ed25519_dalek::Signer as _;
use hkdf::Hkdf;
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// Time of the approval in the published vectors, in seconds since the Unix epoch.
pub(crate) const IAT: u64 = 1_795_341_600;
/// Id of their bundles.
pub(crate) const BUNDLE_ID: &str = "9f3c1d2e-5b6a-4c7d-8e9f-0a1b2c3d4e5f";
/// Id of their private log.
pub(crate) const LOG: [u8; 16] = [0x10; 16];
/// Name of their export.
const NAME: &str = "example";
const NOTICE: &str = "Ada asks for your searches to train a model.\n";

// Each derived once: deriving them takes longer than most inputs do.

/// The person of the published vectors, as the library derives them.
pub(crate) static ROOT: LazyLock<Root> = LazyLock::new(|| Root::from_entropy([7; 32]));
/// Their key of the share log, as the library derives it.
pub(crate) static SHARE: LazyLock<SigningKey> =
    LazyLock::new(|| ROOT.share_key(&LogId(LOG), Audience::Export(NAME), 0).unwrap());
/// Opens their backups.
pub(crate) static IDENTITY: LazyLock<Identity> = LazyLock::new(|| ROOT.backup_identity().unwrap());
/// The key of [`SHARE`], derived by hand.
pub(crate) static PERSON: LazyLock<ed25519_dalek::SigningKey> = LazyLock::new(|| {
    let mut info = b"share\0".to_vec();
    for field in [&LOG[..], b"export", NAME.as_bytes(), &[0; 4]] {
        info.extend_from_slice(&u16::try_from(field.len()).unwrap().to_be_bytes());
        info.extend_from_slice(field);
    }
    let mut secret = [0; 32];
    let derived = Hkdf::<Sha256>::new(Some(b"counterfoil/v1"), ROOT.seed());
    derived.expand(&info, &mut secret).unwrap();
    ed25519_dalek::SigningKey::from_bytes(&secret)
});
/// The collector of the published vectors.
pub(crate) static COLLECTOR: LazyLock<ed25519_dalek::SigningKey> =
    LazyLock::new(|| ed25519_dalek::SigningKey::from_bytes(&[0xc0; 32]));
/// Offer, consent and notice that hold.
pub(crate) static PAPERS: LazyLock<Papers> = LazyLock::new(|| {
    let offer = jws(&COLLECTOR, "offer", &offer().to_string());
    let consent = jws(&PERSON, "consent", &consent(&offer).to_string());
    Papers {
        offer,
        consent,
        notice: NOTICE.to_owned(),
    }
});

/// What comes with a bundle for a collector.
#[derive(Clone)]
pub(crate) struct Papers {
    pub(crate) offer: String,
    pub(crate) consent: String,
    pub(crate) notice: String,
}

/// The identity of a key.
pub(crate) fn did(key: &ed25519_dalek::SigningKey) -> Did {
    Did::from_public_key(key.verifying_key().as_bytes())
}

/// What a good offer says.
pub(crate) fn offer() -> Value {
    json!({"iss": did(&COLLECTOR), "kinds": ["search"], "title": "Searches for a small model", "v": 1})
}

/// What a good consent to this offer says.
pub(crate) fn consent(offer: &str) -> Value {
    json!({
        "aud": did(&COLLECTOR), "exp": IAT + 86_400, "iat": IAT - 60, "iss": did(&PERSON),
        "jti": "5d4c3b2a-9f8e-4d7c-a6b5-040302010f0e", "notice_sha256": sha256_hex(NOTICE.as_bytes()),
        "offer_sha256": sha256_hex(offer.as_bytes()), "purposes": ["train"], "v": 1
    })
}

/// What a whole offer says.
pub(crate) fn full_offer() -> Value {
    json!({
        "asset": "EUR",
        "caps": {"max_codepoints": 2000, "min_codepoints": 1, "per_bundle": 2, "per_person": 9},
        "exclusive": false, "human_review": false, "iss": did(&COLLECTOR), "jti": BUNDLE_ID, "kinds": ["search", "prompt"],
        "languages": ["en"], "min_items": 1, "pay_within_days": 30, "purposes": ["train"], "regions": ["DE"],
        "retention_days": 365,
        "rules": [{"amount": "7", "id": "letters", "kind": "search", "n": 10, "per": "codepoints"}],
        "sites": [], "terms_sha256": sha256_hex(b"terms"), "time_precision": "day", "title": "Searches", "v": 1,
        "valid_from": IAT - 60, "valid_until": IAT + 86_400
    })
}

/// What a whole consent says, here signed by the collector itself.
pub(crate) fn full_consent() -> Value {
    json!({
        "aud": did(&COLLECTOR), "exp": IAT + 86_400, "human_review": false, "iat": IAT - 60, "iss": did(&COLLECTOR),
        "jti": BUNDLE_ID, "notice_sha256": sha256_hex(NOTICE.as_bytes()), "offer_sha256": sha256_hex(b"offer"),
        "purposes": ["train"], "scope": "offer", "special": false, "v": 1
    })
}

/// What an entry of an account says.
pub(crate) fn entry() -> Value {
    json!({
        "accepted": 2, "amount": "5", "asset": "EUR", "bundle_sha256": sha256_hex(b"bundle"),
        "checkpoint_sha256": sha256_hex(b"checkpoint"), "cosignature": "x", "due": IAT, "end": 3, "iat": IAT,
        "iss": did(&COLLECTOR), "note_key": "x", "offer_sha256": sha256_hex(b"offer"), "owed": "5", "paid": "0",
        "rejected": [{"code": "lang", "from": 1, "to": 2}], "seq": 0, "start": 0, "sub": did(&PERSON), "type": "receipt",
        "v": 1
    })
}

/// What a withdrawal says, here signed by the collector itself.
pub(crate) fn revocation() -> Value {
    json!({
        "action": "delete", "aud": did(&COLLECTOR), "iat": IAT, "iss": did(&COLLECTOR), "jti": BUNDLE_ID,
        "scope": {"of": "records", "ranges": [{"from": 0, "to": 2}]}, "v": 1
    })
}

/// The header of a statement.
pub(crate) fn header(key: &ed25519_dalek::SigningKey, typ: &str) -> String {
    json!({"alg": "EdDSA", "kid": did(key).key_id(), "typ": format!("counterfoil-{typ}+jwt")}).to_string()
}

/// A statement that says this.
pub(crate) fn jws(key: &ed25519_dalek::SigningKey, typ: &str, payload: &str) -> String {
    jws_of(key, &header(key, typ), payload)
}

/// A statement of any two texts.
pub(crate) fn jws_of(key: &ed25519_dalek::SigningKey, header: &str, payload: &str) -> String {
    let input = format!(
        "{}.{}",
        to_base64url(header.as_bytes()),
        to_base64url(payload.as_bytes())
    );
    let signature = to_base64url(&key.sign(input.as_bytes()).to_bytes());
    format!("{input}.{signature}")
}

/// A note of any text, signed by the person.
pub(crate) fn note(text: &str) -> String {
    let origin = origin_of(SHARE.did());
    let id = sha256(&[origin.as_bytes(), b"\n\x01", SHARE.did().public_key()].concat());
    let signature = [&id[..4], &PERSON.sign(text.as_bytes()).to_bytes()].concat();
    format!("{text}\n\u{2014} {origin} {}\n", to_base64(&signature))
}

/// The text of a checkpoint.
pub(crate) fn checkpoint(lines: &[Vec<u8>]) -> String {
    let leaves: Vec<_> = lines.iter().map(|line| leaf_hash(line)).collect();
    format!(
        "{}\n{}\n{}\n",
        origin_of(SHARE.did()),
        lines.len(),
        to_base64(&root(&leaves))
    )
}

/// Lines of a share log, the first so many.
pub(crate) fn lines(count: u64) -> Vec<Vec<u8>> {
    let line = |seq: u64| {
        let odd = seq % 2 == 1;
        derive(ShareEntry {
            kind: if odd { Kind::Prompt } else { Kind::Search },
            evidence: Evidence::Observed,
            id: format!("{seq:08x}-0000-4000-8000-000000000000"),
            salt: [u8::try_from(seq % 256).unwrap_or(0); 16],
            seq,
            text: if odd {
                "\"quoted\"\t\u{1}\u{1f44b} [EMAIL_1]"
            } else {
                "lighthouse"
            }
            .to_owned(),
            site: Some("search.example:8443".to_owned()),
            lang: odd.then(|| "en-GB".to_owned()),
            thread: odd.then(|| "t1".to_owned()),
            time: Some(if odd { "2026-11" } else { "2026-11-22" }.to_owned()),
            redactions: (0..usize::from(odd))
                .map(|_| Redacted {
                    kind: "EMAIL".to_owned(),
                    count: 1,
                })
                .collect(),
        })
        .unwrap()
    };
    (0..count).map(line).collect()
}

/// Parts of a bundle that can say anything: files by their name, and what is signed in them.
pub(crate) const PARTS: [&str; 14] = [
    bag::DECLARATION,
    bag::INFO,
    bag::MANIFEST,
    bag::TAG_MANIFEST,
    bag::CHECKPOINT,
    bag::FRONTIER,
    bag::OFFER,
    bag::CONSENT,
    bag::NOTICE,
    bag::BUNDLE,
    "a checkpoint's text",
    "what the offer says",
    "what the consent says",
    "members of the statement",
];

/// A bundle of these records, good but for one part, which says what it is told to. Everything that names that part
/// or signs it fits to it.
pub(crate) struct Bundle<'a> {
    /// The lines that are signed.
    pub(crate) lines: &'a [Vec<u8>],
    /// The file that holds them.
    pub(crate) records: &'a [u8],
    /// For a collector.
    pub(crate) papers: bool,
    /// One of [`PARTS`], and its text.
    pub(crate) part: Option<(&'static str, &'a str)>,
}

impl Bundle<'_> {
    fn part(&self, name: &str) -> Option<String> {
        self.part
            .filter(|(found, _)| *found == name)
            .map(|(_, text)| text.to_owned())
    }

    fn or(&self, name: &str, due: impl FnOnce() -> String) -> String {
        self.part(name).unwrap_or_else(due)
    }

    /// The files besides the records, by name.
    pub(crate) fn files(&self) -> Vec<(&'static str, String)> {
        let mut files = vec![
            (bag::DECLARATION, bag::DECLARATION_TEXT.to_owned()),
            (
                bag::INFO,
                bag::info(&day(IAT * 1000).unwrap(), self.records.len() as u64),
            ),
            (bag::MANIFEST, bag::manifest(&sha256_hex(self.records))),
            (
                bag::CHECKPOINT,
                note(&self.or("a checkpoint's text", || checkpoint(self.lines))),
            ),
            (bag::FRONTIER, "[]".to_owned()),
        ];
        if self.papers {
            let offer = self
                .part("what the offer says")
                .map(|says| jws(&COLLECTOR, "offer", &says));
            let consent = self
                .part("what the consent says")
                .map(|says| jws(&PERSON, "consent", &says));
            files.extend([
                (bag::OFFER, offer.unwrap_or_else(|| PAPERS.offer.clone())),
                (bag::CONSENT, consent.unwrap_or_else(|| PAPERS.consent.clone())),
                (bag::NOTICE, PAPERS.notice.clone()),
            ]);
        }
        for (name, text) in &mut files {
            if let Some(told) = self.part(name) {
                *text = told;
            }
        }
        let tags = self.or(bag::TAG_MANIFEST, || {
            bag::tag_manifest(files.iter().map(|(name, text)| (*name, text.as_bytes())))
        });
        files.push((bag::TAG_MANIFEST, tags));
        let bundle = self.or(bag::BUNDLE, || {
            jws(&PERSON, "bundle", &self.statement(&files).to_string())
        });
        files.push((bag::BUNDLE, bundle));
        files
    }

    fn statement(&self, files: &[(&str, String)]) -> Value {
        let digest = |name: &str| {
            let file = files.iter().find(|(found, _)| *found == name);
            file.map(|(_, text)| sha256_hex(text.as_bytes()))
        };
        let audience = if self.papers {
            did(&COLLECTOR).to_string()
        } else {
            EXPORT.to_owned()
        };
        let mut statement = json!({
            "aud": audience, "checkpoint_sha256": digest(bag::CHECKPOINT), "end": self.lines.len(), "iat": IAT,
            "iss": did(&PERSON), "jti": BUNDLE_ID, "records_sha256": sha256_hex(self.records), "start": 0,
            "tagmanifest_sha256": digest(bag::TAG_MANIFEST), "v": 1
        });
        if let (true, Some(members)) = (self.papers, statement.as_object_mut()) {
            for (member, name) in [
                ("offer_sha256", bag::OFFER),
                ("consent_sha256", bag::CONSENT),
                ("notice_sha256", bag::NOTICE),
            ] {
                members.insert(member.to_owned(), digest(name).into());
            }
        }
        let told: Map<String, Value> = self
            .part("members of the statement")
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        if let Some(members) = statement.as_object_mut() {
            members.extend(told);
        }
        statement
    }

    /// The file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let files = self.files();
        let members: Vec<_> = bag::ORDER
            .iter()
            .filter_map(|name| {
                let text = files
                    .iter()
                    .find(|(found, _)| found == name)
                    .map(|(_, text)| text.as_bytes());
                let bytes = if *name == bag::RECORDS {
                    Some(self.records)
                } else {
                    text
                };
                bytes.map(|bytes| zip::Member {
                    name,
                    bytes,
                    deflate: false,
                })
            })
            .collect();
        zip::write(
            &format!("counterfoil-{}-0-{}", SHARE.did().tail(), self.lines.len()),
            &members,
        )
        .unwrap()
    }
}

/// The published vectors below a folder of `tests/vectors`, with their names.
pub(crate) fn vectors(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../vectors")
        .join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap())
        .filter(|file| file.path().is_file())
        .map(|file| {
            (
                file.file_name().to_string_lossy().into_owned(),
                std::fs::read(file.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}
