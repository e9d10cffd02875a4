//! Times as arguments: a day, or a time, of RFC 3339.

use counterfoil_core::time::parse_rfc3339_ms;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const DAY: u64 = 86_400_000;

/// The first millisecond of a day in UTC, or of a time.
pub(crate) fn parse_since(text: &str) -> Result<u64, String> {
    match day(text) {
        Some(start) => Ok(start),
        None => time(text),
    }
}

/// The first millisecond after a day in UTC, or after a time.
pub(crate) fn parse_until(text: &str) -> Result<u64, String> {
    match day(text) {
        Some(start) => Ok(start + DAY),
        None => Ok(time(text)? + 1),
    }
}

fn day(text: &str) -> Option<u64> {
    parse_rfc3339_ms(&format!("{text}T00:00:00.000Z")).ok()
}

fn time(text: &str) -> Result<u64, String> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok();
    time.and_then(|time| u64::try_from(time.unix_timestamp_nanos() / 1_000_000).ok())
        .ok_or_else(|| {
            "a time is a day (2026-11-22) or RFC 3339 (2026-11-22T10:00:00Z), from 1970 on".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_goes_from_its_first_millisecond_to_its_last() {
        let (since, until) = (
            parse_since("2026-11-22").unwrap(),
            parse_until("2026-11-22").unwrap(),
        );
        assert_eq!(until - since, DAY);
        assert_eq!(parse_since("2026-11-22T00:00:00Z"), Ok(since));
        assert_eq!(parse_since("2026-11-22T02:00:00+02:00"), Ok(since));
        assert_eq!(parse_until("2026-11-22T23:59:59.999Z"), Ok(until));
        assert_eq!(parse_since("2028-02-29"), Ok(1_835_395_200_000));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2026-11",
            "2026-02-30",
            "2026-11-22 10:00",
            "1969-12-31",
            "22.11.2026",
        ] {
            assert!(parse_since(text).is_err() && parse_until(text).is_err(), "{text}");
        }
    }
}
