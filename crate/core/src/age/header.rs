//! The header: the file key, wrapped for each recipient, and its MAC.

use chacha20poly1305::aead::AeadInPlace as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce, Tag};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{AgeError, FileKey, Identity, MAX_HEADER, Recipient};
use crate::encoding::{from_base64_unpadded, to_base64_unpadded};
use crate::x25519;

const VERSION_PREFIX: &str = "age-encryption.org/";
const VERSION: &str = "v1";
const STANZA: &str = "-> ";
const END: &str = "---";
const X25519: &str = "X25519";
const SCRYPT: &str = "scrypt";
/// Bytes in which it must show what a file is.
const MAX_BEGINNING: usize = 1024;
/// First line of an armored file.
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
/// Info of the key that wraps a file key for X25519.
const WRAP_INFO: &[u8] = b"age-encryption.org/v1/X25519";
const MAC_INFO: &[u8] = b"header";
/// Columns of a full line of a stanza's body.
const COLUMNS: usize = 64;
/// Bytes of a wrapped file key: 16 and their tag.
const WRAPPED: usize = 32;

/// The header that wraps this file key for one recipient.
pub(super) fn write(
    recipient: &Recipient,
    ephemeral_secret: &[u8; 32],
    file_key: &FileKey,
) -> Result<Vec<u8>, AgeError> {
    let share = x25519::public_key(ephemeral_secret);
    let shared = x25519::agree(ephemeral_secret, &recipient.0).ok_or(AgeError::Recipient)?;
    let mut body = [0; WRAPPED];
    let (wrapped, tag) = body.split_at_mut(file_key.len());
    wrapped.copy_from_slice(&**file_key);
    let sum = wrap_cipher(&shared, &share, &recipient.0)?
        .encrypt_in_place_detached(&Nonce::default(), &[], wrapped)
        .map_err(|_| AgeError::TooLong)?;
    tag.copy_from_slice(&sum);

    let (share, body) = (to_base64_unpadded(&share), to_base64_unpadded(&body));
    let mut header =
        format!("{VERSION_PREFIX}{VERSION}\n{STANZA}{X25519} {share}\n{body}\n{END}").into_bytes();
    let mac = mac(file_key, &header)?.finalize().into_bytes();
    header.extend_from_slice(format!(" {}\n", to_base64_unpadded(&mac)).as_bytes());
    Ok(header)
}

/// The cipher that wraps a file key. Its key is used once, with the nonce of zeros.
fn wrap_cipher(
    shared: &[u8; 32],
    share: &[u8; 32],
    recipient: &[u8; 32],
) -> Result<ChaCha20Poly1305, AgeError> {
    let salt = [share.as_slice(), recipient].concat();
    let key = x25519::hkdf::<32>(&salt, shared, WRAP_INFO)?;
    Ok(ChaCha20Poly1305::new((&*key).into()))
}

/// The MAC over the header up to and with its `---`.
fn mac(file_key: &FileKey, header: &[u8]) -> Result<Hmac<Sha256>, AgeError> {
    let key = x25519::hkdf::<32>(&[], &**file_key, MAC_INFO)?;
    let mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&*key).map_err(|_| AgeError::TooLong)?;
    Ok(mac.chain_update(header))
}

/// Finds the end of a header in pieces. Holds what came of it so far.
#[derive(Default)]
pub(super) struct Collector {
    bytes: Vec<u8>,
    // Whether it begins as a header does.
    begun: bool,
    // Where the first line begins whose end has not come yet.
    line: usize,
}

impl Collector {
    /// Takes bytes up to the end of the header and says how many those were, or `None` where it has not come yet.
    /// Refuses what cannot become a header any more.
    pub(super) fn take(&mut self, input: &[u8]) -> Result<Option<usize>, AgeError> {
        let mut taken = 0;
        while let Some(rest) = input.get(taken..).filter(|rest| !rest.is_empty()) {
            let newline = memchr::memchr(b'\n', rest);
            let piece = newline.map_or(rest.len(), |at| at + 1);
            let room = MAX_HEADER - self.bytes.len();
            self.bytes
                .extend_from_slice(rest.get(..piece.min(room)).unwrap_or_default());
            if !self.begun {
                self.begun = check_beginning(&self.bytes)?;
            }
            if piece > room {
                return Err(AgeError::HeaderTooLong);
            }
            taken += piece;
            if newline.is_none() {
                break;
            }
            let line = self.bytes.get(self.line..).unwrap_or_default();
            if line.starts_with(END.as_bytes()) {
                return Ok(Some(taken));
            }
            self.line = self.bytes.len();
        }
        Ok(None)
    }

    /// What came so far: the header once [`Collector::take`] has found its end.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Whether these bytes are the first line of a file and what follows it, or only may become that; says what is
/// wrong as soon as it shows.
fn check_beginning(bytes: &[u8]) -> Result<bool, AgeError> {
    let prefix = VERSION_PREFIX.as_bytes();
    if let Some(rest) = bytes.strip_prefix(prefix) {
        return check_version(rest);
    }
    // Blanks may stand before an armor.
    let text = bytes.trim_ascii_start();
    if text.starts_with(ARMOR) {
        Err(AgeError::Armored)
    } else if bytes.len() <= MAX_BEGINNING && (prefix.starts_with(bytes) || ARMOR.starts_with(text)) {
        Ok(false)
    } else {
        Err(AgeError::NotAge)
    }
}

/// The rest of the first line, and what follows it.
fn check_version(rest: &[u8]) -> Result<bool, AgeError> {
    let Some(end) = memchr::memchr(b'\n', rest) else {
        return if rest.len() <= MAX_BEGINNING {
            Ok(false)
        } else {
            Err(AgeError::Header)
        };
    };
    let version = rest.get(..end).unwrap_or_default();
    if version == VERSION.as_bytes() {
        Ok(true)
    } else if !version.is_empty() && version.iter().all(u8::is_ascii_graphic) {
        Err(AgeError::Version)
    } else {
        Err(AgeError::Header)
    }
}

/// The file key in a whole header, as this identity opens it, once the header's MAC holds.
pub(super) fn open(header: &[u8], identity: &Identity) -> Result<FileKey, AgeError> {
    let header = std::str::from_utf8(header).map_err(|_| AgeError::Header)?;
    let parsed = parse(header).ok_or(AgeError::Header)?;
    if parsed.stanzas.iter().any(|stanza| stanza.kind == SCRYPT) {
        // A passphrase stands alone, or it would prove less than the person who typed it thinks.
        return Err(if parsed.stanzas.len() == 1 {
            AgeError::Passphrase
        } else {
            AgeError::Header
        });
    }
    let recipient = identity.recipient();
    let mut file_key = None;
    for stanza in parsed.stanzas.iter().filter(|stanza| stanza.kind == X25519) {
        file_key = unwrap(stanza, identity, &recipient)?;
        if file_key.is_some() {
            break;
        }
    }
    let file_key = file_key.ok_or(AgeError::NoMatch)?;
    // Compares in constant time.
    mac(&file_key, parsed.signed.as_bytes())?
        .verify_slice(&parsed.mac)
        .map_err(|_| AgeError::Mac)?;
    Ok(file_key)
}

/// The file key of a stanza; `None` where it is for another recipient.
fn unwrap(
    stanza: &Stanza<'_>,
    identity: &Identity,
    recipient: &Recipient,
) -> Result<Option<FileKey>, AgeError> {
    let [share] = stanza.arguments.as_slice() else {
        return Err(AgeError::Header);
    };
    let share = base64(share).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let body = <[u8; WRAPPED]>::try_from(stanza.body.as_slice());
    let (Some(share), Ok(body)) = (share, body) else {
        return Err(AgeError::Header);
    };
    let shared = x25519::agree(&identity.0, &share).ok_or(AgeError::Header)?;
    let mut file_key = Zeroizing::new([0; 16]);
    let (wrapped, tag) = body.split_at(file_key.len());
    file_key.copy_from_slice(wrapped);
    let opened = wrap_cipher(&shared, &share, &recipient.0)?.decrypt_in_place_detached(
        &Nonce::default(),
        &[],
        &mut *file_key,
        Tag::from_slice(tag),
    );
    Ok(opened.is_ok().then_some(file_key))
}

struct Stanza<'a> {
    kind: &'a str,
    // After the kind.
    arguments: Vec<&'a str>,
    body: Vec<u8>,
}

struct Header<'a> {
    stanzas: Vec<Stanza<'a>>,
    // What the MAC is over.
    signed: &'a str,
    mac: Vec<u8>,
}

/// Reads a header by the grammar of `age.md`, whose first line is known to be right.
fn parse(header: &str) -> Option<Header<'_>> {
    let mut lines = header.strip_suffix('\n')?.split('\n').skip(1).peekable();
    let mut stanzas = Vec::new();
    while let Some(line) = lines.next_if(|line| line.starts_with(STANZA)) {
        let mut arguments = line.strip_prefix(STANZA)?.split(' ');
        let valid = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let kind = arguments.next().filter(valid)?;
        let arguments: Vec<_> = arguments
            .map(|text| Some(text).filter(valid))
            .collect::<Option<_>>()?;
        let mut body = Vec::new();
        loop {
            let line = lines.next().filter(|line| line.len() <= COLUMNS)?;
            body.extend(base64(line)?);
            if line.len() < COLUMNS {
                break;
            }
        }
        stanzas.push(Stanza {
            kind,
            arguments,
            body,
        });
    }
    let mac = lines.next()?.strip_prefix(END)?.strip_prefix(' ')?;
    if stanzas.is_empty() || lines.next().is_some() {
        return None;
    }
    // Without the blank, the MAC and the newline.
    let signed = header.get(..header.len() - mac.len() - 2)?;
    let mac = base64(mac).filter(|mac| mac.len() == 32)?;
    Some(Header { stanzas, signed, mac })
}

/// Strict base64 without padding: one text for each byte string.
fn base64(text: &str) -> Option<Vec<u8>> {
    from_base64_unpadded(text).ok()
}
