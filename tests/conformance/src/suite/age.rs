//! C2SP CCTV, age: files in the format of age, and what a reader must say of each.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use counterfoil_conformance_probe::Question;
use counterfoil_core::encoding::to_base64;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::{files, name_in, read};
use crate::case::{Case, Due, Suite};

/// Whom the files without an identity of their own are tried with.
const IDENTITY: &str = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0";
/// Beginning of an identity of another kind: ML-KEM and X25519 together.
const HYBRID: &str = "AGE-SECRET-KEY-PQ-1";
/// Most bytes of a file once it is unpacked.
const MOST: usize = 64 << 20;
/// SHA-256 of nothing: before a header holds, nothing is given out.
const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What a file of the suite says about itself.
#[derive(Default)]
struct Header {
    expect: String,
    identities: Vec<String>,
    payload: Option<String>,
    passphrase: bool,
    armored: bool,
    compressed: bool,
}

/// The suites.
///
/// # Errors
/// A file cannot be read or has another form.
pub(super) fn all(folder: &Path) -> Result<Vec<Suite>> {
    let mut native = Vec::new();
    let mut other = Vec::new();
    for path in files(folder)? {
        let name = name_in(folder, &path);
        let (header, file) = parse(&read(&path)?).with_context(|| name.clone())?;
        let identity = header
            .identities
            .iter()
            .find(|identity| !identity.starts_with(HYBRID))
            .or(header.identities.first().filter(|_| !header.armored))
            .map_or(IDENTITY, String::as_str);
        let question = Question::Age {
            identity: identity.to_owned(),
            file: to_base64(&file),
        };
        let due = if header.armored {
            Some(Due::refused_for(&["Armored", "NotAge"]))
        } else if header.passphrase {
            // One whose header is wrong may be refused for that before it is for its kind.
            Some(Due::refused_for(&["Passphrase", "Header", "NoMatch"]))
        } else if identity.starts_with(HYBRID) {
            Some(Due::refused_for(&["Identity"]))
        } else {
            None
        };
        match due {
            Some(due) => other.push(Case::new(name, question, due)),
            None => native.push(Case::new(
                name.clone(),
                question,
                header.due().with_context(|| name)?,
            )),
        }
    }
    Ok(vec![
        Suite {
            name: "age, X25519",
            meaning: "opened with the right content, or refused for the reason of the suite",
            cases: native,
        },
        Suite {
            name: "age, armor, passphrase, hybrid",
            meaning: "refused by design, each by its name: backups are for one X25519 key",
            cases: other,
        },
    ])
}

impl Header {
    fn due(&self) -> Result<Due> {
        let nothing =
            |words: &[&str]| Due::RefusedFor(words.iter().map(|word| format!("{word} {NOTHING}")).collect());
        let payload = || self.payload.as_deref().context("no digest of the content");
        Ok(match self.expect.as_str() {
            "success" => Due::Accepted(payload()?.to_owned()),
            "no match" => nothing(&["NoMatch"]),
            "HMAC failure" => nothing(&["Mac"]),
            "header failure" => nothing(&["Header", "NotAge", "Version", "Truncated"]),
            // What was authenticated before the damage may be given out, and nothing else.
            "payload failure" => Due::RefusedFor(
                ["Payload", "Trailing", "Truncated"]
                    .iter()
                    .map(|word| Ok(format!("{word} {}", payload()?)))
                    .collect::<Result<_>>()?,
            ),
            other => bail!("{other:?} is not known here"),
        })
    }
}

/// The lines before the first empty one, and the file after it.
fn parse(bytes: &[u8]) -> Result<(Header, Vec<u8>)> {
    let end = bytes
        .windows(2)
        .position(|pair| pair == b"\n\n")
        .context("no empty line")?;
    let mut header = Header::default();
    for line in std::str::from_utf8(bytes.get(..end).unwrap_or_default())?.lines() {
        let (key, value) = line.split_once(": ").context("a line without a value")?;
        match key {
            "expect" => value.clone_into(&mut header.expect),
            "payload" => header.payload = Some(value.to_owned()),
            "identity" => header.identities.push(value.to_owned()),
            "passphrase" => header.passphrase = true,
            "armored" => header.armored = true,
            "compressed" if value == "zlib" => header.compressed = true,
            "file key" | "comment" => {}
            _ => bail!("{line:?} is not known here"),
        }
    }
    let file = bytes.get(end + 2..).unwrap_or_default();
    let file = if header.compressed {
        decompress_to_vec_zlib_with_limit(file, MOST).map_err(|error| anyhow!("{error}"))?
    } else {
        file.to_owned()
    };
    Ok((header, file))
}
