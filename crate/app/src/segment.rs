//! Packed records: a few hundred in one row, each segment under a key of its own.
//!
//! A record is `length of the line (4, big endian) ‖ line ‖ salt (32) ‖ body`. A segment is a slot for each position:
//! one byte that says what it holds, and for a record its length (4) and its bytes.

use counterfoil_core::merkle::leaf_hash;

/// Records of a segment, unless they are large.
pub(crate) const RECORDS: usize = 256;
/// Bytes after which a segment is closed.
pub(crate) const BYTES: usize = 1024 * 1024;

const SALT: usize = 32;
const LENGTH: usize = 4;
const GONE: u8 = 0;
const WHOLE: u8 = 1;
const LOST: u8 = 2;

/// A record as it is stored: the signed line, and what it commits to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// The signed line, without a newline.
    pub(crate) line: Vec<u8>,
    /// Its salt.
    pub(crate) salt: [u8; SALT],
    /// Canonical bytes of its content.
    pub(crate) body: Vec<u8>,
}

impl Record {
    /// The leaf hash of its line.
    pub(crate) fn leaf(&self) -> [u8; 32] {
        leaf_hash(&self.line)
    }
}

/// What stands at a position of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The record was deleted; its leaf hash stays.
    Gone,
    /// A record.
    Whole(Record),
    /// The record was damaged before it was packed; a backup may bring it back.
    Lost,
}

/// A segment, opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Packed {
    /// The slots, from the number of the row's key on.
    pub(crate) slots: Vec<Slot>,
}

impl Packed {
    /// Bytes of the segment before it is sealed.
    pub(crate) fn encode(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for slot in &self.slots {
            match slot {
                Slot::Gone => bytes.push(GONE),
                Slot::Lost => bytes.push(LOST),
                Slot::Whole(record) => {
                    bytes.push(WHOLE);
                    let start = bytes.len();
                    bytes.extend_from_slice(&[0; LENGTH]);
                    write_record(&mut bytes, record)?;
                    let length = u32::try_from(bytes.len() - start - LENGTH).ok()?;
                    bytes
                        .get_mut(start..start + LENGTH)?
                        .copy_from_slice(&length.to_be_bytes());
                }
            }
        }
        Some(bytes)
    }

    /// The segment of these bytes; `None` if they are not one.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut slots = Vec::new();
        while let Some((&kind, rest)) = bytes.split_first() {
            bytes = rest;
            slots.push(match kind {
                GONE => Slot::Gone,
                LOST => Slot::Lost,
                WHOLE => {
                    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
                    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
                    let (record, rest) = rest.split_at_checked(length)?;
                    bytes = rest;
                    Slot::Whole(decode_record(record)?)
                }
                _ => return None,
            });
        }
        Some(Self { slots })
    }

    /// Whether nothing in it can ever be read again.
    pub(crate) fn empty(&self) -> bool {
        self.slots.iter().all(|slot| *slot == Slot::Gone)
    }
}

/// Bytes of one record.
pub(crate) fn encode_record(record: &Record) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LENGTH + record.line.len() + SALT + record.body.len());
    // A line is at most 64 KiB: its length always fits.
    let _ = write_record(&mut bytes, record);
    bytes
}

fn write_record(bytes: &mut Vec<u8>, record: &Record) -> Option<()> {
    let length = u32::try_from(record.line.len()).ok()?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&record.line);
    bytes.extend_from_slice(&record.salt);
    bytes.extend_from_slice(&record.body);
    Some(())
}

/// The record of these bytes; `None` if they are not one.
pub(crate) fn decode_record(bytes: &[u8]) -> Option<Record> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (line, rest) = rest.split_at_checked(length)?;
    let (salt, body) = rest.split_first_chunk::<SALT>()?;
    Some(Record {
        line: line.to_vec(),
        salt: *salt,
        body: body.to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(n: u8) -> Record {
        Record {
            line: vec![n; usize::from(n)],
            salt: [n; SALT],
            body: vec![n; 2 * usize::from(n)],
        }
    }

    #[test]
    fn what_was_packed_comes_out() {
        let packed = Packed {
            slots: vec![
                Slot::Whole(record(3)),
                Slot::Gone,
                Slot::Lost,
                Slot::Whole(record(0)),
            ],
        };
        let bytes = packed.encode().unwrap();
        assert_eq!(Packed::decode(&bytes), Some(packed.clone()));
        assert!(!packed.empty());
        for length in 1..bytes.len() {
            assert_ne!(Packed::decode(&bytes[..length]), Some(packed.clone()), "{length}");
        }
        assert_eq!(Packed::decode(&[9]), None);
    }

    #[test]
    fn a_record_comes_out_as_it_went_in() {
        for n in [0, 1, 200] {
            assert_eq!(decode_record(&encode_record(&record(n))), Some(record(n)));
        }
        assert_eq!(decode_record(&[0, 0, 0, 9, 1]), None);
    }
}
