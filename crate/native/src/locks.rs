//! One writer at a time, by a lock of the operating system on the file `lock`. It ends with the process that holds
//! it, however that ends.

use std::fs::{File, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::Exclusive;

use crate::path;
use crate::profile::Profile;

/// Name of the file.
const FILE: &str = "lock";
/// How often a waiting writer looks: the operating system has no waiting with an end.
const LOOK: Duration = Duration::from_millis(10);

/// The lock, until it is dropped.
#[derive(Debug)]
pub struct Held {
    /// Closing it unlocks.
    _file: File,
}

impl Exclusive for Profile {
    type Guard = Held;

    /// Waits where it stands, as long as the profile's patience lasts.
    async fn exclusive(&self) -> Result<Held, Failure> {
        let refused =
            |error: std::io::Error| Failure::with(Code::StoreUnwritable, format!("{FILE}: {error}"));
        // A file of its own for each holder: one file of the operating system can be locked twice by its opener.
        let file = path::open_or_make(&self.directory.join(FILE)).map_err(refused)?;
        let end = Instant::now() + self.patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Held { _file: file }),
                Err(TryLockError::Error(error)) => return Err(refused(error)),
                Err(TryLockError::WouldBlock) => {}
            }
            if Instant::now() >= end {
                return Err(Failure::with(
                    Code::StoreUnwritable,
                    "another program is writing to this log: let it end, then repeat",
                ));
            }
            thread::sleep(LOOK);
        }
    }
}
