//! The data key wrapped by a passphrase: Argon2id (RFC 9106) and XChaCha20-Poly1305. The parameters are stored with
//! it, so that they can be raised without losing what older ones wrapped.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::{Code, Failure, Result};
use crate::keys::KEY;
use crate::ports::{Entropy, random};

/// Shortest passphrase, in characters.
pub(crate) const SHORTEST: usize = 8;
const SALT: usize = 16;
const NONCE: usize = 24;
const AAD: &[u8] = b"counterfoil/v1 passphrase";
/// Most that a stored file may ask of this machine: memory in KiB, passes, lanes.
const MOST: Work = Work {
    memory: 1024 * 1024,
    passes: 16,
    lanes: 4,
};

/// What a derivation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Work {
    /// The second recommendation of RFC 9106, section 4, with one lane: a WebAssembly module has one thread.
    fn default() -> Self {
        Self {
            memory: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

/// A wrapped key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wrapped {
    work: Work,
    salt: [u8; SALT],
    nonce: [u8; NONCE],
    key: Vec<u8>,
}

impl Wrapped {
    /// Wraps a key.
    pub(crate) fn new(entropy: &impl Entropy, work: Work, passphrase: &str, key: &[u8; KEY]) -> Result<Self> {
        let salt = random(entropy)?;
        let nonce = random(entropy)?;
        let wrapping = derive(work, passphrase, &salt)?;
        let payload = Payload { msg: key, aad: AAD };
        let key = XChaCha20Poly1305::new((&*wrapping).into())
            .encrypt(XNonce::from_slice(&nonce), payload)
            .map_err(|_| Failure::with(Code::Internal, "wrap"))?;
        Ok(Self {
            work,
            salt,
            nonce,
            key,
        })
    }

    /// The key, if the passphrase is right.
    pub(crate) fn open(&self, passphrase: &str) -> Result<Option<Zeroizing<[u8; KEY]>>> {
        let Work {
            memory,
            passes,
            lanes,
        } = self.work;
        if memory > MOST.memory || passes > MOST.passes || lanes > MOST.lanes {
            return Err(Failure::with(Code::KeysDamaged, crate::keys::FILE));
        }
        let wrapping = derive(self.work, passphrase, &self.salt)?;
        let payload = Payload {
            msg: &self.key,
            aad: AAD,
        };
        let opened = XChaCha20Poly1305::new((&*wrapping).into())
            .decrypt(XNonce::from_slice(&self.nonce), payload)
            .map(Zeroizing::new);
        match opened {
            Ok(key) => key
                .as_slice()
                .try_into()
                .map(|key| Some(Zeroizing::new(key)))
                .map_err(|_| Failure::with(Code::KeysDamaged, crate::keys::FILE)),
            Err(_) => Ok(None),
        }
    }
}

fn derive(work: Work, passphrase: &str, salt: &[u8]) -> Result<Zeroizing<[u8; KEY]>> {
    let failed = |_| Failure::with(Code::KeysDamaged, "parameters");
    let params = Params::new(work.memory, work.passes, work.lanes, Some(KEY)).map_err(failed)?;
    let mut key = Zeroizing::new([0; KEY]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut *key)
        .map_err(failed)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;

    const CHEAP: Work = Work {
        memory: 8,
        passes: 1,
        lanes: 1,
    };

    #[test]
    fn only_the_passphrase_opens_it() {
        let host = Memory::default();
        let wrapped = Wrapped::new(&host, CHEAP, "correct horse", &[7; KEY]).unwrap();
        assert_eq!(wrapped.open("correct horse").unwrap().as_deref(), Some(&[7; KEY]));
        assert_eq!(wrapped.open("correct horse ").unwrap(), None);
        let stored = serde_json::to_string(&wrapped).unwrap();
        assert_eq!(serde_json::from_str::<Wrapped>(&stored).unwrap(), wrapped);
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_a_machine_has() {
        let mut wrapped = Wrapped::new(&Memory::default(), CHEAP, "correct horse", &[7; KEY]).unwrap();
        wrapped.work.memory = u32::MAX;
        assert_eq!(wrapped.open("correct horse").unwrap_err().code, Code::KeysDamaged);
    }
}
