//! The stock `age` program: files in both directions, with keys of both.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use counterfoil_core::age::{Decryptor, Encryptor, Identity, Recipient};
use counterfoil_core::keys::Root;

use super::Row;
use super::material::Material;
use super::random::Random;
use crate::process::{given, minutes, output};

/// Bytes of content: around the edges of a chunk of 64 KiB.
const SIZES: [usize; 9] = [0, 1, 1000, 65_535, 65_536, 65_537, 131_071, 131_072, 300_000];

/// A table line for each direction.
///
/// # Errors
/// A program is missing, or we refuse our own keys.
pub(super) fn check(material: &Material, random: &mut Random, folder: &Path) -> Result<Vec<Row>> {
    let folder = folder.join("age");
    fs::create_dir_all(&folder)?;
    let identity = material.root.backup_identity()?;
    let keys = folder.join("backup-identity.txt");
    fs::write(&keys, format!("{}\n", *identity.to_text()))?;
    let stranger = folder.join("stranger.txt");
    fs::write(
        &stranger,
        format!(
            "{}\n",
            *Root::from_entropy(random.bytes()).backup_identity()?.to_text()
        ),
    )?;

    let mut opens = Row::new(
        "age -d",
        "opens our files with the identity of the 24 words; refuses another identity, a cut and an altered file",
    );
    let mut opened = Row::new(
        "age -r",
        "its files for the 24 words are opened here; cut and altered ones are refused",
    );
    for size in SIZES {
        let content = random.many(size);
        let ours = encrypt(&identity.recipient(), random, &content)?;
        opens.case(stock(&keys, &ours)? == Some(content.clone()), || {
            format!("{size} bytes")
        });
        opens.case(stock(&stranger, &ours)?.is_none(), || {
            format!("{size} bytes, another identity")
        });
        for (name, damaged) in damaged(&ours) {
            opens.case(stock(&keys, &damaged)?.is_none(), || {
                format!("{size} bytes, {name}")
            });
        }
        let mut program = Command::new("age");
        program.arg("-r").arg(identity.recipient().to_string());
        let theirs = given(&mut program, &content, minutes(1))?.accepted()?;
        opened.case(decrypt(&identity, &theirs).as_ref() == Some(&content), || {
            format!("{size} bytes")
        });
        for (name, damaged) in damaged(&theirs) {
            opened.case(decrypt(&identity, &damaged).is_none(), || {
                format!("{size} bytes, {name}")
            });
        }
    }
    Ok(vec![opens, opened, generated()?])
}

fn damaged(file: &[u8]) -> [(&'static str, Vec<u8>); 2] {
    let cut = file
        .get(..file.len().saturating_sub(1))
        .unwrap_or_default()
        .to_owned();
    let mut altered = file.to_owned();
    if let Some(last) = altered.last_mut() {
        *last ^= 1;
    }
    [("cut", cut), ("altered", altered)]
}

fn encrypt(recipient: &Recipient, random: &mut Random, content: &[u8]) -> Result<Vec<u8>> {
    let (mut encryptor, mut file) =
        Encryptor::new(recipient, random.bytes(), random.bytes(), random.bytes())?;
    for piece in content.chunks(1 + random.below(100_000)) {
        encryptor.push(piece, &mut file)?;
    }
    encryptor.finish(&mut file)?;
    Ok(file)
}

fn decrypt(identity: &Identity, file: &[u8]) -> Option<Vec<u8>> {
    let (mut decryptor, mut content) = (Decryptor::new(identity), Vec::new());
    decryptor.push(file, &mut content).ok()?;
    decryptor.finish(&mut content).ok()?;
    Some(content)
}

/// The content, as `age -d -i` finds it.
fn stock(keys: &Path, file: &[u8]) -> Result<Option<Vec<u8>>> {
    let mut program = Command::new("age");
    program.arg("-d").arg("-i").arg(keys);
    let ended = given(&mut program, file, minutes(1))?;
    Ok(ended.ok.then_some(ended.output))
}

/// Keys that `age-keygen` makes, and what it makes of ours.
fn generated() -> Result<Row> {
    let mut row = Row::new(
        "age-keygen",
        "its identities and ours have the same recipients there and here",
    );
    for round in 0..5_u8 {
        let printed = output(&mut Command::new("age-keygen"), minutes(1))?.accepted()?;
        let printed = String::from_utf8(printed)?;
        let find = |start: &str| printed.lines().find_map(|line| line.strip_prefix(start));
        let recipient = find("# public key: ").context("age-keygen prints no public key")?;
        let secret = printed.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1"));
        let identity = Identity::parse(secret.context("age-keygen prints no identity")?);
        let found = identity.map(|identity| identity.recipient().to_string());
        row.case(found.as_deref() == Ok(recipient), || recipient.to_owned());

        let ours = Identity::from_secret([round + 1; 32]);
        let mut program = Command::new("age-keygen");
        let there = given(program.arg("-y"), ours.to_text().as_bytes(), minutes(1))?;
        let there = String::from_utf8(there.accepted()?)?;
        row.case(there.trim_end() == ours.recipient().to_string(), || there.clone());
    }
    Ok(row)
}
