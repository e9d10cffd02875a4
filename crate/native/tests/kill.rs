//! A process that commits is killed at random moments: what it was told is kept, and nothing is torn.
//!
//! The test starts itself as the writer: it has no harness of its own to get in between.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use counterfoil_app::ports::{Batch, Exclusive, Files, Op, Span, Store, Table};
use counterfoil_native::{Profile, block_on};

/// The directory that the writer writes to.
const DIRECTORY: &str = "COUNTERFOIL_KILL_TEST";
const KILLS: u32 = 50;
/// Rows that change in every commit.
const ROWS: usize = 20;
/// The longest that a writer lives, in milliseconds.
const LONGEST: u64 = 40;

fn main() {
    match std::env::var_os(DIRECTORY) {
        Some(directory) => write_for_ever(&PathBuf::from(directory)),
        None => kill_and_look(),
    }
}

/// Commits one counter after the other, in many rows and a file, and says each one that is durable.
fn write_for_ever(directory: &Path) {
    let profile = Profile::open(directory).unwrap();
    let mut out = std::io::stdout().lock();
    loop {
        let _turn = block_on(profile.exclusive()).unwrap();
        let before = block_on(profile.get(Table::Meta, "count")).unwrap();
        let count = number(before.as_deref()) + 1;
        let value = count.to_be_bytes().to_vec();
        let mut ops = vec![Op::Put(Table::Meta, "count".into(), value.clone())];
        ops.extend((0..ROWS).map(|row| {
            let mut row_value = value.clone();
            row_value.resize(1_000, u8::try_from(row).unwrap());
            Op::Put(Table::Record, format!("{row:02}"), row_value)
        }));
        let batch = Batch {
            guard: (Table::Meta, "count".into(), before),
            ops,
        };
        block_on(profile.commit(batch)).unwrap();
        // As the app does it: two copies, one after the other.
        for name in ["count-a", "count-b"] {
            block_on(profile.write_file(name, &[&value[..], &value].concat())).unwrap();
        }
        writeln!(out, "{count}").unwrap();
        out.flush().unwrap();
    }
}

fn kill_and_look() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("log");
    let looker = Profile::create(&directory).unwrap();
    drop(looker);
    let mut last = 0;
    let mut commits = 0;
    let mut unheard = 0;
    for _ in 0..KILLS {
        let told = live_and_die(&directory);
        let profile = Profile::open(&directory).unwrap();
        let counted = number(block_on(profile.get(Table::Meta, "count")).unwrap().as_deref());
        let told = told.unwrap_or(last);
        assert!(counted >= told, "{told} was acknowledged, and {counted} is kept");
        assert!(
            counted <= told + 1,
            "{counted} is kept after {told}: the writer says each before the next"
        );
        let span = Span {
            limit: 100,
            ..Span::default()
        };
        let rows = block_on(profile.range(Table::Record, span)).unwrap();
        assert!(
            rows.len() == ROWS || counted == 0,
            "{} rows of {ROWS}",
            rows.len()
        );
        for (key, row) in rows {
            assert_eq!(number(Some(&row[..8])), counted, "row {key} is of another commit");
            assert_eq!(row.len(), 1_000);
        }
        let whole = ["count-a", "count-b"]
            .into_iter()
            .filter_map(|name| block_on(profile.read_file(name)).unwrap())
            .filter_map(|bytes| {
                let (one, other) = bytes.split_at_checked(8)?;
                (one == other).then(|| number(Some(one)))
            })
            .max();
        assert!(
            whole.is_some_and(|file| file >= told) || told == 0,
            "of the files {whole:?} is whole after {told}"
        );
        // The lock died with its holder.
        drop(block_on(profile.exclusive()).unwrap());
        unheard += counted - told;
        commits += counted - last;
        last = counted;
    }
    assert!(
        commits > u64::from(KILLS),
        "only {commits} commits in {KILLS} lives: nothing was tested"
    );
    println!("kill: {KILLS} kills, {commits} commits, {unheard} of them killed before they were said");
}

/// Starts a writer, kills it after a random time, and returns the last counter that it said.
fn live_and_die(directory: &Path) -> Option<u64> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .env(DIRECTORY, directory)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(writer.stdout.take().unwrap());
    // The time of its life begins with its first commit, or it would often die before it.
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let mut last = line.trim().parse().ok();
    let end = Instant::now() + Duration::from_micros(RandomState::new().hash_one(()) % (LONGEST * 1_000));
    while Instant::now() < end {
        std::thread::yield_now();
    }
    writer.kill().unwrap();
    writer.wait().unwrap();
    for line in said.lines() {
        last = line.unwrap().parse().ok().or(last);
    }
    last
}

fn number(bytes: Option<&[u8]>) -> u64 {
    bytes.map_or(0, |bytes| u64::from_be_bytes(bytes.try_into().unwrap()))
}
