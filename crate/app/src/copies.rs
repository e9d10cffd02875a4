//! Small files kept twice, so that a kill or a bad sector never takes both.
//!
//! A copy is `magic (8) ‖ counter (8, big endian) ‖ SHA-256 of counter and payload (32) ‖ payload`. The copy with
//! the higher counter holds; a write replaces the other one first and reads it back before it touches this one.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Code, Failure, Result};
use crate::ports::{Files, StoreError};

const MAGIC: &[u8; 8] = b"CFcopy\x00\x01";
const COUNTER: usize = 8;
const DIGEST: usize = 32;
const HEADER: usize = MAGIC.len() + COUNTER + DIGEST;
const SIDES: [&str; 2] = ["a", "b"];

/// What a file held.
pub(crate) struct Found {
    pub(crate) payload: Zeroizing<Vec<u8>>,
    counter: u64,
    /// Which copy it is from.
    side: usize,
    /// Whether both copies are whole and the same.
    pub(crate) whole: bool,
}

/// Reads a file. `None` if it was never written; [`Code::KeysDamaged`] with its name if no copy is whole.
pub(crate) async fn read(files: &impl Files, name: &str) -> Result<Option<Found>> {
    let mut found: Option<Found> = None;
    let mut copies = 0;
    let mut any = false;
    for (side, suffix) in SIDES.iter().enumerate() {
        let Some(bytes) = files.read_file(&format!("{name}-{suffix}")).await? else {
            continue;
        };
        let bytes = Zeroizing::new(bytes);
        any = true;
        let Some((counter, payload)) = parse(&bytes) else {
            continue;
        };
        copies += 1;
        match &mut found {
            Some(other) if other.counter > counter => other.whole = false,
            Some(other) if other.counter == counter => other.whole = *other.payload == payload,
            _ => {
                found = Some(Found {
                    payload: Zeroizing::new(payload.to_vec()),
                    counter,
                    side,
                    whole: false,
                });
            }
        }
    }
    if let Some(found) = &mut found {
        found.whole &= copies == SIDES.len();
    }
    match found {
        None if any => Err(Failure::with(Code::KeysDamaged, name)),
        found => Ok(found),
    }
}

/// Writes both copies after what was read; each is read back before the next is touched.
pub(crate) async fn write(
    files: &impl Files,
    name: &str,
    after: Option<&Found>,
    payload: &[u8],
) -> Result<Found> {
    let counter = after.map_or(1, |found| found.counter.saturating_add(1));
    let last = after.map_or(1, |found| found.side);
    let bytes = Zeroizing::new(copy(counter, payload));
    for side in [1 - last, last] {
        let file = format!("{name}-{}", SIDES[side]);
        files.write_file(&file, &bytes).await?;
        let back = files.read_file(&file).await?.map(Zeroizing::new);
        if back.as_deref() != Some(&*bytes) {
            return Err(StoreError::Unwritable(file).into());
        }
    }
    Ok(Found {
        payload: Zeroizing::new(payload.to_vec()),
        counter,
        side: last,
        whole: true,
    })
}

/// Overwrites both copies and removes them.
pub(crate) async fn destroy(files: &impl Files, name: &str) -> Result<()> {
    for suffix in SIDES {
        let file = format!("{name}-{suffix}");
        if let Some(bytes) = files.read_file(&file).await? {
            files.write_file(&file, &vec![0; bytes.len()]).await?;
            files.remove_file(&file).await?;
        }
    }
    Ok(())
}

fn copy(counter: u64, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + payload.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&counter.to_be_bytes());
    bytes.extend_from_slice(&digest(counter, payload));
    bytes.extend_from_slice(payload);
    bytes
}

/// The counter and the content of a copy; `None` where it is not whole.
pub(crate) fn parse(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (counter, rest) = rest.split_first_chunk::<COUNTER>()?;
    let counter = u64::from_be_bytes(*counter);
    let (told, payload) = rest.split_first_chunk::<DIGEST>()?;
    (*told == digest(counter, payload)).then_some((counter, payload))
}

fn digest(counter: u64, payload: &[u8]) -> [u8; DIGEST] {
    Sha256::new_with_prefix(counter.to_be_bytes())
        .chain_update(payload)
        .finalize()
        .into()
}
