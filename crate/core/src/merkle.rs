//! The Merkle tree of RFC 6962 and RFC 9162 with SHA-256: its frontier, which is all that an append needs, and
//! proofs of inclusion and of consistency.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2_11::{Digest as _, Sha256};

use crate::canonical::{INTEGER_BOUND, Object};
use crate::encoding::{from_base64, sha256, to_base64};

/// A SHA-256 digest: of a leaf, of a node, of a root.
pub type Hash = [u8; 32];

/// Bytes of a leaf that are hashed in one run: most lines are shorter.
const SHORT: usize = 511;

/// Hash of a leaf: SHA-256(0x00 ‖ bytes).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    // Bytes that begin one late in their block are hashed a quarter slower than a copy of them that does not.
    let mut prefixed = [0; 1 + SHORT];
    match prefixed.get_mut(1..=bytes.len()) {
        Some(rest) => {
            rest.copy_from_slice(bytes);
            sha256(prefixed.get(..=bytes.len()).unwrap_or_default())
        }
        None => Sha256::new_with_prefix([0]).chain_update(bytes).finalize().into(),
    }
}

/// Hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut prefixed = [1; 65];
    let (_, hashes) = prefixed.split_at_mut(1);
    let (first, second) = hashes.split_at_mut(32);
    first.copy_from_slice(left);
    second.copy_from_slice(right);
    sha256(&prefixed)
}

/// Root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The hashes do not make a frontier of that size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a frontier of {size} leaves has {due} hashes, not {found}")]
pub struct FrontierError {
    /// Leaves.
    pub size: u64,
    /// Hashes that are due: one for each bit set in the size.
    pub due: u32,
    /// Hashes that were given.
    pub found: usize,
}

/// The roots of the complete subtrees that make up a tree, largest and leftmost first: one for each bit set in
/// the number of leaves.
///
/// Enough to append and to know the root, in 32 bytes × log2(size).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    // One for each bit set in `size`, by falling weight.
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier of a tree of `size` leaves from its hashes, left to right.
    pub fn from_hashes(size: u64, hashes: Vec<Hash>) -> Result<Self, FrontierError> {
        let due = size.count_ones();
        if size >= INTEGER_BOUND || u32::try_from(hashes.len()) != Ok(due) {
            return Err(FrontierError {
                size,
                due,
                found: hashes.len(),
            });
        }
        Ok(Self { size, hashes })
    }

    /// Leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes, left to right.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        // Each bit set at the low end stands for a complete subtree that the new one completes.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.hashes.push(hash);
        self.size += 1;
    }

    /// Root of the tree.
    pub fn root(&self) -> Hash {
        let mut hashes = self.hashes.iter().rev();
        let Some(&smallest) = hashes.next() else {
            return empty_root();
        };
        hashes.fold(smallest, |right, left| node_hash(left, &right))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    hashes: Vec<String>,
    size: u64,
}

impl Serialize for Frontier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let hashes = self.hashes.iter().map(|hash| to_base64(hash)).collect();
        Stored {
            hashes,
            size: self.size,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Frontier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Object(stored) = Object::<Stored>::deserialize(deserializer)?;
        let hashes = hashes_from_base64(&stored.hashes)
            .ok_or_else(|| de::Error::custom("a hash is not 32 bytes of base64"))?;
        Self::from_hashes(stored.size, hashes).map_err(de::Error::custom)
    }
}

/// Hashes from their base64 texts; `None` where one is not 32 bytes of strict base64.
pub(crate) fn hashes_from_base64(texts: &[String]) -> Option<Vec<Hash>> {
    texts
        .iter()
        .map(|text| from_base64(text).ok().and_then(|bytes| bytes.try_into().ok()))
        .collect()
}

/// A proof does not show what it is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// No tree of that size has such a leaf, or the sizes are in the wrong order.
    #[error("the proof is for a place that the tree does not have")]
    Place,
    /// Too many or too few hashes for the sizes.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Root of a tree given all its leaf hashes.
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// Leaves in the left subtree of a tree of `size` > 1 leaves: the largest power of two below `size`.
fn split(size: usize) -> usize {
    1 << (usize::BITS - 1 - (size - 1).leading_zeros())
}

/// Proof that the leaf at `index` is in the tree of these leaf hashes (RFC 9162 §2.1.3.1); `None` past the end.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let (mut leaves, mut index, mut proof) = (leaves, index, Vec::new());
    while leaves.len() > 1 {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if index < left.len() {
            proof.push(root(right));
            leaves = left;
        } else {
            proof.push(root(left));
            index -= left.len();
            leaves = right;
        }
    }
    proof.reverse();
    Some(proof)
}

/// Checks a proof of inclusion (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Place);
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

/// Proof that the tree of the first `old` leaf hashes is a prefix of the tree of all (RFC 9162 §2.1.4.1); `None`
/// where `old` is zero or past the end, for which there is nothing to prove.
pub fn consistency_proof(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    if old == 0 || old > leaves.len() {
        return None;
    }
    let (mut leaves, mut old, mut whole, mut proof) = (leaves, old, true, Vec::new());
    while old < leaves.len() {
        let (left, right) = leaves.split_at(split(leaves.len()));
        if old <= left.len() {
            proof.push(root(right));
            leaves = left;
        } else {
            proof.push(root(left));
            old -= left.len();
            leaves = right;
            whole = false;
        }
    }
    if !whole {
        proof.push(root(leaves));
    }
    proof.reverse();
    Some(proof)
}

/// Checks a proof of consistency (RFC 9162 §2.1.4.2). The empty tree is a prefix of every tree, and so proves
/// nothing: it is accepted with an empty proof only where both trees are empty.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: &Hash,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new || (old == 0 && new > 0) {
        return Err(ProofError::Place);
    }
    if old == new {
        return match (proof.is_empty(), old_root == new_root) {
            (false, _) => Err(ProofError::Length),
            (true, false) => Err(ProofError::Root),
            (true, true) => Ok(()),
        };
    }
    // Where the old tree is complete, its root is the first node and is left out of the proof.
    let (first, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::Length)?
    };
    let (mut node, mut last) = (old - 1, new - 1);
    let shift = node.trailing_ones();
    node >>= shift;
    last >>= shift;
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if old_hash == *old_root && new_hash == *new_root {
        Ok(())
    } else {
        Err(ProofError::Root)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::encoding::to_hex;

    fn leaves(count: u32) -> Vec<Hash> {
        (0..count)
            .map(|number| leaf_hash(&number.to_be_bytes()))
            .collect()
    }

    #[test]
    fn the_known_answers_of_rfc_6962() {
        // The eight inputs and their roots are those that the reference implementations of RFC 6962 test with.
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        assert_eq!(
            to_hex(&empty_root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::new();
        for (input, root) in inputs.iter().zip(roots) {
            frontier.push(leaf_hash(input));
            assert_eq!(to_hex(&frontier.root()), root);
        }
    }

    #[test]
    fn a_frontier_goes_on_from_its_hashes() {
        let leaves = leaves(70);
        for cut in 0..=leaves.len() {
            let mut first = Frontier::new();
            for leaf in &leaves[..cut] {
                first.push(*leaf);
            }
            assert_eq!(first.root(), root(&leaves[..cut]));
            assert_eq!(first.hashes().len(), cut.count_ones() as usize);
            let mut second = Frontier::from_hashes(first.size(), first.hashes().to_vec()).unwrap();
            let text = serde_json::to_string(&first).unwrap();
            assert_eq!(serde_json::from_str::<Frontier>(&text).unwrap(), first);
            for leaf in &leaves[cut..] {
                second.push(*leaf);
            }
            assert_eq!(second.root(), root(&leaves));
        }
        assert!(Frontier::from_hashes(3, vec![[0; 32]]).is_err());
        assert!(Frontier::from_hashes(0, vec![[0; 32]]).is_err());
        assert!(Frontier::from_hashes(1 << 53, vec![[0; 32]]).is_err());
        assert!(serde_json::from_str::<Frontier>(r#"{"hashes":["AAAA"],"size":1}"#).is_err());
    }

    #[test]
    fn proofs_hold_and_hold_nowhere_else() {
        let leaves = leaves(20);
        for size in 1..=leaves.len() {
            let tree = &leaves[..size];
            let top = root(tree);
            for index in 0..size {
                let proof = inclusion_proof(tree, index).unwrap();
                for other in 0..size as u64 {
                    let result = verify_inclusion(&tree[index], other, size as u64, &proof, &top);
                    assert_eq!(result.is_ok(), other == index as u64, "{other} of {size}");
                }
                let longer = [proof.as_slice(), &[[0; 32]]].concat();
                assert_eq!(
                    verify_inclusion(&tree[index], index as u64, size as u64, &longer, &top),
                    Err(ProofError::Length)
                );
                assert_eq!(
                    verify_inclusion(&tree[index], index as u64, size as u64, &proof, &[0; 32]),
                    Err(ProofError::Root)
                );
            }
            assert_eq!(inclusion_proof(tree, size), None);
            for old in 1..=size {
                let proof = consistency_proof(tree, old).unwrap();
                let (before, old) = (root(&tree[..old]), old as u64);
                let check = |before: &Hash, after: &Hash, proof: &[Hash]| {
                    verify_consistency(old, size as u64, before, after, proof)
                };
                assert_eq!(check(&before, &top, &proof), Ok(()));
                assert!(check(&[0; 32], &top, &proof).is_err());
                assert!(check(&before, &[0; 32], &proof).is_err());
                assert!(check(&before, &top, &[proof.as_slice(), &[[0; 32]]].concat()).is_err());
            }
            assert_eq!(consistency_proof(tree, 0), None);
            assert_eq!(consistency_proof(tree, size + 1), None);
        }
    }
}
