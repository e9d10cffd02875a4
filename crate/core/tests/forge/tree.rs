//! Merkle trees: roots, frontiers and proofs, by the recursive definitions of RFC 6962 §2.1.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::case::{Case, document, invalid, valid};
use super::{leaf, subtrees, tree_hash};

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

fn leaves(count: usize) -> Vec<[u8; 32]> {
    texts(count).iter().map(|text| leaf(text.as_bytes())).collect()
}

fn coded(hashes: &[[u8; 32]]) -> Vec<String> {
    hashes.iter().map(|hash| BASE64.encode(hash)).collect()
}

fn root(count: usize) -> String {
    BASE64.encode(&tree_hash(&leaves(count)))
}

/// RFC 6962 §2.1.1: the path of a leaf.
fn path(index: usize, leaves: &[[u8; 32]]) -> Vec<[u8; 32]> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(middle);
    let (mut path, other) = if index < middle {
        (path(index, left), right)
    } else {
        (path(index - middle, right), left)
    };
    path.push(tree_hash(other));
    path
}

/// RFC 6962 §2.1.2: SUBPROOF.
fn subproof(old: usize, leaves: &[[u8; 32]], known: bool) -> Vec<[u8; 32]> {
    if old == leaves.len() {
        return if known {
            Vec::new()
        } else {
            vec![tree_hash(leaves)]
        };
    }
    let middle = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(middle);
    let (mut proof, other) = if old <= middle {
        (subproof(old, left, known), right)
    } else {
        (subproof(old - middle, right, false), left)
    };
    proof.push(tree_hash(other));
    proof
}

fn inclusion(index: usize, size: usize) -> Value {
    let leaves = leaves(size);
    json!({
        "index": index, "leaf": BASE64.encode(&leaves[index]), "proof": coded(&path(index, &leaves)), "root": root(size),
        "size": size
    })
}

fn consistency(old: usize, new: usize) -> Value {
    json!({
        "new": new, "new_root": root(new), "old": old, "old_root": root(old),
        "proof": coded(&subproof(old, &leaves(new), true))
    })
}

fn frontier(size: usize) -> Value {
    json!({"hashes": coded(&subtrees(&leaves(size))), "size": size})
}

fn changed(mut value: Value, change: impl FnOnce(&mut Value)) -> Value {
    change(&mut value);
    value
}

fn wrong() -> Value {
    json!(BASE64.encode(&[9; 32]))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = trees();
    cases.extend(proofs());
    cases
}

/// The places of a tree of which proofs are given: the ends, the middle, and where the tree is cut.
fn places(size: usize) -> Vec<usize> {
    if size <= 17 {
        return (0..size).collect();
    }
    let cut = size.next_power_of_two() / 2;
    let mut places = vec![0, 1, cut - 1, cut.min(size - 1), size - 2, size - 1];
    places.sort_unstable();
    places.dedup();
    places
}

fn trees() -> Vec<Case> {
    let mut cases = Vec::new();
    for size in (0..=17).chain(31..=34).chain(63..=66).chain([70]) {
        let all = leaves(size);
        let inclusions: Vec<_> = places(size)
            .into_iter()
            .map(|index| json!({"index": index, "proof": coded(&path(index, &all))}))
            .collect();
        let consistencies: Vec<_> = places(size)
            .into_iter()
            .map(|index| json!({"old": index + 1, "old_root": root(index + 1), "proof": coded(&subproof(index + 1, &all, true))}))
            .collect();
        let tree = json!({
            "consistency": consistencies, "frontier": coded(&subtrees(&all)), "inclusion": inclusions,
            "leaves": texts(size), "root": root(size)
        });
        let (about, value) = (
            "A tree: the bytes of its leaves, its root, the roots of its complete subtrees, and proofs.",
            json!({"tree": tree}),
        );
        // Compact: these are the largest files here.
        let bytes = serde_json::to_vec(&value).unwrap();
        cases.push(valid(&format!("tree-{size}"), about, bytes));
    }
    cases
}

fn proofs() -> Vec<Case> {
    let place = |name: &str, about: &str, value: Value| invalid("place", name, about, document(&value));
    let length = |name: &str, about: &str, value: Value| invalid("length", name, about, document(&value));
    let other = |name: &str, about: &str, value: Value| invalid("root", name, about, document(&value));
    let frontiers = |name: &str, about: &str, value: Value| {
        invalid("frontier", name, about, document(&json!({"frontier": value})))
    };
    let in_tree = |index: usize, size: usize, change: fn(&mut Value)| json!({"inclusion": changed(inclusion(index, size), change)});
    let prefix = |old: usize, new: usize, change: fn(&mut Value)| json!({"consistency": changed(consistency(old, new), change)});
    let push = |value: &mut Value| value["proof"].as_array_mut().unwrap().push(wrong());
    let pop = |value: &mut Value| drop(value["proof"].as_array_mut().unwrap().pop());
    let swap = |value: &mut Value| value["proof"].as_array_mut().unwrap().swap(0, 1);
    vec![
        valid(
            "inclusion-one-leaf",
            "In a tree of one leaf the proof is empty.",
            document(&in_tree(0, 1, |_| {})),
        ),
        valid(
            "inclusion-in-7",
            "A leaf in a tree that is not complete.",
            document(&in_tree(4, 7, |_| {})),
        ),
        valid(
            "consistency-3-to-7",
            "A tree that is not complete is the beginning of another.",
            document(&prefix(3, 7, |_| {})),
        ),
        valid(
            "consistency-4-to-7",
            "A complete tree is the beginning of another.",
            document(&prefix(4, 7, |_| {})),
        ),
        valid(
            "consistency-7-to-7",
            "A tree is the beginning of itself, with an empty proof.",
            document(&prefix(7, 7, |_| {})),
        ),
        valid(
            "consistency-0-to-0",
            "Two trees without leaves.",
            document(&json!({"consistency": {
                "new": 0, "new_root": root(0), "old": 0, "old_root": root(0), "proof": []
            }})),
        ),
        valid(
            "frontier-0",
            "The frontier of no leaves.",
            document(&json!({"frontier": frontier(0)})),
        )
        .gives(json!({"root": root(0)})),
        valid(
            "frontier-7",
            "The frontier of seven leaves, with three hashes.",
            document(&json!({"frontier": frontier(7)})),
        )
        .gives(json!({"root": root(7)})),
        valid(
            "frontier-64",
            "The frontier of a complete tree.",
            document(&json!({"frontier": frontier(64)})),
        )
        .gives(json!({"root": root(64)})),
        place(
            "inclusion-past-the-end",
            "A place after the last leaf.",
            in_tree(6, 7, |value| value["index"] = json!(7)),
        ),
        place(
            "inclusion-empty-tree",
            "A leaf of a tree without leaves.",
            in_tree(0, 1, |value| value["size"] = json!(0)),
        ),
        place(
            "consistency-backwards",
            "The smaller tree is said to grow from the larger.",
            prefix(3, 7, |value| {
                value["old"] = json!(7);
                value["new"] = json!(3);
            }),
        ),
        place(
            "consistency-from-0",
            "The empty tree is the beginning of every tree: that proves nothing.",
            prefix(3, 7, |value| {
                value["old"] = json!(0);
                value["old_root"] = json!(root(0));
                value["proof"] = json!([]);
            }),
        ),
        length(
            "inclusion-extra-node",
            "A hash more than the tree is high.",
            in_tree(4, 7, push),
        ),
        length(
            "inclusion-missing-node",
            "A hash less than the tree is high.",
            in_tree(4, 7, pop),
        ),
        length(
            "inclusion-empty",
            "No hashes in a tree of seven.",
            in_tree(4, 7, |value| value["proof"] = json!([])),
        ),
        length(
            "inclusion-one-leaf-with-node",
            "A hash in a tree of one leaf.",
            in_tree(0, 1, push),
        ),
        length(
            "inclusion-larger-tree",
            "The proof of a tree of seven, for one of twice as many.",
            in_tree(4, 7, |value| value["size"] = json!(14)),
        ),
        length("consistency-extra-node", "A hash more.", prefix(3, 7, push)),
        length("consistency-missing-node", "A hash less.", prefix(3, 7, pop)),
        length(
            "consistency-empty",
            "No hashes between two trees.",
            prefix(3, 7, |value| value["proof"] = json!([])),
        ),
        length(
            "consistency-same-with-node",
            "A hash between a tree and itself.",
            prefix(7, 7, push),
        ),
        other(
            "inclusion-other-leaf",
            "The hash of another leaf.",
            in_tree(4, 7, |value| value["leaf"] = wrong()),
        ),
        other(
            "inclusion-other-place",
            "The place of a neighbour.",
            in_tree(4, 7, |value| value["index"] = json!(5)),
        ),
        other(
            "inclusion-other-root",
            "The root of another tree.",
            in_tree(4, 7, |value| value["root"] = wrong()),
        ),
        other(
            "inclusion-other-node",
            "One hash is another.",
            in_tree(4, 7, |value| value["proof"][1] = wrong()),
        ),
        other(
            "inclusion-swapped",
            "Two hashes in the wrong order.",
            in_tree(4, 7, swap),
        ),
        other(
            "inclusion-node-as-leaf",
            "An inner node is presented as a leaf of a smaller tree.",
            {
                let all = leaves(8);
                json!({"inclusion": {
                    "index": 0, "leaf": BASE64.encode(&leaf(&[tree_hash(&all[..1]), tree_hash(&all[1..2])].concat())),
                    "proof": coded(&[tree_hash(&all[2..4]), tree_hash(&all[4..])]), "root": root(8), "size": 4
                }})
            },
        ),
        other(
            "consistency-other-old-root",
            "The root of another smaller tree.",
            prefix(3, 7, |value| value["old_root"] = wrong()),
        ),
        other(
            "consistency-other-new-root",
            "The root of another larger tree.",
            prefix(3, 7, |value| value["new_root"] = wrong()),
        ),
        other(
            "consistency-other-old-root-complete",
            "The same, where the smaller tree is complete.",
            prefix(4, 7, |value| value["old_root"] = wrong()),
        ),
        other(
            "consistency-other-node",
            "One hash is another.",
            prefix(3, 7, |value| value["proof"][1] = wrong()),
        ),
        other(
            "consistency-same-size",
            "Two trees of one size and different roots.",
            prefix(7, 7, |value| value["old_root"] = wrong()),
        ),
        frontiers(
            "too-few",
            "A hash less than the size has bits.",
            changed(frontier(7), |value| {
                drop(value["hashes"].as_array_mut().unwrap().pop())
            }),
        ),
        frontiers(
            "too-many",
            "A hash more than the size has bits.",
            changed(frontier(7), |value| {
                value["hashes"].as_array_mut().unwrap().push(wrong())
            }),
        ),
        frontiers(
            "of-nothing",
            "A hash where there are no leaves.",
            json!({"hashes": [wrong()], "size": 0}),
        ),
        frontiers(
            "2-to-53",
            "More leaves than a log can have.",
            json!({"hashes": [wrong()], "size": 1_u64 << 53}),
        ),
    ]
}
