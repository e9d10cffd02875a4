//! The container: a narrow profile of ZIP (PKWARE APPNOTE 6.3) in which every header is determined.
//!
//! - Local headers and contents in one order, without gaps; the central directory in the same order; the end
//!   record last, without a comment. Nothing before, between or after.
//! - Stored or deflated (any compressor). Version 2.0, no flags, so no encryption and no data descriptor; no
//!   extra fields, no attributes, so no links; no ZIP64; the time is 1980-01-01 00:00.
//! - Names are of letters, digits, `.`, `_`, `-` and `/`, below one top directory, each once whatever its case;
//!   no directories of their own, no `.` or `..`.
//!
//! So no bit of a header can change unnoticed, and no two readers can see different files in it. The bits of a
//! deflate stream are bound by size and CRC-32 here, and by the bundle's digests.

use std::collections::BTreeSet;

use crc32fast::Hasher;
use miniz_oxide::deflate::compress_to_vec;
use zlib_rs::{Inflate, InflateFlush, Status};

use crate::bundle::{MAX_PACKED, MAX_RATIO, MAX_UNPACKED};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const LOCAL_LENGTH: u64 = 30;
const CENTRAL_LENGTH: u64 = 46;
const END_LENGTH: u64 = 22;
const VERSION: u16 = 20;
/// 1980-01-01 in the format of DOS.
const DATE: u16 = 0x0021;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Level of the writer's compressor, which gives the same bytes on every machine; readers take any.
const LEVEL: u8 = 6;

/// Most files in a container that is read.
const MAX_FILES: u16 = 32;
/// Longest name that is read.
const MAX_NAME: usize = 160;
/// Bytes read at a time.
const INPUT: usize = 64 * 1024;
/// Most bytes inflated at a time.
const OUTPUT: usize = 128 * 1024;
/// Deflate's window, as the exponent of its bytes: 32 KiB, the largest (RFC 1951 §2).
const WINDOW_BITS: u8 = 15;

/// The bytes could not be read, for a reason that has nothing to do with what they are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the file could not be read: {0}")]
pub struct SourceError(pub String);

/// Bytes that can be read at any place.
pub trait Source {
    /// How many there are.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills the whole buffer with the bytes from `offset` on.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError>;
}

impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        let bytes = usize::try_from(offset)
            .ok()
            .and_then(|start| self.get(start..)?.get(..buffer.len()))
            .ok_or_else(|| SourceError("read past the end".to_owned()))?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }
}

impl Source for &[u8] {
    fn len(&self) -> u64 {
        Source::len(*self)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        Source::read_at(*self, offset, buffer)
    }
}

impl Source for Vec<u8> {
    fn len(&self) -> u64 {
        Source::len(self.as_slice())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), SourceError> {
        self.as_slice().read_at(offset, buffer)
    }
}

/// Why the bytes are not such a container.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ZipError {
    /// More bytes, packed, unpacked or by their ratio, than a bundle may have.
    #[error("{0}")]
    TooLarge(String),
    /// Outside of the profile, or damaged.
    #[error("{0}")]
    Refused(String),
}

/// Why a container cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// What was read is not accepted.
    #[error(transparent)]
    Zip(#[from] ZipError),
    /// It could not be read at all.
    #[error(transparent)]
    Source(#[from] SourceError),
}

fn refused<T>(reason: impl Into<String>) -> Result<T, ReadError> {
    Err(ZipError::Refused(reason.into()).into())
}

fn too_large<T>(reason: impl Into<String>) -> Result<T, ReadError> {
    Err(ZipError::TooLarge(reason.into()).into())
}

/// A file to be written.
#[derive(Debug, Clone, Copy)]
pub struct Member<'a> {
    /// Name below the top directory.
    pub name: &'a str,
    /// Content.
    pub bytes: &'a [u8],
    /// Deflate it where that makes it smaller and keeps to the ratio.
    pub deflate: bool,
}

/// A file in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name below the top directory.
    pub name: String,
    /// Bytes of the content.
    pub size: u64,
    path: String,
    method: u16,
    crc: u32,
    packed: u64,
    // Of the local header.
    offset: u64,
}

impl Entry {
    /// The fields that both headers have in common, from the version to the length of the extra field.
    fn common(&self) -> Result<[u8; 26], ZipError> {
        let narrow = |number: u64| {
            u32::try_from(number).map_err(|_| ZipError::TooLarge("a file is too large".to_owned()))
        };
        let name =
            u16::try_from(self.path.len()).map_err(|_| ZipError::Refused("a name is too long".to_owned()))?;
        let mut out = [0; 26];
        let fields: [&[u8]; 10] = [
            &VERSION.to_le_bytes(),
            &[0, 0],
            &self.method.to_le_bytes(),
            &[0, 0],
            &DATE.to_le_bytes(),
            &self.crc.to_le_bytes(),
            &narrow(self.packed)?.to_le_bytes(),
            &narrow(self.size)?.to_le_bytes(),
            &name.to_le_bytes(),
            &[0, 0],
        ];
        for (slot, byte) in out.iter_mut().zip(fields.concat()) {
            *slot = byte;
        }
        Ok(out)
    }

    fn local(&self) -> Result<Vec<u8>, ZipError> {
        Ok([
            LOCAL.to_le_bytes().as_slice(),
            &self.common()?,
            self.path.as_bytes(),
        ]
        .concat())
    }

    fn central(&self) -> Result<Vec<u8>, ZipError> {
        let offset =
            u32::try_from(self.offset).map_err(|_| ZipError::TooLarge("too large for a ZIP".to_owned()))?;
        Ok([
            CENTRAL.to_le_bytes().as_slice(),
            // Made by version 2.0 on FAT: attributes are DOS's.
            &VERSION.to_le_bytes(),
            &self.common()?,
            // No comment, on the first disk, no internal and no external attributes.
            &[0; 10],
            &offset.to_le_bytes(),
            self.path.as_bytes(),
        ]
        .concat())
    }

    fn data(&self) -> u64 {
        self.offset + LOCAL_LENGTH + self.path.len() as u64
    }
}

fn end_record(count: u16, length: u32, offset: u32) -> Vec<u8> {
    [
        END.to_le_bytes().as_slice(),
        &[0; 4],
        &count.to_le_bytes(),
        &count.to_le_bytes(),
        &length.to_le_bytes(),
        &offset.to_le_bytes(),
        &[0; 2],
    ]
    .concat()
}

/// The deflated form, where it is smaller and keeps to the ratio.
fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let packed = compress_to_vec(bytes, LEVEL);
    let worth = packed.len() < bytes.len() && bytes.len() as u64 <= packed.len() as u64 * MAX_RATIO;
    worth.then_some(packed)
}

/// Bytes that the content of a file takes up in a container that [`write()`] makes.
pub(crate) fn packed_length(bytes: &[u8]) -> u64 {
    deflate(bytes).map_or(bytes.len(), |packed| packed.len()) as u64
}

/// Writes these files in this order below one top directory. The same arguments give the same bytes.
pub fn write(top: &str, members: &[Member<'_>]) -> Result<Vec<u8>, ZipError> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for member in members {
        let path = format!("{top}/{}", member.name);
        check_path(&path)?;
        let deflated = if member.deflate {
            deflate(member.bytes)
        } else {
            None
        };
        let (method, packed) = deflated
            .as_ref()
            .map_or((STORED, member.bytes), |packed| (DEFLATED, packed));
        let entry = Entry {
            name: member.name.to_owned(),
            size: member.bytes.len() as u64,
            path,
            method,
            crc: crc32fast::hash(member.bytes),
            packed: packed.len() as u64,
            offset: out.len() as u64,
        };
        out.extend_from_slice(&entry.local()?);
        out.extend_from_slice(packed);
        directory.extend_from_slice(&entry.central()?);
    }
    let too_large = || ZipError::TooLarge(format!("more than {} MiB: make a series", MAX_PACKED >> 20));
    let count = u16::try_from(members.len()).map_err(|_| too_large())?;
    let length = u32::try_from(directory.len()).map_err(|_| too_large())?;
    let offset = u32::try_from(out.len()).map_err(|_| too_large())?;
    out.extend_from_slice(&directory);
    out.extend_from_slice(&end_record(count, length, offset));
    if out.len() as u64 > MAX_PACKED {
        Err(too_large())
    } else {
        Ok(out)
    }
}

/// A container whose headers hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The one top directory.
    pub top: String,
    /// Its files, in order.
    pub entries: Vec<Entry>,
}

/// Reads the headers, and accepts them only as [`write()`] would have written them.
pub fn open<S: Source + ?Sized>(source: &S) -> Result<Container, ReadError> {
    let length = source.len();
    if length > MAX_PACKED {
        return too_large(format!("{length} bytes are more than {} MiB", MAX_PACKED >> 20));
    }
    let Some(end_at) = length.checked_sub(END_LENGTH) else {
        return refused("too short for a ZIP");
    };
    let end = read_vec(source, end_at, END_LENGTH)?;
    if u32_at(&end, 0) != Some(END) {
        return refused("does not end in a ZIP end record: truncated, or something was appended");
    }
    let (count, size, offset) = (u16_at(&end, 10), u32_at(&end, 12), u32_at(&end, 16));
    let (Some(count), Some(size), Some(offset)) = (count, size, offset) else {
        return refused("no ZIP end record");
    };
    if end != end_record(count, size, offset) {
        return refused("the ZIP end record has a comment, several disks or contradicting counts");
    }
    if u64::from(offset) + u64::from(size) != end_at {
        return refused("the central directory does not end where the end record begins");
    }
    if count == 0 || count > MAX_FILES {
        return refused(format!("{count} files are not what a bundle has"));
    }
    if u64::from(size) > u64::from(count) * (CENTRAL_LENGTH + MAX_NAME as u64) {
        return refused("the central directory is larger than its files need");
    }
    let directory = read_vec(source, offset.into(), size.into())?;
    let container = parse_directory(&directory, count)?;
    check_layout(source, &container.entries, offset.into())?;
    Ok(container)
}

fn parse_directory(directory: &[u8], count: u16) -> Result<Container, ReadError> {
    let mut rest = directory;
    let mut entries = Vec::with_capacity(count.into());
    let mut top: Option<&str> = None;
    let mut names = BTreeSet::new();
    let mut unpacked = 0_u64;
    for _ in 0..count {
        let header = |at: usize| u32_at(rest, at).map(u64::from);
        let (Some(method), Some(crc), Some(packed), Some(size), Some(name_length), Some(offset)) = (
            u16_at(rest, 10),
            u32_at(rest, 16),
            header(20),
            header(24),
            u16_at(rest, 28),
            header(42),
        ) else {
            return refused("the central directory is cut short");
        };
        let whole = usize::from(name_length) + 46;
        let path = rest
            .get(46..whole)
            .and_then(|name| std::str::from_utf8(name).ok())
            .unwrap_or_default();
        check_path(path)?;
        let Some((directory, name)) = path.split_once('/') else {
            return refused("a file lies outside of the directory");
        };
        if *top.get_or_insert(directory) != directory {
            return refused("there is more than one top directory");
        }
        if !names.insert(path.to_ascii_lowercase()) {
            return refused(format!("the name {name} is there twice"));
        }
        let entry = Entry {
            name: name.to_owned(),
            size,
            path: path.to_owned(),
            method,
            crc,
            packed,
            offset,
        };
        if rest.get(..whole) != Some(&entry.central()?) {
            return refused(format!(
                "the header of {name} has flags, a time, attributes, an extra field or a version other than a bundle's"
            ));
        }
        match method {
            STORED if packed == size => {}
            DEFLATED if size <= packed.saturating_mul(MAX_RATIO) => {}
            DEFLATED => return too_large(format!("{name} unpacks to more than {MAX_RATIO} times its size")),
            STORED => return refused(format!("{name} is stored, but with two different sizes")),
            _ => return refused(format!("{name} is packed by a method other than deflate")),
        }
        unpacked = unpacked.saturating_add(size);
        if unpacked > MAX_UNPACKED {
            return too_large(format!("unpacks to more than {} MiB", MAX_UNPACKED >> 20));
        }
        entries.push(entry);
        rest = rest.get(whole..).unwrap_or_default();
    }
    if !rest.is_empty() {
        return refused("the central directory holds more than its files");
    }
    Ok(Container {
        top: top.unwrap_or_default().to_owned(),
        entries,
    })
}

/// Each file begins where the one before ends, the directory where the last ends, and each local header says
/// what the central one says.
fn check_layout<S: Source + ?Sized>(source: &S, entries: &[Entry], directory: u64) -> Result<(), ReadError> {
    let mut at = 0;
    for entry in entries {
        if entry.offset != at {
            return refused(format!(
                "{} does not begin where the file before it ends",
                entry.name
            ));
        }
        at = entry.data() + entry.packed;
        if at > directory {
            return refused(format!("{} reaches into the central directory", entry.name));
        }
        let local = entry.local()?;
        if read_vec(source, entry.offset, local.len() as u64)? != local {
            return refused(format!("the two headers of {} differ", entry.name));
        }
    }
    if at == directory {
        Ok(())
    } else {
        refused("there are bytes between the files and the central directory")
    }
}

fn check_path(path: &str) -> Result<(), ZipError> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.bytes().all(|byte| byte == b'.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
    };
    if path.len() <= MAX_NAME && path.contains('/') && path.split('/').all(part) {
        Ok(())
    } else {
        Err(ZipError::Refused(format!(
            "a file has a name that is not allowed: {:?}",
            path.chars().take(80).collect::<String>()
        )))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..)?
        .first_chunk()
        .map(|chunk| u32::from_le_bytes(*chunk))
}

/// Only for lengths that were bounded before.
fn read_vec<S: Source + ?Sized>(source: &S, offset: u64, length: u64) -> Result<Vec<u8>, ReadError> {
    let length = usize::try_from(length).map_err(|_| ZipError::Refused("too large".to_owned()))?;
    let mut bytes = vec![0; length];
    source.read_at(offset, &mut bytes)?;
    Ok(bytes)
}

/// Unpacks one file piece by piece, in memory that does not grow with it. Size and CRC-32 are checked as it goes:
/// no more is ever unpacked than the header declares.
pub struct Unpacker<'s, S: ?Sized> {
    source: &'s S,
    entry: &'s Entry,
    // Bytes of the packed form that were read.
    taken: u64,
    // Bytes that were given out.
    given: u64,
    crc: Hasher,
    input: Vec<u8>,
    // Of `input`: what is not consumed yet.
    pending: std::ops::Range<usize>,
    output: Vec<u8>,
    // Absent where the file is stored. Keeps deflate's window itself.
    inflater: Option<Inflate>,
    done: bool,
}

impl<'s, S: Source + ?Sized> Unpacker<'s, S> {
    /// For a file of a container opened from this source.
    pub fn new(source: &'s S, entry: &'s Entry) -> Self {
        let whole = usize::try_from(entry.size).unwrap_or(OUTPUT).clamp(1, OUTPUT);
        let output = if entry.method == DEFLATED { whole } else { 0 };
        Self {
            source,
            entry,
            taken: 0,
            given: 0,
            crc: Hasher::new(),
            input: vec![0; usize::try_from(entry.packed).unwrap_or(INPUT).min(INPUT)],
            pending: 0..0,
            output: vec![0; output],
            inflater: (entry.method == DEFLATED).then(|| Inflate::new(false, WINDOW_BITS)),
            done: false,
        }
    }

    /// The next piece; `None` after the last, when all checks have passed.
    pub fn next_piece(&mut self) -> Result<Option<&[u8]>, ReadError> {
        if self.done {
            return self.finish().map(|()| None);
        }
        let stored = self.inflater.is_none();
        let range = if stored { self.copy()? } else { self.inflate()? };
        let buffer = if stored { &self.input } else { &self.output };
        let piece = buffer.get(range).unwrap_or_default();
        self.given += piece.len() as u64;
        if self.given > self.entry.size {
            return too_large(format!(
                "{} unpacks to more than its header declares",
                self.entry.name
            ));
        }
        self.crc.update(piece);
        Ok(Some(piece))
    }

    /// Reads the next packed bytes once those before are consumed.
    fn refill(&mut self) -> Result<(), ReadError> {
        if self.pending.is_empty() {
            let left = usize::try_from(self.entry.packed - self.taken).unwrap_or(usize::MAX);
            let length = left.min(self.input.len());
            let buffer = self.input.get_mut(..length).unwrap_or_default();
            self.source.read_at(self.entry.data() + self.taken, buffer)?;
            self.taken += length as u64;
            self.pending = 0..length;
        }
        Ok(())
    }

    fn copy(&mut self) -> Result<std::ops::Range<usize>, ReadError> {
        self.refill()?;
        self.done = self.taken == self.entry.packed;
        Ok(std::mem::take(&mut self.pending))
    }

    fn inflate(&mut self) -> Result<std::ops::Range<usize>, ReadError> {
        loop {
            self.refill()?;
            let more = self.taken < self.entry.packed;
            let input = self.input.get(self.pending.clone()).unwrap_or_default();
            let Some(inflater) = &mut self.inflater else {
                return Ok(0..0);
            };
            let before = (inflater.total_in(), inflater.total_out());
            let status = inflater.decompress(input, &mut self.output, InflateFlush::NoFlush);
            // Neither is longer than its buffer.
            let length = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
            self.pending.start += length(inflater.total_in() - before.0);
            let produced = length(inflater.total_out() - before.1);
            match status {
                Ok(Status::StreamEnd) => self.done = true,
                // It goes on only with what it gave or with what is still to be read, so it comes to an end.
                Ok(Status::Ok | Status::BufError) if produced > 0 || (more && self.pending.is_empty()) => {}
                _ => return refused(format!("the packed bytes of {} are damaged", self.entry.name)),
            }
            if self.done || produced > 0 {
                return Ok(0..produced);
            }
        }
    }

    fn finish(&self) -> Result<(), ReadError> {
        let name = &self.entry.name;
        if !self.pending.is_empty() || self.taken != self.entry.packed {
            return refused(format!("{name} has packed bytes after its end"));
        }
        if self.given != self.entry.size {
            return refused(format!("{name} unpacks to less than its header declares"));
        }
        if self.crc.clone().finalize() != self.entry.crc {
            return refused(format!(
                "{name} does not have the CRC-32 that its header declares"
            ));
        }
        Ok(())
    }

    /// The whole file, where it is not larger than `most` bytes.
    pub fn read_whole(mut self, most: u64) -> Result<Vec<u8>, ReadError> {
        if self.entry.size > most {
            return too_large(format!("{} is larger than {most} bytes", self.entry.name));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(self.entry.size).unwrap_or_default());
        while let Some(piece) = self.next_piece()? {
            bytes.extend_from_slice(piece);
        }
        Ok(bytes)
    }
}
