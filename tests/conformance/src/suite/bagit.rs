//! The conformance suite of `BagIt` 1.0, put to the reader of bundles.
//!
//! A bundle is one fixed kind of bag: its reader takes no other, be it valid or not. So each bag of the suite is
//! packed as a bundle and must be refused for its directory; and what the suite is about is done to a bundle of our
//! own, where it must make the same difference as in the suite. What a general reader says of the suite and of our
//! bags is the outside tools' business.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use counterfoil_conformance_probe::Question;
use counterfoil_core::bundle::bag;
use counterfoil_core::bundle::zip::{self, Member, Unpacker};
use counterfoil_core::encoding::to_base64;

use super::{files, name_in, read};
use crate::case::{Case, Due, Suite};

/// The bundle that the faults are planted into.
const BUNDLE: &str = "valid-three-records.zip";
/// Most bytes of a file in it.
const MOST: u64 = 1 << 20;

/// The suites.
///
/// # Errors
/// A bag cannot be read, or one of the suite has a fault that is not known here.
pub(super) fn all(suite: &Path, bundles: &Path) -> Result<Vec<Suite>> {
    let (top, ours) = unpack(&read(&bundles.join(BUNDLE))?)?;
    let mut packed = Vec::new();
    let mut planted = Vec::new();
    for (kind, valid) in [("valid", true), ("invalid", false)] {
        for declaration in files(&suite.join(kind))? {
            if declaration
                .file_name()
                .is_none_or(|name| name != bag::DECLARATION)
            {
                continue;
            }
            let folder = declaration.parent().context("a bag without a folder")?;
            let name = name_in(suite, folder);
            let theirs = files(folder)?
                .iter()
                .map(|path| Ok((name_in(folder, path), read(path)?)))
                .collect::<Result<Vec<_>>>()?;
            packed.push(Case::new(
                name.clone(),
                ask(&pack(&top, &theirs)?),
                Due::refused_for(&["bag: "]),
            ));
            let altered = plant(&name, &ours, &theirs)?;
            let due = if valid {
                Due::yes()
            } else {
                Due::refused_for(&["bag: "])
            };
            planted.push(Case::new(name, ask(&pack(&top, &altered)?), due));
        }
    }
    ensure!(!packed.is_empty(), "{} holds no bags", suite.display());
    Ok(vec![
        Suite {
            name: "BagIt suite, as bundles",
            meaning: "refused by design: a bundle is one fixed kind of bag, and these are others",
            cases: packed,
        },
        Suite {
            name: "BagIt suite, in our bag",
            meaning: "the valid declaration is accepted in a bundle; each fault of the suite is refused",
            cases: planted,
        },
    ])
}

type Files = Vec<(String, Vec<u8>)>;

/// What is special about a bag of the suite, done to ours; the tag manifest is made to fit.
fn plant(name: &str, ours: &Files, theirs: &Files) -> Result<Files> {
    let mut files = ours.clone();
    let their = |wanted: &str| {
        let file = theirs.iter().find(|(name, _)| name == wanted);
        file.map(|(_, bytes)| bytes.clone())
            .with_context(|| format!("{name} has no {wanted}"))
    };
    let records = get(&files, bag::RECORDS)?.to_owned();
    match name.rsplit('/').next().unwrap_or_default() {
        "basicBag" | "bagit-with-invalid-whitespace" => {
            set(&mut files, bag::DECLARATION, their(bag::DECLARATION)?);
        }
        "notAllManifestsListAllFiles" => {
            files.push((
                "data/missingFromManifest.txt".to_owned(),
                their("data/missingFromManifest.txt")?,
            ));
        }
        "same-filename-listed-twice-with-the-same-hash" => {
            let manifest = get(&files, bag::MANIFEST)?.repeat(2);
            set(&mut files, bag::MANIFEST, manifest);
        }
        "same-filename-listed-twice-with-different-hashes" => {
            let other = bag::manifest(&counterfoil_core::encoding::sha256_hex(&records[1..]));
            let manifest = [get(&files, bag::MANIFEST)?, other.as_bytes()].concat();
            set(&mut files, bag::MANIFEST, manifest);
        }
        other => bail!("the suite has {other}, of which it is not known here what its fault is"),
    }
    let listed = files
        .iter()
        .filter(|(name, _)| !name.starts_with("data/"))
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let manifest = bag::tag_manifest(listed);
    set(&mut files, bag::TAG_MANIFEST, manifest.into_bytes());
    Ok(files)
}

fn get<'a>(files: &'a Files, name: &str) -> Result<&'a [u8]> {
    let file = files.iter().find(|(found, _)| found == name);
    Ok(&file.with_context(|| format!("no {name}"))?.1)
}

fn set(files: &mut Files, name: &str, bytes: Vec<u8>) {
    if let Some(file) = files.iter_mut().find(|(found, _)| found == name) {
        file.1 = bytes;
    }
}

fn unpack(bundle: &[u8]) -> Result<(String, Files)> {
    let container = zip::open(bundle)?;
    let files = container
        .entries
        .iter()
        .map(|entry| Ok((entry.name.clone(), Unpacker::new(bundle, entry).read_whole(MOST)?)))
        .collect::<Result<_>>()?;
    Ok((container.top, files))
}

fn pack(top: &str, files: &Files) -> Result<Vec<u8>> {
    // In the order of a bundle: what is wrong is to be the bag, not the container.
    let place = |name: &str| {
        bag::ORDER
            .iter()
            .position(|due| *due == name)
            .unwrap_or(usize::MAX)
    };
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by_key(|(name, _)| place(name));
    let members: Vec<_> = files
        .into_iter()
        .map(|(name, bytes)| Member {
            name,
            bytes,
            deflate: false,
        })
        .collect();
    Ok(zip::write(top, &members)?)
}

fn ask(bundle: &[u8]) -> Question {
    Question::Bundle {
        zip: to_base64(bundle),
        audience: None,
    }
}
