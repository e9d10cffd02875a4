//! Figures and their ratios.

use std::fmt;
use std::time::Instant;

use anyhow::Result;
use serde_json::{Value, json};

/// Rows of figures, in the order in which they were measured.
pub(crate) struct Table(Vec<Row>);

struct Row {
    what: String,
    unit: &'static str,
    values: Vec<f64>,
    /// Beside what, and the median of that.
    beside: Option<(String, f64)>,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a figure, and gives its median. `beside` names an earlier row that it is to be divided by.
    pub(crate) fn row(&mut self, what: &str, unit: &'static str, values: &[f64], beside: Option<&str>) {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let beside = beside.and_then(|name| {
            let other = self.0.iter().rfind(|row| row.what.starts_with(name))?;
            Some((name.to_owned(), other.median()))
        });
        self.0.push(Row {
            what: what.to_owned(),
            unit,
            values,
            beside,
        });
    }

    /// All rows.
    pub(crate) fn to_json(&self) -> Value {
        let row = |row: &Row| {
            json!({
                "what": row.what, "unit": row.unit, "median": row.median(), "least": row.values.first(),
                "most": row.values.last(), "beside": row.beside.as_ref().map(|(name, _)| name), "ratio": row.ratio()
            })
        };
        self.0.iter().map(row).collect()
    }
}

impl Row {
    fn median(&self) -> f64 {
        let middle = self.values.len() / 2;
        self.values.get(middle).copied().unwrap_or_default()
    }

    fn ratio(&self) -> Option<f64> {
        self.beside.as_ref().map(|(_, other)| self.median() / other)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<52} {:>12} {:>12} {:>12}  beside",
            "what", "median", "least", "most"
        )?;
        for row in &self.0 {
            let (least, most) = (row.values.first(), row.values.last());
            write!(
                f,
                "{:<52} {:>12} {:>12} {:>12}",
                row.what,
                short(row.median()),
                short(least.copied().unwrap_or_default()),
                short(most.copied().unwrap_or_default())
            )?;
            write!(f, "  {}", row.unit)?;
            if let (Some((name, _)), Some(ratio)) = (&row.beside, row.ratio()) {
                write!(f, "; {ratio:.2} × {name}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// A figure with as many digits as it deserves.
fn short(value: f64) -> String {
    if value >= 1e6 {
        format!("{:.2} M", value / 1e6)
    } else if value >= 1e3 {
        format!("{:.1} k", value / 1e3)
    } else {
        format!("{value:.1}")
    }
}

/// So many of something a second, measured so often. The work is done once before, uncounted.
pub(crate) fn rates(count: u64, runs: usize, mut work: impl FnMut() -> Result<()>) -> Result<Vec<f64>> {
    work()?;
    let mut rates = Vec::with_capacity(runs);
    for _ in 0..runs {
        rates.push(rate(count, &mut work)?);
    }
    Ok(rates)
}

/// So many of something a second, measured once.
pub(crate) fn rate(count: u64, work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let begun = Instant::now();
    work()?;
    #[allow(clippy::cast_precision_loss, reason = "counts of records are far below 2^52")]
    let count = count as f64;
    Ok(count / begun.elapsed().as_secs_f64())
}
