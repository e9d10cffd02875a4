//! Published test vectors, where they lie beside the checkout. They are not part of it: each test says so and
//! passes where they are missing.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::age::{AgeError, Decryptor, Identity};
use crate::canonical;
use crate::did::Did;
use crate::encoding::{from_base64, from_hex, sha256_hex};
use crate::keys::{self, Root, SigningKey};
use crate::merkle::{Hash, verify_consistency, verify_inclusion};

/// The folder or file of that name, if it is there.
fn vectors(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/vectors")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: no vectors {name} beside the checkout");
    None
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files
}

fn hash(value: &Value) -> Option<Hash> {
    from_base64(value.as_str()?).ok()?.try_into().ok()
}

fn proof(value: &Value) -> Option<Vec<Hash>> {
    match value {
        Value::Null => Some(Vec::new()),
        value => value.as_array()?.iter().map(hash).collect(),
    }
}

#[test]
fn inclusion() {
    let Some(directory) = vectors("merkle/testdata/inclusion") else {
        return;
    };
    let check = |case: &Value| {
        let (index, size) = (case["leafIdx"].as_u64()?, case["treeSize"].as_u64()?);
        let (leaf, root) = (hash(&case["leafHash"])?, hash(&case["root"])?);
        verify_inclusion(&leaf, index, size, &proof(&case["proof"])?, &root).ok()
    };
    let mut count = 0;
    for path in files(&directory) {
        let case = json(&path);
        assert_eq!(
            check(&case).is_none(),
            case["wantErr"].as_bool().unwrap(),
            "{}",
            path.display()
        );
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn consistency() {
    let Some(directory) = vectors("merkle/testdata/consistency") else {
        return;
    };
    let check = |case: &Value| {
        let (old, new) = (case["size1"].as_u64()?, case["size2"].as_u64()?);
        let (before, after) = (hash(&case["root1"])?, hash(&case["root2"])?);
        verify_consistency(old, new, &before, &after, &proof(&case["proof"])?).ok()
    };
    let mut count = 0;
    for path in files(&directory) {
        let case = json(&path);
        // Some have words in the place of roots, which this library cannot even be asked about.
        if hash(&case["root1"]).is_none() || hash(&case["root2"]).is_none() {
            continue;
        }
        assert_eq!(
            check(&case).is_none(),
            case["wantErr"].as_bool().unwrap(),
            "{}",
            path.display()
        );
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn canonical_json() {
    let Some(directory) = vectors("jcs/testdata") else {
        return;
    };
    let mut written = 0;
    for path in files(&directory.join("input")) {
        let value = json(&path);
        match canonical::to_vec(&value) {
            Ok(bytes) => {
                let due = fs::read(directory.join("output").join(path.file_name().unwrap())).unwrap();
                assert_eq!(bytes, due, "{}", path.display());
                written += 1;
            }
            // The formats have no numbers but integers.
            Err(error) => assert_eq!(error, canonical::CanonicalError::Float, "{}", path.display()),
        }
    }
    assert!(written >= 4, "{written}");
}

#[test]
fn signatures_at_the_edges() {
    let Some(path) = vectors("cctv/ed25519vectors.json") else {
        return;
    };
    let bytes = |value: &Value| from_hex(value.as_str().unwrap()).unwrap();
    let accepted = |case: &Value| {
        let did = Did::from_public_key(&bytes(&case["key"]).try_into().unwrap());
        let message = case["msg"].as_str().unwrap().as_bytes();
        keys::verify(&did, message, &bytes(&case["sig"]).try_into().unwrap())
    };
    let cases = json(&path);
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 914);
    assert_eq!(cases.iter().filter(|case| accepted(case)).count(), 43);
}

#[test]
fn signatures() {
    let Some(path) = vectors("wycheproof/ed25519_test.json") else {
        return;
    };
    let bytes = |value: &Value| from_hex(value.as_str().unwrap()).unwrap();
    let cases = json(&path);
    for group in cases["testGroups"].as_array().unwrap() {
        let did = Did::from_public_key(&bytes(&group["publicKey"]["pk"]).try_into().unwrap());
        for case in group["tests"].as_array().unwrap() {
            let signature = <[u8; 64]>::try_from(bytes(&case["sig"]));
            let accepted =
                signature.is_ok_and(|signature| keys::verify(&did, &bytes(&case["msg"]), &signature));
            assert_eq!(accepted, case["result"] == "valid", "{}", case["tcId"]);
        }
    }
}

#[test]
fn mnemonics() {
    let Some(path) = vectors("bip39/vectors.json") else {
        return;
    };
    let mut count = 0;
    for case in json(&path)["english"].as_array().unwrap() {
        let entropy = from_hex(case[0].as_str().unwrap()).unwrap();
        let Ok(entropy) = <[u8; 32]>::try_from(entropy) else {
            continue;
        };
        let words = case[1].as_str().unwrap();
        assert_eq!(*Root::from_entropy(entropy).words(), words);
        assert_eq!(Root::from_words(words).unwrap().entropy(), &entropy);
        count += 1;
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn identities() {
    let Some(path) = vectors("did-key/ed25519-x25519.json") else {
        return;
    };
    for (did, case) in json(&path).as_object().unwrap() {
        let Some(seed) = case["seed"].as_str() else {
            continue;
        };
        let key = SigningKey::from_secret(&from_hex(seed).unwrap().try_into().unwrap());
        assert_eq!(key.did().as_str(), did);
        assert_eq!(Did::parse(did).as_ref(), Ok(key.did()));
    }
}

/// A file of the age vectors: what is expected of it, and the file itself.
struct AgeVector {
    fields: Vec<(String, String)>,
    file: Vec<u8>,
}

impl AgeVector {
    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let fields: Vec<_> = std::str::from_utf8(&bytes[..end])
            .unwrap()
            .lines()
            .map(|line| line.split_once(": ").unwrap())
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let mut vector = Self {
            fields,
            file: bytes[end + 2..].to_vec(),
        };
        if let Some(method) = vector.get("compressed") {
            assert_eq!(method, "zlib");
            vector.file = miniz_oxide::inflate::decompress_to_vec_zlib(&vector.file).unwrap();
        }
        vector
    }

    fn get(&self, key: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }

    /// What is given out, and how it ends, for the file in pieces of this size.
    fn decrypt(&self, identity: &Identity, piece: usize) -> (Vec<u8>, Result<(), AgeError>) {
        let (mut decryptor, mut out) = (Decryptor::new(identity), Vec::new());
        for piece in self.file.chunks(piece) {
            if let Err(error) = decryptor.push(piece, &mut out) {
                return (out, Err(error));
            }
        }
        let result = decryptor.finish(&mut out);
        (out, result)
    }
}

#[test]
fn age_files() {
    let Some(directory) = vectors("cctv/age/testdata") else {
        return;
    };
    let (mut supported, mut armored, mut passphrase, mut hybrid) = (0, 0, 0, 0);
    for path in files(&directory) {
        let vector = AgeVector::read(&path);
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expect = vector.get("expect").unwrap();
        let of_x25519 = vector.get("identity").and_then(|text| Identity::parse(text).ok());
        let identity = of_x25519.clone().unwrap_or(Identity::from_secret([1; 32]));
        let (released, result) = vector.decrypt(&identity, 50_000);
        // The same in other pieces; the few long files take a while.
        for piece in [1, 1000, usize::MAX] {
            if vector.file.len() < 10_000 * piece.min(100) {
                let again = vector.decrypt(&identity, piece);
                assert!(again == (released.clone(), result), "{name} in pieces of {piece}");
            }
        }

        if vector.get("armored").is_some() {
            // By design: armor is not read. Where the mark at the beginning is broken, it is no age file at all.
            assert!(
                matches!(result, Err(AgeError::Armored | AgeError::NotAge)),
                "{name}: {result:?}"
            );
            assert!(
                result == Err(AgeError::Armored) || expect == "armor failure",
                "{name}"
            );
            armored += 1;
        } else if vector.get("passphrase").is_some() && of_x25519.is_none() {
            // By design: a passphrase is not asked for; what is malformed besides may be said instead.
            let due = match expect {
                "header failure" => [AgeError::Passphrase, AgeError::Header],
                "no match" if name == "scrypt_uppercase" => [AgeError::NoMatch; 2],
                _ => [AgeError::Passphrase; 2],
            };
            assert!(due.iter().any(|due| result == Err(*due)), "{name}: {result:?}");
            passphrase += 1;
        } else if of_x25519.is_none() && vector.get("identity").is_some() {
            // By design: an identity of another type cannot be given, and ours does not match.
            let text = vector.get("identity").unwrap();
            assert_eq!(Identity::parse(text).map(drop), Err(AgeError::Identity), "{name}");
            let due = [AgeError::NoMatch, AgeError::Header];
            assert!(due.iter().any(|due| result == Err(*due)), "{name}: {result:?}");
            hybrid += 1;
        } else {
            let as_due = match expect {
                "success" => result == Ok(()),
                "no match" => result == Err(AgeError::NoMatch),
                "HMAC failure" => result == Err(AgeError::Mac),
                "payload failure" => matches!(
                    result,
                    Err(AgeError::Payload | AgeError::Truncated | AgeError::Trailing)
                ),
                "header failure" => matches!(
                    result,
                    Err(AgeError::NotAge | AgeError::Version | AgeError::Header | AgeError::Truncated)
                ),
                other => panic!("{name}: {other}"),
            };
            assert!(as_due, "{name}: {result:?} where {expect} is due");
            if let Some(due) = vector.get("payload") {
                assert_eq!(sha256_hex(&released), due, "{name}");
            }
            supported += 1;
        }
    }
    println!(
        "age: {supported} as expected; not supported by design, and refused as such: {armored} armored, {passphrase} with a passphrase, {hybrid} with another type of key"
    );
    assert!(supported >= 60, "{supported}");
}
