//! One page that shows all pictures beside each other: a row for each state, a column for each browser and dress.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

/// What was taken, by the name of the run.
#[derive(Debug, Default)]
pub struct Sheet {
    runs: Vec<(String, Vec<String>)>,
}

impl Sheet {
    /// Adds the pictures of a run; they lie in the folder of its name.
    pub fn add(&mut self, run: &str, files: Vec<String>) {
        self.runs.push((run.to_owned(), files));
    }

    /// How many pictures there are.
    pub fn count(&self) -> usize {
        self.runs.iter().map(|(_, files)| files.len()).sum()
    }

    /// Writes `index.html` beside the folders of the runs.
    pub fn write(&self, out: &Path) -> Result<PathBuf> {
        let mut order: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, files) in &self.runs {
            for file in files {
                let next = order.len();
                order.entry(file).or_insert(next);
            }
        }
        let mut states: Vec<_> = order.into_iter().collect();
        states.sort_by_key(|(_, at)| *at);
        let mut page = String::from(
            "<!doctype html><html lang=en><meta charset=utf-8><title>Screens</title>
<style>body { font: 14px sans-serif } td { vertical-align: top; padding: 4px } img { width: 420px; border: 1px solid #888 }</style>
<table><tr><th>",
        );
        for (run, _) in &self.runs {
            write!(page, "<th>{run}")?;
        }
        for (state, _) in states {
            write!(page, "\n<tr><th>{}", state.trim_end_matches(".png"))?;
            for (run, files) in &self.runs {
                if files.iter().any(|file| file == state) {
                    write!(
                        page,
                        "<td><a href={run}/{state}><img loading=lazy src={run}/{state} alt></a>"
                    )?;
                } else {
                    page.push_str("<td>none");
                }
            }
        }
        page.push_str("\n</table>\n");
        let path = out.join("index.html");
        std::fs::write(&path, page)?;
        Ok(path)
    }
}
