//! Random histories on a directory; `COUNTERFOIL_HISTORIES` says how many (default 10), `COUNTERFOIL_SEED` where the
//! seeds begin. What a commit costs is the disk's: many of them go faster with `TMPDIR` in memory.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::RefCell;
use std::env;
use std::path::PathBuf;

use counterfoil_app::histories::{Tally, World, play};
use counterfoil_native::{Profile, block_on};
use tempfile::TempDir;

struct Directories {
    scratch: TempDir,
    /// How often each device began anew.
    begun: RefCell<[u32; 2]>,
}

impl Directories {
    fn directory(&self, device: usize) -> PathBuf {
        let begun = self.begun.borrow()[device];
        self.scratch.path().join(format!("{device}-{begun}"))
    }
}

impl World for Directories {
    type Host = Profile;

    async fn fresh(&self, device: usize) -> Result<Profile, String> {
        self.begun.borrow_mut()[device] += 1;
        Profile::create(&self.directory(device)).map_err(|error| error.to_string())
    }

    /// A directory has no session that outlives a process: every start is a new browser.
    async fn reopen(&self, device: usize, _: bool) -> Result<Profile, String> {
        Profile::open(&self.directory(device)).map_err(|error| error.to_string())
    }
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn a_directory_holds_what_the_model_says_whatever_happens() {
    let first = number("COUNTERFOIL_SEED", 0);
    let mut tally = Tally::default();
    for seed in first..first + number("COUNTERFOIL_HISTORIES", 10) {
        let world = Directories {
            scratch: tempfile::tempdir().unwrap(),
            begun: RefCell::default(),
        };
        match block_on(play(&world, seed)) {
            Ok(played) => tally += played,
            Err(error) => panic!("{error}"),
        }
    }
    println!("{tally:?}");
    assert!(tally.kills > 0 && tally.bundles > 0 && tally.trees > 0);
}
