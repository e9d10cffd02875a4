//! Money: a whole number of an asset's minor units, written as a decimal string.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The text is not a sum, or the sum is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a whole number of minor units below {}", Amount::BOUND)]
pub struct AmountError;

/// A sum in minor units, below [`Amount::BOUND`]. Each sum has one text: no sign, no leading zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Amount(u64);

impl Amount {
    /// Sums lie below this: 10^15 minor units.
    pub const BOUND: u64 = 1_000_000_000_000_000;
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many minor units.
    pub fn new(units: u64) -> Result<Self, AmountError> {
        if units < Self::BOUND {
            Ok(Self(units))
        } else {
            Err(AmountError)
        }
    }

    /// Reads the decimal text.
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        let units: u64 = text.parse().map_err(|_| AmountError)?;
        if units.to_string() == text {
            Self::new(units)
        } else {
            Err(AmountError)
        }
    }

    /// Minor units.
    pub fn units(self) -> u64 {
        self.0
    }

    /// The sum of both.
    pub fn plus(self, other: Self) -> Result<Self, AmountError> {
        Self::new(self.0 + other.0)
    }

    /// What is left when the other is taken away; `None` where the other is more.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::str::FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        Self::parse(text)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sum_has_one_text() {
        assert_eq!(Amount::parse("0"), Ok(Amount::ZERO));
        assert_eq!(Amount::parse("1250").map(Amount::units), Ok(1250));
        for bad in [
            "",
            "-1",
            "+1",
            "01",
            "1.5",
            "1e3",
            " 1",
            "1000000000000000",
            "9".repeat(40).as_str(),
        ] {
            assert_eq!(Amount::parse(bad), Err(AmountError), "{bad}");
        }
        let most = Amount::new(Amount::BOUND - 1);
        assert_eq!(most.and_then(|most| most.plus(Amount(1))), Err(AmountError));
        assert_eq!(Amount(3).minus(Amount(4)), None);
    }
}
