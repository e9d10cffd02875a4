//! A target under libFuzzer: `COUNTERFOIL_FUZZ` names it. With `COUNTERFOIL_FUZZ_SEEDS` it writes the seeds of all
//! targets below that folder instead, prints each target with the length of its longest input, and ends.
#![no_main]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is how a target reports"
)]

use std::path::Path;
use std::sync::OnceLock;

use counterfoil_fuzz::{TARGETS, Target, target};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

fn choose() {
    if let Some(folder) = std::env::var_os("COUNTERFOIL_FUZZ_SEEDS") {
        for target in &TARGETS {
            let folder = Path::new(&folder).join(target.name);
            std::fs::create_dir_all(&folder).expect("the folder of the seeds can be made");
            for (index, seed) in (target.seeds)().iter().enumerate() {
                std::fs::write(folder.join(format!("seed-{index:04}")), seed).expect("a seed can be written");
            }
            println!("{} {}", target.name, target.longest);
        }
        std::process::exit(0);
    }
    let name = std::env::var("COUNTERFOIL_FUZZ").expect("COUNTERFOIL_FUZZ names a target");
    let found = target(&name).unwrap_or_else(|| panic!("there is no target {name}"));
    let _ = CHOSEN.set(found);
}

fuzz_target!(
    init: choose(),
    |data: &[u8]| {
        if let Some(target) = CHOSEN.get() {
            (target.run)(data);
        }
    }
);

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let other = CHOSEN
        .get()
        .filter(|_| seed.is_multiple_of(2))
        .and_then(|target| (target.mutate)(&data[..size], seed / 2))
        .filter(|other| other.len() <= max_size);
    match other {
        Some(other) => {
            data[..other.len()].copy_from_slice(&other);
            other.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
});
