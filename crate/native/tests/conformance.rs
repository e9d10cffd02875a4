//! The suite of the ports, on memory and on a directory.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use counterfoil_app::conformance::{self, Factory, Newer};
use counterfoil_app::memory::Memory;
use counterfoil_app::ports::{Batch, Op, Store, StoreError, Table};
use counterfoil_native::{OpenError, Profile, block_on};

struct Machines(u64);

impl Factory for Machines {
    type Host = Memory;

    async fn create(&mut self) -> Result<Memory, String> {
        self.0 += 1;
        Ok(Memory::seeded(self.0))
    }

    async fn alongside(&mut self, host: &Memory) -> Result<Memory, String> {
        Ok(host.alongside())
    }

    async fn reopen(&mut self, host: Memory) -> Result<Memory, String> {
        Ok(host.reopen())
    }

    async fn newer(&mut self) -> Result<Newer, String> {
        let memory = self.create().await?;
        memory.commit(row(b"kept")).await.unwrap();
        memory.set_newer();
        let before = memory.rows();
        Ok(Newer {
            read: memory.get(Table::Meta, "row").await.map(drop),
            written: memory.commit(row(b"other")).await,
            untouched: memory.rows() == before,
        })
    }
}

struct Directories {
    scratch: tempfile::TempDir,
    made: u32,
}

impl Directories {
    fn next(&mut self) -> PathBuf {
        self.made += 1;
        self.scratch.path().join(format!("below/{}", self.made))
    }
}

impl Factory for Directories {
    type Host = Profile;

    async fn create(&mut self) -> Result<Profile, String> {
        let profile = Profile::create(&self.next()).map_err(|error| error.to_string())?;
        Ok(profile.with_patience(Duration::from_millis(50)))
    }

    async fn alongside(&mut self, host: &Profile) -> Result<Profile, String> {
        let profile = Profile::open(host.directory()).map_err(|error| error.to_string())?;
        Ok(profile.with_patience(Duration::from_millis(50)))
    }

    async fn reopen(&mut self, host: Profile) -> Result<Profile, String> {
        let directory = host.directory().to_owned();
        drop(host);
        let profile = Profile::open(&directory).map_err(|error| error.to_string())?;
        Ok(profile.with_patience(Duration::from_millis(50)))
    }

    async fn newer(&mut self) -> Result<Newer, String> {
        let directory = self.next();
        let profile = Profile::create(&directory).map_err(|error| error.to_string())?;
        profile.commit(row(b"kept")).await.unwrap();
        drop(profile);
        let database = rusqlite::Connection::open(directory.join("counterfoil.sqlite")).unwrap();
        database.pragma_update(None, "user_version", 2).unwrap();
        drop(database);
        let before = everything(&directory);
        let attempt = || match Profile::open(&directory) {
            Err(OpenError::Newer(_)) => Err(StoreError::Newer),
            Err(other) => Err(StoreError::Unreadable(other.to_string())),
            Ok(_) => Ok(()),
        };
        Ok(Newer {
            read: attempt(),
            written: attempt(),
            untouched: everything(&directory) == before,
        })
    }
}

/// Every file below a directory, with its bytes.
fn everything(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap();
    let mut found = BTreeMap::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.append(&mut everything(&path));
        } else {
            found.insert(path.clone(), fs::read(path).unwrap());
        }
    }
    found
}

fn row(value: &[u8]) -> Batch {
    Batch {
        guard: (Table::Meta, "never there".into(), None),
        ops: vec![Op::Put(Table::Meta, "row".into(), value.to_vec())],
    }
}

fn all_pass(results: &[(&str, Result<(), String>)]) {
    assert!(!results.is_empty());
    let wrong: Vec<_> = results.iter().filter(|(_, verdict)| verdict.is_err()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{} checks passed", results.len());
}

#[test]
fn memory_conforms() {
    all_pass(&block_on(conformance::run(&mut Machines(0))));
}

#[test]
fn a_directory_conforms() {
    let scratch = tempfile::tempdir().unwrap();
    let mut directories = Directories { scratch, made: 0 };
    all_pass(&block_on(conformance::run(&mut directories)));
}
