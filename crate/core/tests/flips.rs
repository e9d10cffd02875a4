//! Every change of one bit in a bundle is refused.

#![allow(clippy::unwrap_used, reason = "a test")]

mod forge;

use counterfoil_core::bundle::bag;
use counterfoil_core::bundle::verify::{Expect, verify};
use counterfoil_core::bundle::zip::{self, Unpacker};

use forge::{Draft, Files, digest};

fn failed(bytes: &[u8]) -> Option<&'static str> {
    verify(bytes, &Expect::default())
        .unwrap()
        .failed()
        .map(|check| check.name.as_str())
}

/// An export, of which every bit is changed, and a bundle for a collector, of which one bit of every byte is.
fn bundles() -> [(Draft, bool); 2] {
    [(Draft::new(0, 3), true), (Draft::for_collector(), false)]
}

/// The bits to change in this many bytes.
fn bits(bytes: usize, every: bool) -> impl Iterator<Item = usize> {
    (0..bytes * 8).filter(move |bit| every || bit % 8 == bit / 8 % 8)
}

#[test]
fn in_any_file() {
    for (draft, every) in bundles() {
        let files = draft.files();
        for index in 0..files.files.len() {
            for bit in bits(files.files[index].1.len(), every) {
                let mut changed = files.clone();
                changed.files[index].1[bit / 8] ^= 1 << (bit % 8);
                let name = &files.files[index].0;
                assert!(failed(&changed.stored().bytes()).is_some(), "bit {bit} of {name}");
            }
        }
    }
}

/// As somebody would who can count digests, but has no key.
fn list_again(files: &mut Files) {
    let records = digest(files.get(bag::RECORDS));
    *files.get_mut(bag::MANIFEST) = bag::manifest(&records).into_bytes();
    let listed = files.tag_manifest().into_bytes();
    *files.get_mut(bag::TAG_MANIFEST) = listed;
}

#[test]
fn in_any_file_with_the_manifests_made_anew() {
    for (draft, _) in bundles() {
        let files = draft.files();
        for index in 0..files.files.len() {
            let name = &files.files[index].0;
            if [bag::MANIFEST, bag::TAG_MANIFEST].contains(&name.as_str()) {
                continue;
            }
            for bit in bits(files.files[index].1.len(), false) {
                let mut changed = files.clone();
                changed.files[index].1[bit / 8] ^= 1 << (bit % 8);
                list_again(&mut changed);
                assert!(failed(&changed.stored().bytes()).is_some(), "bit {bit} of {name}");
            }
        }
    }
}

fn unpack(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let container = zip::open(bytes).unwrap();
    let unpack = |entry| Unpacker::new(bytes, entry).read_whole(1 << 20).unwrap();
    container
        .entries
        .iter()
        .map(|entry| (entry.name.clone(), unpack(entry)))
        .collect()
}

/// What a header says is determined, so a change in it is refused. A deflate stream may say the same in two
/// ways; then the files are the same too, bit for bit.
#[test]
fn in_the_container() {
    for (draft, every) in bundles() {
        let original = draft.zip();
        let (start, packed) = {
            let raw = draft.files().raw();
            let packed = raw.files.last().unwrap().data.len();
            let directory: usize = raw.files.iter().map(|file| 46 + file.central.name.len()).sum();
            (original.len() - 22 - directory - packed, packed)
        };
        let mut without_effect = 0;
        for bit in bits(original.len(), every) {
            let mut changed = original.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            if failed(&changed).is_none() {
                assert!(
                    (start..start + packed).contains(&(bit / 8)),
                    "bit {bit} lies outside of the deflate stream"
                );
                assert_eq!(unpack(&changed), unpack(&original), "bit {bit}");
                without_effect += 1;
            }
        }
        println!("{without_effect} changes have no effect");
        // The bits after the end of the stream, up to the end of its last byte.
        assert!(without_effect < 8);
    }
}

#[test]
fn by_cutting_it_anywhere() {
    let original = Draft::new(0, 3).zip();
    for length in 0..original.len() {
        assert_eq!(failed(&original[..length]), Some("zip"), "{length}");
    }
}
