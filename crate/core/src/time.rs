//! Times as text (RFC 3339), always UTC, and the coarser forms that are shared.

use ::time::{Date, Month, OffsetDateTime};

/// Milliseconds of the last instant of the year 9999.
const MAX_MS: u64 = 253_402_300_799_999;

/// The time cannot be written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// After the year 9999.
    #[error("the time lies after the year 9999")]
    Range,
    /// Not of the form `2026-11-22T10:00:00.123Z`, or no such time.
    #[error("not a time of the form 2026-11-22T10:00:00.123Z")]
    Malformed,
}

fn at(ms: u64) -> Result<OffsetDateTime, TimeError> {
    if ms > MAX_MS {
        return Err(TimeError::Range);
    }
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).map_err(|_| TimeError::Range)
}

/// Milliseconds since the Unix epoch as `2026-11-22T10:00:00.123Z`.
pub fn rfc3339_ms(ms: u64) -> Result<String, TimeError> {
    let time = at(ms)?;
    let (hour, minute, second, milli) = time.to_hms_milli();
    Ok(format!(
        "{}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z",
        day(ms)?
    ))
}

/// Seconds since the Unix epoch as `2026-11-22T10:00:00Z`.
pub fn rfc3339(seconds: u64) -> Result<String, TimeError> {
    let ms = seconds.checked_mul(1000).ok_or(TimeError::Range)?;
    let (hour, minute, second) = at(ms)?.to_hms();
    Ok(format!("{}T{hour:02}:{minute:02}:{second:02}Z", day(ms)?))
}

/// The day in UTC, `2026-11-22`.
pub fn day(ms: u64) -> Result<String, TimeError> {
    let (year, month, day) = at(ms)?.to_calendar_date();
    Ok(format!("{year:04}-{:02}-{day:02}", u8::from(month)))
}

/// The month in UTC, `2026-11`.
pub fn month(ms: u64) -> Result<String, TimeError> {
    let (year, month, _) = at(ms)?.to_calendar_date();
    Ok(format!("{year:04}-{:02}", u8::from(month)))
}

/// Reads exactly the form of [`rfc3339_ms`]; before 1970 is refused.
pub fn parse_rfc3339_ms(text: &str) -> Result<u64, TimeError> {
    let digits = |from: usize, to: usize| number(text.as_bytes().get(from..to)?, to - from);
    let byte = |index: usize| text.as_bytes().get(index).copied();
    let parse = || {
        let date = date(text.get(..10)?)?;
        let marks = [byte(10)?, byte(13)?, byte(16)?, byte(19)?, byte(23)?];
        if text.len() != 24 || &marks != b"T::.Z" {
            return None;
        }
        let small = |number: u16| u8::try_from(number).ok();
        let time = date
            .with_hms_milli(
                small(digits(11, 13)?)?,
                small(digits(14, 16)?)?,
                small(digits(17, 19)?)?,
                digits(20, 23)?,
            )
            .ok()?
            .assume_utc();
        u64::try_from(time.unix_timestamp_nanos() / 1_000_000)
            .ok()
            .filter(|_| time.year() >= 1970)
    };
    parse().ok_or(TimeError::Malformed)
}

/// Whether the text is a day or a month of the calendar, the two forms that a shared record may carry.
pub fn is_day_or_month(text: &str) -> bool {
    match text.len() {
        10 => date(text).is_some(),
        7 => year_and_month(text).is_some(),
        _ => false,
    }
}

fn year_and_month(text: &str) -> Option<(i32, Month)> {
    let [y0, y1, y2, y3, b'-', month @ ..] = text.as_bytes() else {
        return None;
    };
    let month = Month::try_from(u8::try_from(number(month, 2)?).ok()?).ok()?;
    Some((number(&[*y0, *y1, *y2, *y3], 4)?.into(), month))
}

fn date(text: &str) -> Option<Date> {
    let (year, month) = year_and_month(text.get(..7)?)?;
    let day = text.get(7..)?.strip_prefix('-')?;
    Date::from_calendar_date(year, month, u8::try_from(number(day.as_bytes(), 2)?).ok()?).ok()
}

/// The number of exactly so many decimal digits, at most four.
fn number(digits: &[u8], count: usize) -> Option<u16> {
    if digits.len() != count {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u16::from(digit - b'0'))?;
        Some(number * 10 + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_round_trip() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_341_600_123, "2026-11-22T10:00:00.123Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (MAX_MS, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339_ms(ms).as_deref(), Ok(text));
            assert_eq!(parse_rfc3339_ms(text), Ok(ms));
        }
        assert_eq!(day(1_795_341_600_123).as_deref(), Ok("2026-11-22"));
        assert_eq!(month(1_795_341_600_123).as_deref(), Ok("2026-11"));
        assert_eq!(rfc3339_ms(MAX_MS + 1), Err(TimeError::Range));
        assert_eq!(rfc3339_ms(u64::MAX), Err(TimeError::Range));
    }

    #[test]
    fn other_forms_are_refused() {
        for bad in [
            "2026-11-22T10:00:00Z",
            "2026-11-22T10:00:00.123+00:00",
            "2026-11-22 10:00:00.123Z",
            "2026-11-31T10:00:00.123Z",
            "2026-02-29T10:00:00.123Z",
            "2026-11-22T24:00:00.123Z",
            "2026-11-22T10:00:60.123Z",
            "1969-12-31T23:59:59.999Z",
            "2026-11-22T10:00:00.12éZ",
            "+026-11-22T10:00:00.123Z",
            "2026-11-22T+1:00:00.123Z",
            "",
        ] {
            assert_eq!(parse_rfc3339_ms(bad), Err(TimeError::Malformed), "{bad}");
        }
    }

    #[test]
    fn days_and_months_are_of_the_calendar() {
        for good in ["2026-11-22", "2024-02-29", "2026-11"] {
            assert!(is_day_or_month(good), "{good}");
        }
        for bad in [
            "2026-11-31",
            "2026-13",
            "2026-1",
            "2026",
            "2026-11-2",
            "2026/11/22",
            "2026-11-",
            "2026-11-+2",
            "2026-+1",
            "2026-00",
            "2026-11-00",
            "é26-11-22",
            "2026-é",
        ] {
            assert!(!is_day_or_month(bad), "{bad}");
        }
    }
}
