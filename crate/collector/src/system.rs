//! The time and the random bytes of the operating system.

use std::time::{SystemTime, UNIX_EPOCH};

use counterfoil_core::id::uuid_v4;

use crate::failure::Failure;

/// Seconds since the Unix epoch; zero before 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Failure::new("the operating system gives no random bytes"))?;
    Ok(bytes)
}

/// A random UUID.
pub(crate) fn uuid() -> Result<String, Failure> {
    Ok(uuid_v4(random()?))
}
