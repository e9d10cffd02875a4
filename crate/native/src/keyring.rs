//! The data key, wrapped by `device.key` with XChaCha20-Poly1305: nonce (24 bytes), then key and tag (48 bytes).

use std::fs;
use std::io::{self, Read, Seek, SeekFrom, Write};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::{
    Guess, Http, HttpRequest, HttpResponse, Keyring, Languages, StoreError, random,
};
use zeroize::Zeroizing;

use crate::path;
use crate::profile::Profile;

/// Name of the file.
const FILE: &str = "device.key";
/// Length of a key, in bytes.
const KEY: usize = 32;
/// Length of a nonce, in bytes.
const NONCE: usize = 24;
/// Associated data: what was wrapped here is nothing else.
const PURPOSE: &[u8] = b"counterfoil/device";

/// The command line asks nobody: what it hands over are files.
impl Http for Profile {
    async fn http(&self, _: HttpRequest<'_>) -> Result<HttpResponse, Failure> {
        Err(Code::CollectorUnreachable.into())
    }

    async fn permits(&self, _: &[&str]) -> Result<bool, Failure> {
        Ok(true)
    }
}

/// Nor does it prepare anything for an offer, which alone asks for a language.
impl Languages for Profile {
    async fn language(&self, _: &str) -> Result<Guess, Failure> {
        Ok(Guess::default())
    }
}

impl Keyring for Profile {
    async fn wrap(&self, key: &[u8; KEY]) -> Result<Vec<u8>, Failure> {
        let device = self.device_or_new().map_err(|error| unwritable(&error))??;
        let nonce: [u8; NONCE] = random(self)?;
        let payload = Payload {
            msg: key,
            aad: PURPOSE,
        };
        let sealed = XChaCha20Poly1305::new((&*device).into())
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| Failure::with(Code::Internal, "wrap"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    async fn unwrap(&self, wrapped: &[u8]) -> Result<Zeroizing<[u8; KEY]>, Failure> {
        let file = fs::read(self.directory.join(FILE))
            .map(Zeroizing::new)
            .map_err(|error| unavailable(format!("{FILE}: {error}")))?;
        let device: &[u8; KEY] = file
            .as_slice()
            .try_into()
            .map_err(|_| unavailable(format!("{FILE}: not {KEY} bytes long")))?;
        let (nonce, sealed) = wrapped
            .split_at_checked(NONCE)
            .ok_or_else(|| unavailable("short".into()))?;
        let payload = Payload {
            msg: sealed,
            aad: PURPOSE,
        };
        let plain = XChaCha20Poly1305::new(device.into())
            .decrypt(XNonce::from_slice(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| unavailable(format!("{FILE} is of another device")))?;
        let mut key = Zeroizing::new([0; KEY]);
        if plain.len() != key.len() {
            return Err(unavailable("length".into()));
        }
        key.copy_from_slice(&plain);
        Ok(key)
    }

    /// The process is the session: a command line ends with its command.
    async fn session(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        Ok(self.session.borrow().clone())
    }

    async fn set_session(&self, secret: Option<&[u8]>) -> Result<(), Failure> {
        self.session
            .replace(secret.map(|secret| Zeroizing::new(secret.to_vec())));
        Ok(())
    }

    /// Only browsers ever had a profile of schema 1.
    async fn schema_1_key(&self) -> Result<Option<Zeroizing<[u8; KEY]>>, Failure> {
        Ok(None)
    }
}

impl Profile {
    /// The device's key, made if there is none. A file of another length is what a kill left while it was made:
    /// nothing was wrapped by it yet.
    fn device_or_new(&self) -> io::Result<Result<Zeroizing<[u8; KEY]>, Failure>> {
        let mut file = path::open_or_make(&self.directory.join(FILE))?;
        // Of two processes that make it, the second reads the first one's.
        file.lock()?;
        let mut found = Zeroizing::new(Vec::with_capacity(KEY + 1));
        (&mut file).take(KEY as u64 + 1).read_to_end(&mut found)?;
        if let Ok(device) = found.as_slice().try_into() {
            return Ok(Ok(Zeroizing::new(device)));
        }
        let device = match random(self) {
            Ok(device) => Zeroizing::new(device),
            Err(failure) => return Ok(Err(failure)),
        };
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&*device)?;
        file.set_len(KEY as u64)?;
        file.sync_all()?;
        path::sync_directory(&self.directory)?;
        Ok(Ok(device))
    }
}

fn unavailable(detail: String) -> Failure {
    Failure::with(Code::KeysUnavailable, detail)
}

fn unwritable(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Unwritable(format!("{FILE}: {error}")),
    }
    .into()
}
