//! Random histories on the memory host; `COUNTERFOIL_HISTORIES` says how many (default 800), `COUNTERFOIL_SEED` where
//! the seeds begin.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::cell::RefCell;
use std::env;

use counterfoil_app::histories::{Tally, World, play};
use counterfoil_app::memory::Memory;
use support::wait;

#[derive(Default)]
struct InMemory(RefCell<[Option<Memory>; 2]>);

impl World for InMemory {
    type Host = Memory;

    async fn fresh(&self, device: usize) -> Result<Memory, String> {
        let memory = Memory::seeded(device as u64);
        let host = memory.alongside();
        self.0.borrow_mut()[device] = Some(memory);
        Ok(host)
    }

    async fn reopen(&self, device: usize, closed: bool) -> Result<Memory, String> {
        let mut devices = self.0.borrow_mut();
        let before = devices[device].take().unwrap();
        let next = if closed {
            before.close_browser()
        } else {
            before.reopen()
        };
        let host = next.alongside();
        devices[device] = Some(next);
        Ok(host)
    }
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn a_profile_holds_what_the_model_says_whatever_happens() {
    let first = number("COUNTERFOIL_SEED", 0);
    let mut tally = Tally::default();
    for seed in first..first + number("COUNTERFOIL_HISTORIES", 800) {
        match wait(play(&InMemory::default(), seed)) {
            Ok(played) => tally += played,
            Err(error) => panic!("{error}"),
        }
    }
    println!("{tally:?}");
    assert!(tally.kills > 0 && tally.restores > 0 && tally.bundles > 0 && tally.trees > 0);
}
