//! Numbers of records in a profile: which log, and the position in it. They fit the integers of JavaScript, and
//! their order is that of the logs, and in each log of time.

use crate::error::{Code, Failure, Result};
use crate::view::Place;

/// Positions that one log may have.
const SPAN: u64 = 1 << 40;
/// Logs that one profile may hold: the largest number stays below 2^53.
const LOGS: u64 = 1 << 13;

/// A record of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number(pub(crate) u64);

impl Number {
    /// Of a log, by its place in the state, and a position in it.
    pub(crate) fn new(log: usize, seq: u64) -> Result<Self> {
        u64::try_from(log)
            .ok()
            .filter(|&log| log < LOGS && seq < SPAN)
            .map(|log| Self(log * SPAN + seq))
            .ok_or_else(|| Failure::with(Code::StoreFull, "numbers"))
    }

    /// Which log.
    pub(crate) fn log(self) -> usize {
        usize::try_from(self.0 / SPAN).unwrap_or(usize::MAX)
    }

    /// The position in it.
    pub(crate) fn seq(self) -> u64 {
        self.0 % SPAN
    }

    /// As the person reads it.
    pub(crate) fn place(self) -> Place {
        Place {
            log: u32::try_from(self.log()).unwrap_or(u32::MAX),
            position: self.seq(),
        }
    }

    /// The one of a row key.
    pub(crate) fn of_key(key: &str) -> Result<Self> {
        key.parse()
            .map(Self)
            .map_err(|_| Failure::with(Code::StoreCorrupt, format!("key {key}")))
    }
}

/// Row key of a number: 16 decimal digits, so that the order of the strings is that of the numbers.
pub(crate) fn row_key(number: Number) -> String {
    format!("{:016}", number.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_and_fit_javascript() {
        let last = Number::new(8191, SPAN - 1).unwrap();
        assert_eq!(last.0, (1 << 53) - 1);
        assert_eq!(row_key(last).len(), 16);
        assert_eq!((last.log(), last.seq()), (8191, SPAN - 1));
        assert!(Number::new(0, SPAN - 1).unwrap() < Number::new(1, 0).unwrap());
        assert!(Number::new(8192, 0).is_err());
        assert!(Number::new(0, SPAN).is_err());
        assert_eq!(Number::of_key(&row_key(last)), Ok(last));
    }
}
