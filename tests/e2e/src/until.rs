//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// The ordinary deadline of something that happens in a page.
pub const SOON: Duration = Duration::from_secs(10);

/// The deadline of something that starts a program.
pub const START: Duration = Duration::from_mins(1);

/// Looks until `look` gives a value, or fails after `deadline` with `what` and the last error that `look` gave.
pub async fn until<T>(
    what: &str,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let end = Instant::now() + deadline;
    loop {
        let last = match look().await {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => None,
            Err(error) => Some(error),
        };
        if Instant::now() >= end {
            let waited = format!("waited {} s for {what}", deadline.as_secs());
            return Err(match last {
                Some(error) => error.context(waited),
                None => anyhow!(waited),
            });
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
