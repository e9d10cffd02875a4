//! Every seed and every kept input, without libFuzzer.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::panic::catch_unwind;
use std::path::Path;

use counterfoil_fuzz::{TARGETS, target};

/// Feeds an input to a target and says which one it was if a promise is broken.
fn feed(run: fn(&[u8]), input: &[u8], name: &str) {
    assert!(
        catch_unwind(|| run(input)).is_ok(),
        "{name} breaks a promise: see above"
    );
}

/// All seeds of a target, and nothing at all.
fn seeds(name: &str) {
    let target = target(name).unwrap();
    let seeds = (target.seeds)();
    assert!(seeds.len() > 10, "{name} has hardly a seed");
    for (index, seed) in seeds.iter().enumerate() {
        assert!(seed.len() <= target.longest, "{name}: seed {index} is too long");
        feed(target.run, seed, &format!("{name}: seed {index}"));
    }
    feed(target.run, &[], &format!("{name}: nothing"));
}

#[test]
fn seeds_of_bundles() {
    seeds("bundle");
}

#[test]
fn seeds_of_texts() {
    seeds("text");
}

#[test]
fn seeds_of_age_files() {
    seeds("age");
}

#[test]
fn seeds_of_the_door() {
    seeds("door");
}

#[test]
fn seeds_of_profiles() {
    seeds("profile");
}

#[test]
fn seeds_of_the_detector() {
    seeds("detect");
}

#[test]
fn no_target_is_left_out_above() {
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, ["bundle", "text", "age", "door", "profile", "detect"]);
}

#[test]
fn kept_inputs_break_no_promise() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("crashes");
    for folder in std::fs::read_dir(&root).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let name = folder.file_name().unwrap().to_str().unwrap();
        let target = target(name).unwrap_or_else(|| panic!("there is no target {name}"));
        for input in std::fs::read_dir(&folder).unwrap() {
            let path = input.unwrap().path();
            feed(
                target.run,
                &std::fs::read(&path).unwrap(),
                &path.display().to_string(),
            );
        }
    }
}
