//! What the files in `extension/adapters` say of themselves: addresses and pages to try, and the table of how they
//! did.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use counterfoil_adapter::read::{self, File, PageCase};

use crate::case::{Expected, Step};
use crate::person::Record;
use crate::tools::tests_dir;

/// A page that is opened at an address, what is done there, and what is recorded of it.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The adapter's id.
    pub adapter: String,
    /// Whether it tells its sites by what their pages say.
    pub family: bool,
    /// Whether nothing was ever done on the site before, so that its adapter is on its way while the person writes.
    pub first: bool,
    /// What it is about.
    pub name: String,
    /// Where it is shown.
    pub url: String,
    /// The page; `None` for one that does nothing.
    pub file: Option<PathBuf>,
    /// What the person does there.
    pub steps: Vec<Step>,
    /// What is recorded, in order.
    pub expected: Vec<Expected>,
    /// The models that are named, by the records' order; `None` where it is no matter.
    pub models: Vec<Option<String>>,
    /// Whether it is an address alone.
    pub address: bool,
}

impl Trial {
    /// The host, as records name the site.
    pub fn site(&self) -> &str {
        let rest = self.url.strip_prefix("https://").unwrap_or(&self.url);
        rest.split(['/', '?', '#']).next().unwrap_or(rest)
    }

    /// Whether these records are what is expected, each seen by the adapter itself.
    pub fn is(&self, records: &[Record]) -> bool {
        let own = format!("{}/", self.adapter);
        let model = |at: usize| self.models.get(at).and_then(Option::as_ref);
        records.len() == self.expected.len()
            && self
                .expected
                .iter()
                .zip(records)
                .enumerate()
                .all(|(at, (due, record))| {
                    due.is(record)
                        && record.adapter.starts_with(&own)
                        && model(at).is_none_or(|model| *model == record.model)
                })
    }

    fn column(&self) -> usize {
        match (self.address, self.expected.is_empty()) {
            (true, false) => 0,
            (true, true) => 1,
            (false, false) => 2,
            (false, true) => 3,
        }
    }
}

/// Reads the adapters.
pub fn files() -> Result<Vec<File>> {
    let folder = tests_dir("..").join("extension").join("adapters");
    Ok(read::folder(&folder)?)
}

/// All that the adapters ask to be tried: the first of each, then the second of each, and so on, so that a site has
/// some rest between its trials.
pub fn trials(files: &[File]) -> Result<Vec<Trial>> {
    let mut queues = Vec::new();
    for file in files {
        let mut queue = Vec::new();
        let folder = tests_dir("adapters").join(&file.id);
        let trial = |name: &str, url: &str| Trial {
            adapter: file.id.clone(),
            family: file.family.is_some(),
            first: false,
            name: name.to_owned(),
            url: url.to_owned(),
            file: None,
            steps: Vec::new(),
            expected: Vec::new(),
            models: Vec::new(),
            address: true,
        };
        for (at, page) in file.page.iter().enumerate() {
            let known = Trial {
                file: Some(folder.join(&page.file)),
                steps: steps(page).with_context(|| format!("{}: {}", file.id, page.name))?,
                expected: page.expect.iter().map(expected).collect(),
                models: page.expect.iter().map(|it| it.model.clone()).collect(),
                address: false,
                ..trial(&page.name, &page.url)
            };
            // A page that goes at once to the next one is gone before anybody knows what it is.
            let stays = !known
                .steps
                .iter()
                .any(|step| matches!(step, Step::Wait(next) if next == "#arrived"));
            if known.family && stays {
                let host = format!("https://first-{at}.");
                queue.push(Trial {
                    first: true,
                    name: format!("{}, on a site that is new", known.name),
                    url: known.url.replacen("https://", &host, 1),
                    ..known.clone()
                });
            }
            queue.push(known);
        }
        for fixture in &file.fixture {
            let name = if fixture.text.is_some() {
                "a search"
            } else {
                "no search"
            };
            queue.push(Trial {
                // A family is known by what the page says.
                file: file
                    .page
                    .first()
                    .filter(|_| file.family.is_some())
                    .map(|page| folder.join(&page.file)),
                expected: fixture.text.iter().map(|text| search(text)).collect(),
                ..trial(name, &fixture.url)
            });
        }
        queues.push(queue.into_iter());
    }
    let mut all = Vec::new();
    loop {
        let before = all.len();
        all.extend(queues.iter_mut().filter_map(Iterator::next));
        if all.len() == before {
            return Ok(all);
        }
    }
}

fn steps(page: &PageCase) -> Result<Vec<Step>> {
    page.steps.iter().map(Step::try_from).collect()
}

fn expected(written: &read::Expected) -> Expected {
    Expected {
        text: written.text.clone(),
        kind: written.kind.clone(),
        altered: false,
    }
}

fn search(text: &str) -> Expected {
    Expected {
        text: text.to_owned(),
        kind: Some("search".to_owned()),
        altered: false,
    }
}

/// The origins of all addresses.
pub fn origins(trials: &[Trial]) -> BTreeSet<String> {
    trials
        .iter()
        .map(|trial| format!("https://{}", trial.site()))
        .collect()
}

/// Every selector of an adapter, to be tried in a browser.
pub fn selectors(file: &File) -> Vec<&str> {
    let mut lists: Vec<&[String]> = vec![&file.skip.page, &file.skip.around];
    lists.extend(file.family.iter().map(|it| &*it.mark));
    lists.extend(
        file.composer
            .iter()
            .flat_map(|it| [&*it.field, &*it.send, &*it.never]),
    );
    lists.extend(file.kind_at.iter().map(|it| &*it.field));
    lists.extend(file.model.iter().map(|it| &*it.text));
    lists.extend(file.response.iter().flat_map(|it| [&*it.turn, &*it.done]));
    lists.extend(
        file.rating
            .iter()
            .flat_map(|it| [&*it.up, &*it.down, &*it.regenerate]),
    );
    lists.into_iter().flatten().map(String::as_str).collect()
}

/// How the trials of each adapter did, by column: searches found in addresses, addresses without one, pages with
/// records, pages without.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: BTreeMap<String, [(usize, usize); 4]>,
    failures: Vec<String>,
}

impl Table {
    /// Adds a trial: what went wrong, if anything.
    pub fn add(&mut self, trial: &Trial, outcome: Result<()>) {
        let row = self.rows.entry(trial.adapter.clone()).or_default();
        let (passed, all) = &mut row[trial.column()];
        *all += 1;
        match outcome {
            Ok(()) => *passed += 1,
            Err(error) => self.failures.push(format!(
                "{}: {:?} at {}: {error:#}",
                trial.adapter, trial.name, trial.url
            )),
        }
    }

    /// What is wrong: trials that failed, and adapters without a trial that finds something or without one that
    /// finds nothing.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = self.failures.clone();
        for (adapter, [searches, others, records, nothing]) in &self.rows {
            if searches.1 + records.1 == 0 || others.1 + nothing.1 == 0 {
                faults.push(format!("{adapter}: not tried both ways"));
            }
        }
        faults
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, name: &str, cells: &[String; 4]| {
            let [searches, others, records, nothing] = cells;
            writeln!(
                f,
                "{name:<18}{searches:>12}{others:>12}{records:>12}{nothing:>12}"
            )
        };
        let heads = ["addresses", "negative", "pages", "negative"].map(str::to_owned);
        line(f, "adapter", &heads)?;
        let mut sum = [(0, 0); 4];
        for (adapter, row) in &self.rows {
            for (total, cell) in sum.iter_mut().zip(row) {
                total.0 += cell.0;
                total.1 += cell.1;
            }
            line(f, adapter, &row.map(written))?;
        }
        line(f, &format!("all {}", self.rows.len()), &sum.map(written))
    }
}

fn written((passed, all): (usize, usize)) -> String {
    if all == 0 {
        String::from("–")
    } else {
        format!("{passed}/{all}")
    }
}
