//! The crates `signed_note` and `tlog_tiles`: checkpoints and proofs, in both directions.

use anyhow::{Result, anyhow};
use counterfoil_core::did::Did;
use counterfoil_core::encoding::{sha256, to_base64};
use counterfoil_core::merkle::{
    Hash, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion,
};
use counterfoil_core::note::{open_checkpoint, origin_of};
use signed_note::{Note, Signer as _, StandardSigner, StandardVerifier, VerifierList};
use tlog_tiles::tlog::{self, HashReader};

use super::Row;
use super::material::Material;
use super::random::Random;

/// Sizes up to which every proof is made, and the larger ones of which some are.
const ALL: usize = 40;
const SOME: [usize; 7] = [63, 64, 65, 127, 129, 255, 257];

/// A table line for each crate and direction.
///
/// # Errors
/// A crate refuses to be used as it is meant.
pub(super) fn check(material: &Material, random: &mut Random) -> Result<Vec<Row>> {
    let stored = store(&material.leaves)?;
    Ok(vec![
        checkpoints(material)?,
        signed_by_them(material, random)?,
        proofs(material),
        proofs_by_them(material, &stored)?,
    ])
}

fn verifier(material: &Material) -> Result<VerifierList> {
    let did = material.key.did();
    let name = origin_of(did);
    let key = [&[1], did.public_key().as_slice()].concat();
    let text = format!(
        "{name}+{:08x}+{}",
        signed_note::key_id(&name, &key),
        to_base64(&key)
    );
    let verifier = StandardVerifier::new(&text).map_err(|error| anyhow!("{error}"))?;
    Ok(VerifierList::new(vec![Box::new(verifier)]))
}

/// Whether the crates accept this note as a checkpoint of that size and root.
fn accepted(note: &str, verifier: &VerifierList, size: usize, root: &Hash) -> bool {
    Note::from_bytes(note.as_bytes()).is_ok_and(|note| {
        note.verify(verifier)
            .is_ok_and(|(verified, _)| verified.len() == 1)
            && tlog_tiles::Checkpoint::from_bytes(note.text())
                .is_ok_and(|found| found.size() == size as u64 && found.hash().0 == *root)
    })
}

fn checkpoints(material: &Material) -> Result<Row> {
    let mut row = Row::new(
        "crates signed_note, tlog_tiles",
        "checkpoints accepted; with another size, refused",
    );
    let verifier = verifier(material)?;
    for (size, (note, root)) in material.notes.iter().zip(&material.roots).enumerate() {
        row.case(accepted(note, &verifier, size, root), || format!("size {size}"));
        let other = note.replacen(&format!("\n{size}\n"), &format!("\n{}\n", size + 1), 1);
        row.case(!accepted(&other, &verifier, size + 1, root), || {
            format!("size {size}, altered")
        });
    }
    Ok(row)
}

/// Notes that the crate signs with a key of its own, in the form of our checkpoints.
fn signed_by_them(material: &Material, random: &mut Random) -> Result<Row> {
    let mut row = Row::new(
        "crates signed_note, tlog_tiles",
        "checkpoints that they sign and write are accepted here",
    );
    for (size, root) in material.roots.iter().enumerate().step_by(8) {
        let secret: [u8; 32] = random.bytes();
        let did = counterfoil_core::primitives::identity(&secret);
        let name = origin_of(&did);
        let key = [&[1], did.public_key().as_slice()].concat();
        let id = signed_note::key_id(&name, &key);
        let private = to_base64(&[&[1], secret.as_slice()].concat());
        let signer = StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id:08x}+{private}"))
            .map_err(|error| anyhow!("{error}"))?;
        let text = tlog_tiles::Checkpoint::new(signer.name(), size as u64, tlog::Hash(*root), "")
            .map_err(|error| anyhow!("{error}"))?
            .to_bytes();
        let mut note = Note::new(&text, &[]).map_err(|error| anyhow!("{error}"))?;
        note.add_sigs(&[&signer]).map_err(|error| anyhow!("{error}"))?;
        let note = String::from_utf8(note.to_bytes())?;
        let opens = |did: &Did| open_checkpoint(&note, did).is_ok_and(|found| found.root == *root);
        row.case(opens(&did), || format!("size {size}"));
        row.case(!opens(material.key.did()), || format!("size {size}, another log"));
    }
    Ok(row)
}

fn sizes() -> impl Iterator<Item = usize> {
    (1..=ALL).chain(SOME)
}

fn theirs(proof: &[Hash]) -> Vec<tlog::Hash> {
    proof.iter().map(|hash| tlog::Hash(*hash)).collect()
}

/// Every proof of every small tree, and the same against another root.
fn proofs(material: &Material) -> Row {
    let mut row = Row::new(
        "crate tlog_tiles",
        "our proofs of inclusion and consistency accepted, for another root refused",
    );
    for size in sizes() {
        let hashes = &material.hashes[..size];
        let (root, other) = (material.roots[size], sha256(&material.roots[size]));
        for place in 1..=size {
            let (index, leaf) = (place - 1, tlog::Hash(hashes[place - 1]));
            let proof = inclusion_proof(hashes, index).map(|proof| theirs(&proof));
            let holds = |root: Hash| {
                proof.as_ref().is_some_and(|proof| {
                    tlog::check_record(proof, size as u64, tlog::Hash(root), index as u64, leaf).is_ok()
                })
            };
            row.case(holds(root) && !holds(other), || format!("leaf {index} of {size}"));
            let old = tlog::Hash(material.roots[place]);
            let proof = consistency_proof(hashes, place).map(|proof| theirs(&proof));
            let holds = |root: Hash| {
                proof.as_ref().is_some_and(|proof| {
                    tlog::check_tree(proof, size as u64, tlog::Hash(root), place as u64, old).is_ok()
                })
            };
            row.case(holds(root) && !holds(other), || format!("{place} to {size}"));
        }
    }
    row
}

/// The same with their proofs and our checks.
fn proofs_by_them(material: &Material, stored: &Stored) -> Result<Row> {
    let mut row = Row::new(
        "crate tlog_tiles",
        "its proofs of inclusion and consistency, and its roots, are accepted here",
    );
    for size in sizes() {
        let (root, other) = (material.roots[size], sha256(&material.roots[size]));
        let found = tlog::tree_hash(size as u64, stored).map_err(|error| anyhow!("{error:?}"))?;
        row.case(found.0 == root, || format!("root of {size}"));
        for place in 1..=size {
            let index = place as u64 - 1;
            let proof = ours(tlog::prove_record(size as u64, index, stored))?;
            let leaf = &material.hashes[place - 1];
            let holds = |root: &Hash| verify_inclusion(leaf, index, size as u64, &proof, root).is_ok();
            row.case(holds(&root) && !holds(&other), || {
                format!("leaf {index} of {size}")
            });
            let proof = ours(tlog::prove_tree(size as u64, place as u64, stored))?;
            let old = &material.roots[place];
            let holds =
                |root: &Hash| verify_consistency(place as u64, size as u64, old, root, &proof).is_ok();
            row.case(holds(&root) && !holds(&other), || format!("{place} to {size}"));
        }
    }
    Ok(row)
}

fn ours(proof: Result<Vec<tlog::Hash>, tlog_tiles::Error>) -> Result<Vec<Hash>> {
    let proof = proof.map_err(|error| anyhow!("{error:?}"))?;
    Ok(proof.into_iter().map(|hash| hash.0).collect())
}

/// The hashes that the crate keeps of a tree.
struct Stored(Vec<tlog::Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog_tiles::Error> {
        let at = |index: &u64| {
            usize::try_from(*index)
                .ok()
                .and_then(|index| self.0.get(index).copied())
        };
        indexes
            .iter()
            .map(at)
            .collect::<Option<_>>()
            .ok_or_else(|| tlog_tiles::Error::InvalidInput("no such hash".into()))
    }
}

fn store(leaves: &[Vec<u8>]) -> Result<Stored> {
    let mut stored = Stored(Vec::new());
    for (index, leaf) in leaves.iter().enumerate() {
        let more = tlog::stored_hashes(index as u64, leaf, &stored).map_err(|error| anyhow!("{error:?}"))?;
        stored.0.extend(more);
    }
    Ok(stored)
}
