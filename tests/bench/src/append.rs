//! Appending to a private log in bulk, and checking it.

use anyhow::Result;
use counterfoil_core::id::uuid_v7;
use counterfoil_core::log::{self, Batch, Entry, Head};
use counterfoil_core::record::{Body, Evidence, Kind};

use crate::FEW;
use crate::sample::{self, LOG, NOW};
use crate::table::{Table, rates};

/// Records that are signed together.
const TOGETHER: usize = 1_000;

/// The content of a record.
pub(crate) fn body(number: u64) -> Body {
    Body {
        text: Some(sample::text(number)),
        site: Some("search.example".to_owned()),
        url: Some("https://search.example/".to_owned()),
        typed: Some(40),
        ..Body::default()
    }
}

/// The salt of a record.
pub(crate) fn salt(number: u64) -> [u8; 32] {
    let mut salt = [0; 32];
    let (_, last) = salt.split_at_mut(24);
    last.copy_from_slice(&number.to_be_bytes());
    salt
}

/// What a record is made of.
pub(crate) fn entry(body: &Body, number: u64) -> Entry<'_> {
    Entry {
        kind: Kind::Prompt,
        evidence: Evidence::Observed,
        id: uuid_v7(NOW * 1000 + number, [7; 10]),
        time_ms: NOW * 1000 + number,
        salt: salt(number),
        body,
    }
}

pub(crate) fn measure(runs: usize, table: &mut Table) -> Result<()> {
    let key = sample::root().log_key(&LOG)?;
    let bodies: Vec<Body> = (0..FEW).map(body).collect();
    let mut last: Option<(Vec<Vec<u8>>, String)> = None;
    let values = rates(FEW, runs, || {
        let mut head = Head::new(LOG);
        let (mut lines, mut signed) = (Vec::with_capacity(bodies.len()), String::new());
        for (part, bodies) in bodies.chunks(TOGETHER).enumerate() {
            let numbers = (part * TOGETHER) as u64..;
            let entries = bodies
                .iter()
                .zip(numbers)
                .map(|(body, number)| entry(body, number));
            let Batch {
                head: next,
                lines: new,
                note,
                ..
            } = log::append_batch(&head, &key, entries)?;
            lines.extend(new.into_iter().map(|line| line.line));
            (head, signed) = (next, note);
        }
        last = Some((lines, signed));
        Ok(())
    })?;
    table.row(
        "append, 1,000 signed together, no store",
        "records/s",
        &values,
        None,
    );
    if let Some((lines, note)) = last {
        let values = rates(FEW, runs, || Ok(log::check(&lines, &note, key.did()).map(drop)?))?;
        table.row("check a private log, lines alone", "records/s", &values, None);
    }
    Ok(())
}
