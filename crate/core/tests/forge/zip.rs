//! A ZIP writer that writes whatever it is told to.

use miniz_oxide::deflate::compress_to_vec;

/// The fields that local and central header share.
#[derive(Clone)]
pub(crate) struct Header {
    pub(crate) version: u16,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) time: u16,
    pub(crate) date: u16,
    pub(crate) crc: u32,
    pub(crate) packed: u32,
    pub(crate) size: u32,
    pub(crate) name: Vec<u8>,
    pub(crate) extra: Vec<u8>,
}

impl Header {
    fn bytes(&self) -> Vec<u8> {
        [
            self.version.to_le_bytes().as_slice(),
            &self.flags.to_le_bytes(),
            &self.method.to_le_bytes(),
            &self.time.to_le_bytes(),
            &self.date.to_le_bytes(),
            &self.crc.to_le_bytes(),
            &self.packed.to_le_bytes(),
            &self.size.to_le_bytes(),
            &u16::try_from(self.name.len()).unwrap().to_le_bytes(),
            &u16::try_from(self.extra.len()).unwrap().to_le_bytes(),
        ]
        .concat()
    }
}

/// One file.
#[derive(Clone)]
pub(crate) struct RawFile {
    pub(crate) local: Header,
    pub(crate) central: Header,
    pub(crate) made_by: u16,
    pub(crate) external: u32,
    /// Instead of where it lies.
    pub(crate) offset: Option<u32>,
    /// Before the local header.
    pub(crate) gap: Vec<u8>,
    pub(crate) data: Vec<u8>,
    /// Not in the central directory.
    pub(crate) hidden: bool,
}

/// How a file is packed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Stored,
    Deflated(u8),
}

impl RawFile {
    pub(crate) fn new(path: &str, bytes: &[u8], packing: Packing) -> Self {
        let (method, data) = match packing {
            Packing::Stored => (0, bytes.to_vec()),
            Packing::Deflated(level) => (8, compress_to_vec(bytes, level)),
        };
        let header = Header {
            version: 20,
            flags: 0,
            method,
            time: 0,
            date: 0x21,
            crc: crc32fast::hash(bytes),
            packed: u32::try_from(data.len()).unwrap(),
            size: u32::try_from(bytes.len()).unwrap(),
            name: path.as_bytes().to_vec(),
            extra: Vec::new(),
        };
        Self {
            local: header.clone(),
            central: header,
            made_by: 20,
            external: 0,
            offset: None,
            gap: Vec::new(),
            data,
            hidden: false,
        }
    }

    /// Changes both headers alike.
    pub(crate) fn headers(&mut self, mut change: impl FnMut(&mut Header)) {
        change(&mut self.local);
        change(&mut self.central);
    }
}

/// A container.
#[derive(Clone, Default)]
pub(crate) struct RawZip {
    pub(crate) files: Vec<RawFile>,
    /// Before the central directory.
    pub(crate) gap: Vec<u8>,
    pub(crate) comment: Vec<u8>,
}

impl RawZip {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let (mut out, mut directory, mut count) = (Vec::new(), Vec::new(), 0_u16);
        for file in &self.files {
            out.extend_from_slice(&file.gap);
            let offset = file.offset.unwrap_or(u32::try_from(out.len()).unwrap());
            out.extend_from_slice(b"PK\x03\x04");
            out.extend_from_slice(&file.local.bytes());
            out.extend_from_slice(&file.local.name);
            out.extend_from_slice(&file.local.extra);
            out.extend_from_slice(&file.data);
            if file.hidden {
                continue;
            }
            directory.extend_from_slice(b"PK\x01\x02");
            directory.extend_from_slice(&file.made_by.to_le_bytes());
            directory.extend_from_slice(&file.central.bytes());
            directory.extend_from_slice(&[0; 6]);
            directory.extend_from_slice(&file.external.to_le_bytes());
            directory.extend_from_slice(&offset.to_le_bytes());
            directory.extend_from_slice(&file.central.name);
            directory.extend_from_slice(&file.central.extra);
            count += 1;
        }
        out.extend_from_slice(&self.gap);
        let offset = u32::try_from(out.len()).unwrap();
        out.extend_from_slice(&directory);
        out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&count.to_le_bytes());
        out.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
        out.extend_from_slice(&offset.to_le_bytes());
        out.extend_from_slice(&u16::try_from(self.comment.len()).unwrap().to_le_bytes());
        out.extend_from_slice(&self.comment);
        out
    }
}
