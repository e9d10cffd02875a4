//! Programs of the system: `sha256sum` and `openssl`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use counterfoil_core::encoding::{from_base64, from_base64url};

use super::Row;
use super::material::Material;
use crate::process::{minutes, output};

/// What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410).
const KEY_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// Of the sizes of the tree, each so-manyth.
const STEP: usize = 16;

/// The directories of bundles, each below a folder of its own.
fn directories(material: &Path, kind: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(material.join(kind))? {
        for directory in fs::read_dir(folder?.path())? {
            found.push(directory?.path());
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Both manifests of every bundle.
///
/// # Errors
/// The program is missing.
pub(super) fn sha256sum(material: &Path) -> Result<Row> {
    let mut row = Row::new(
        "sha256sum -c",
        "both manifests of golden and fresh bundles hold; with one byte altered, not",
    );
    for (kind, due) in [("unpacked", true), ("altered", false)] {
        for directory in directories(material, kind)? {
            let mut command = Command::new("sha256sum");
            command
                .args([
                    "--strict",
                    "--check",
                    "manifest-sha256.txt",
                    "tagmanifest-sha256.txt",
                ])
                .current_dir(&directory);
            let ended = output(&mut command, minutes(1))?;
            row.case(ended.ok == due, || {
                format!("{}: {}", directory.display(), ended.errors)
            });
        }
    }
    Ok(row)
}

/// The bodies of checkpoints, and the signing inputs of the bundles' statements.
///
/// # Errors
/// The program is missing, or a note has another form.
pub(super) fn openssl(material: &Material, folder: &Path) -> Result<Row> {
    let mut row = Row::new(
        "openssl pkeyutl -verify -rawin",
        "checkpoints and bundle.jws are signed by their keys; with one byte altered, not",
    );
    let work = folder.join("openssl");
    fs::create_dir_all(&work)?;
    let key = material.key.did().public_key();
    for note in material.notes.iter().step_by(STEP) {
        let (body, signature) = split(note)?;
        row.case(verifies(&work, key, body.as_bytes(), &signature)?, || {
            note.clone()
        });
        let other = body.replacen("counterfoil", "counterfeit", 1);
        row.case(!verifies(&work, key, other.as_bytes(), &signature)?, || {
            format!("altered {note}")
        });
    }
    for directory in directories(folder, "unpacked")? {
        let compact = fs::read_to_string(directory.join("bundle.jws"))?;
        let (input, signature) = compact.rsplit_once('.').context("not a compact JWS")?;
        let signature = from_base64url(signature)?;
        let note = fs::read_to_string(directory.join("checkpoint"))?;
        let did = note
            .split('\n')
            .next()
            .and_then(|origin| origin.strip_prefix("counterfoil/"));
        let did = counterfoil_core::did::Did::parse(&format!("did:key:{}", did.context("no origin")?))?;
        let name = || directory.display().to_string();
        row.case(
            verifies(&work, did.public_key(), input.as_bytes(), &signature)?,
            name,
        );
        let other = input.to_ascii_lowercase();
        row.case(
            !verifies(&work, did.public_key(), other.as_bytes(), &signature)?,
            name,
        );
    }
    Ok(row)
}

/// Body and signature of a note's first signature line.
fn split(note: &str) -> Result<(&str, Vec<u8>)> {
    let (body, signatures) = note.split_once("\n\n").context("no signatures")?;
    let line = signatures.lines().next().context("no signature")?;
    let signature = from_base64(line.rsplit(' ').next().unwrap_or_default())?;
    let body = note.get(..=body.len()).context("no body")?;
    Ok((body, signature.get(4..).unwrap_or_default().to_owned()))
}

fn verifies(work: &Path, key: &[u8; 32], message: &[u8], signature: &[u8]) -> Result<bool> {
    let [der, body, sig] = ["key.der", "body", "signature"].map(|name| work.join(name));
    fs::write(&der, [KEY_PREFIX.as_slice(), key].concat())?;
    fs::write(&body, message)?;
    fs::write(&sig, signature)?;
    let mut command = Command::new("openssl");
    command
        .args([
            "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey",
        ])
        .arg(&der)
        .arg("-in")
        .arg(&body)
        .arg("-sigfile")
        .arg(&sig);
    Ok(output(&mut command, minutes(1))?.ok)
}
