//! The time and the random bytes of the operating system.

use std::time::{SystemTime, UNIX_EPOCH};

use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::{Clock, Entropy};

use crate::profile::Profile;

impl Clock for Profile {
    /// Zero before 1970.
    fn now(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Entropy for Profile {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), Failure> {
        getrandom::fill(buffer).map_err(|_| Failure::with(Code::Internal, "entropy"))
    }
}
