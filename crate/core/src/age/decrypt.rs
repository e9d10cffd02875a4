//! Reading a file.

use super::header::{self, Collector};
use super::stream::{CHUNK, NONCE, Place, Stream, TAG};
use super::{AgeError, FileKey, Identity};

const SEALED: usize = CHUNK + TAG;

/// Decrypts a file piece by piece, in memory for its header or one chunk. No byte is given out before its chunk
/// was authenticated. After an error nothing more is read.
pub struct Decryptor(State);

enum State {
    Header {
        identity: Identity,
        collector: Collector,
    },
    Nonce {
        file_key: FileKey,
        nonce: Vec<u8>,
    },
    // `sealed`: the beginning of a chunk, or a whole one of which it is not known whether it is the last.
    Payload {
        stream: Stream,
        sealed: Vec<u8>,
    },
    Failed,
}

impl Decryptor {
    /// For a file that this identity opens.
    pub fn new(identity: &Identity) -> Self {
        Self(State::Header {
            identity: identity.clone(),
            collector: Collector::default(),
        })
    }

    /// Takes the next piece of the file and appends what can be given out of its content.
    pub fn push(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), AgeError> {
        let mut rest = input;
        while !rest.is_empty() {
            // Taken out, so that an error leaves no state in which to go on.
            let (state, taken) = std::mem::replace(&mut self.0, State::Failed).push(rest, out)?;
            self.0 = state;
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Whether the file has ended where it must; appends the content of its last chunk. Until this says so, what
    /// was given out is only the beginning of the content.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), AgeError> {
        match self.0 {
            State::Header { collector, .. } if collector.bytes().trim_ascii().is_empty() => {
                Err(AgeError::NotAge)
            }
            State::Header { .. } | State::Nonce { .. } => Err(AgeError::Truncated),
            State::Payload { mut stream, sealed } => {
                let Err(error) = stream.open(&sealed, Place::Last, out) else {
                    return Ok(());
                };
                // A chunk that others were to follow is whole: the file was cut between two.
                let cut = sealed.len() == SEALED && stream.open(&sealed, Place::Middle, out).is_ok();
                Err(if cut { AgeError::Truncated } else { error })
            }
            State::Failed => Err(AgeError::Failed),
        }
    }
}

impl State {
    /// Takes some of the input, and says how much.
    fn push(self, input: &[u8], out: &mut Vec<u8>) -> Result<(Self, usize), AgeError> {
        match self {
            Self::Header {
                identity,
                mut collector,
            } => Ok(match collector.take(input)? {
                None => (Self::Header { identity, collector }, input.len()),
                Some(taken) => {
                    let file_key = header::open(collector.bytes(), &identity)?;
                    let nonce = Vec::with_capacity(NONCE);
                    (Self::Nonce { file_key, nonce }, taken)
                }
            }),
            Self::Nonce { file_key, mut nonce } => {
                let taken = fill(&mut nonce, NONCE, input);
                Ok(match <&[u8; NONCE]>::try_from(nonce.as_slice()) {
                    Err(_) => (Self::Nonce { file_key, nonce }, taken),
                    Ok(nonce) => {
                        let stream = Stream::new(&file_key, nonce)?;
                        let sealed = Vec::new();
                        (Self::Payload { stream, sealed }, taken)
                    }
                })
            }
            Self::Payload {
                mut stream,
                mut sealed,
            } => {
                if sealed.len() == SEALED {
                    open_middle(&mut stream, &sealed, out)?;
                    sealed.clear();
                }
                // Whole chunks before the last need not pass through the buffer.
                let mut taken = 0;
                while sealed.is_empty() && input.len() - taken > SEALED {
                    let chunk = input.get(taken..taken + SEALED).unwrap_or_default();
                    open_middle(&mut stream, chunk, out)?;
                    taken += SEALED;
                }
                taken += fill(&mut sealed, SEALED, input.get(taken..).unwrap_or_default());
                Ok((Self::Payload { stream, sealed }, taken))
            }
            Self::Failed => Err(AgeError::Failed),
        }
    }
}

/// Opens a chunk that others follow. One that was to be the last is given out too: it is whole.
fn open_middle(stream: &mut Stream, sealed: &[u8], out: &mut Vec<u8>) -> Result<(), AgeError> {
    stream.open(sealed, Place::Middle, out).map_err(|error| {
        let last = stream.open(sealed, Place::Last, out);
        last.map_or(error, |()| AgeError::Trailing)
    })
}

/// Fills the buffer up to `most` bytes and says how many it took.
fn fill(buffer: &mut Vec<u8>, most: usize, input: &[u8]) -> usize {
    let taken = input.len().min(most - buffer.len());
    buffer.extend_from_slice(input.get(..taken).unwrap_or_default());
    taken
}
