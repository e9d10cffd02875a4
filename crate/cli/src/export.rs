//! `counterfoil export`.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::ValueEnum;
use counterfoil_app::error::Code;
use counterfoil_app::message::{ExportChoice, Reply, Request};
use counterfoil_app::view::{DraftView, Export, Filter, Review, TimeDetail};
use counterfoil_core::encoding::{from_base64, sha256_hex};
use counterfoil_core::record::Kind;
use counterfoil_core::time::rfc3339;

use crate::log::{Log, LogArguments};
use crate::marks::Marks;
use crate::pending::{self, Pending};
use crate::selection::{Chosen, Selection};
use crate::terminal::{counted, escape, escape_json, print, print_bytes, warn};
use crate::{Outcome, walk};

/// Bytes of lines that are tried as one bundle: below what the app takes, since they are an estimate.
const TRY: u64 = 14 * 1024 * 1024;
/// Bytes of a line beside its text.
const FRAME: u64 = 320;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    log: LogArguments,
    /// The bundle to write; more than one bundle can hold is a series, FILE-1.zip, FILE-2.zip …
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    out: Option<PathBuf>,
    /// Name of whom it is for: a known name continues under its key, a new one begins under a new key
    /// [default: a new name]
    #[arg(long, value_name = "NAME")]
    audience: Option<String>,
    #[command(flatten)]
    selection: Selection,
    /// How much of each record's time is told
    #[arg(long, value_name = "DETAIL", value_enum, default_value_t = Detail::Day)]
    time: Detail,
    /// Leave out which site each record is from
    #[arg(long)]
    no_site: bool,
    /// Sign nothing; print the lines that would be signed
    #[arg(long, conflicts_with = "out")]
    dry_run: bool,
    /// Write a bundle again that was signed before, by the beginning of its SHA-256
    #[arg(
        long,
        value_name = "SHA256",
        value_parser = parse_digest,
        requires = "out",
        conflicts_with_all = ["audience", "kinds", "sites", "since", "until", "marked", "time", "no_site", "dry_run"]
    )]
    again: Option<String>,
}

fn parse_digest(text: &str) -> Result<String, String> {
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex && (8..=64).contains(&text.len()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("a digest is given by its first 8 to 64 hexadecimal digits".to_owned())
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Detail {
    Day,
    Month,
    None,
}

pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, String> {
    let log = Log::open(&arguments.log)?;
    log.settings()?;
    match (&arguments.out, &arguments.again) {
        (Some(out), Some(digest)) => again(&log, digest, out),
        (out, _) => select(&log, arguments, out.as_deref()),
    }
}

fn select(log: &Log, arguments: &Arguments, out: Option<&Path>) -> Result<Outcome, String> {
    if let Some(out) = out {
        pending::vacant(out, false)?;
    }
    let mut chosen = Vec::new();
    let mut marked = BTreeSet::new();
    let mut left_out = LeftOut::default();
    left_out.damaged = walk::each(log, &Filter::default(), |items| {
        for item in items {
            if item.review == Review::Marked {
                marked.insert(item.seq);
            }
            if !arguments.selection.takes(item) {
                continue;
            }
            if item.kind == Kind::Unknown.as_str() {
                left_out.unknown += 1;
            } else if !item.shareable {
                left_out.answers += 1;
            } else {
                chosen.push(Chosen::new(item));
            }
        }
        Ok(true)
    })?;
    // As the app drafts them: in the order of their numbers.
    chosen.sort_by_key(|it| it.seq);
    let mut exporter = Exporter {
        log,
        choice: ExportChoice {
            name: arguments.audience.clone().map_or_else(new_name, Ok)?,
            time: match arguments.time {
                Detail::Day => TimeDetail::Day,
                Detail::Month => TimeDetail::Month,
                Detail::None => TimeDetail::None,
            },
            site: !arguments.no_site,
        },
        out,
        marks: Marks::new(log, marked),
        left_out,
        bundles: Vec::new(),
    };
    let count = exporter.export(chosen);
    // Whatever came of it, the marks are the person's.
    let Exporter {
        marks,
        left_out,
        bundles,
        ..
    } = exporter;
    let given_back = marks.give_back();
    let count = count?;
    given_back?;
    if let Some(text) = left_out.describe() {
        warn(&text);
    }
    if count == 0 {
        warn("nothing to export: no record that matches can be exported");
        return Ok(Outcome {
            text: String::new(),
            valid: false,
        });
    }
    match out {
        Some(out) => name(bundles, out),
        None => Ok(Outcome::done("")),
    }
}

/// A name that no export had before: nobody can link the bundle with others.
fn new_name() -> Result<String, String> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = since.map_err(|error| format!("the clock is set before 1970: {error}"))?;
    let now = rfc3339(now.as_secs()).map_err(|error| error.to_string())?;
    Ok(format!("export of {now}"))
}

/// Records that match and are not exported.
#[derive(Default)]
struct LeftOut {
    already: u64,
    unknown: u64,
    answers: u64,
    damaged: u64,
}

impl LeftOut {
    fn describe(&self) -> Option<String> {
        let parts: Vec<String> = [
            (self.already, "exported to this audience before"),
            (self.unknown, "of unknown kind"),
            (self.answers, "answers and ratings, which are not your own words"),
            (self.damaged, "damaged: `counterfoil check` names what"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{count} {why}"))
        .collect();
        (!parts.is_empty()).then(|| format!("left out: {}", parts.join(", ")))
    }
}

/// A bundle that was signed, under a temporary name.
struct Bundle {
    file: Pending,
    records_sha256: String,
}

struct Exporter<'a> {
    log: &'a Log,
    choice: ExportChoice,
    out: Option<&'a Path>,
    marks: Marks<'a>,
    left_out: LeftOut,
    bundles: Vec<Bundle>,
}

impl Exporter<'_> {
    /// Exports the records, in as many bundles as they need; gives how many there were.
    fn export(&mut self, chosen: Vec<Chosen>) -> Result<u64, String> {
        let mut parts = split(chosen);
        let mut count = 0;
        while let Some(mut part) = parts.pop_front() {
            self.marks.set(&part.iter().map(|it| it.seq).collect())?;
            let request = Request::Draft {
                choice: self.choice.clone(),
            };
            match self.log.try_ask(request) {
                Ok(Reply::Draft { view }) => count += self.drafted(part, &view)?,
                Ok(_) => return Err(self.log.misunderstood()),
                Err(failure) if failure.code == Code::ExportTooLarge && part.len() > 1 => {
                    let rest = part.split_off(part.len() / 2);
                    parts.push_front(rest);
                    parts.push_front(part);
                }
                Err(failure) if failure.code == Code::NothingToExport => {
                    self.left_out.already += part.len() as u64;
                }
                Err(failure) => return Err(self.log.describe(&failure)),
            }
        }
        Ok(count)
    }

    /// Signs a draft if it is of these records and no others.
    fn drafted(&mut self, mut part: Vec<Chosen>, view: &DraftView) -> Result<u64, String> {
        for excluded in &view.excluded {
            part.retain(|it| it.seq != excluded.seq);
            match excluded.code.as_str() {
                "excluded_already" => self.left_out.already += 1,
                "excluded_unknown" => self.left_out.unknown += 1,
                "excluded_answer" => self.left_out.answers += 1,
                _ => self.left_out.damaged += 1,
            }
        }
        let records = view.records.iter().map(|record| record.seq);
        let same = view.lines.len() == view.records.len() && records.eq(part.iter().map(|it| it.seq));
        let lines: String = view.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        let signed = if same {
            self.sign(view, &lines)
        } else {
            Err(self.log.describe(&Code::DraftGone.into()))
        };
        match signed {
            Ok(true) => {
                self.marks.exported(part.iter().map(|it| it.seq));
                Ok(part.len() as u64)
            }
            // Nothing of a draft that was not signed stays.
            Ok(false) => self.discard(view).map(|()| part.len() as u64),
            Err(error) => {
                self.discard(view)?;
                Err(error)
            }
        }
    }

    /// Signs these lines, and writes the bundle; `false` if it is only to be shown.
    fn sign(&mut self, view: &DraftView, lines: &str) -> Result<bool, String> {
        let records_sha256 = sha256_hex(lines.as_bytes());
        let Some(out) = self.out else {
            if io::stdout().is_terminal() {
                print(&escape_json(lines))?;
            } else {
                print_bytes(lines.as_bytes())?;
            }
            return Ok(false);
        };
        let mut file = Pending::begin(out, false)?;
        let mut text = if self.bundles.is_empty() {
            String::new()
        } else {
            "\n".to_owned()
        };
        let count = view.lines.len() as u64;
        for (label, value) in [
            ("records", format!("{count}, for \"{}\"", view.name)),
            ("range", format!("{} to {}", view.start, view.start + count)),
            ("sha256", records_sha256.clone()),
            ("signed by", view.did.clone()),
        ] {
            let written = writeln!(text, "{label:<10} {}", escape(&value));
            debug_assert!(written.is_ok());
        }
        print(&text)?;
        let Reply::Exports { view: exports } = self.log.ask(Request::Approve {
            draft: view.draft.clone(),
            records_sha256: records_sha256.clone(),
        })?
        else {
            return Err(self.log.misunderstood());
        };
        let export = exports
            .exports
            .iter()
            .find(|export| export.records_sha256 == records_sha256);
        let export = export.ok_or_else(|| self.log.misunderstood())?;
        fetch(self.log, export, &mut file).map_err(|error| lost(&error, &records_sha256))?;
        self.bundles.push(Bundle { file, records_sha256 });
        Ok(true)
    }

    fn discard(&self, view: &DraftView) -> Result<(), String> {
        let draft = view.draft.clone();
        self.log.ask(Request::Discard { draft }).map(drop)
    }
}

/// Parts that are about as large as a bundle may be, in order.
fn split(chosen: Vec<Chosen>) -> VecDeque<Vec<Chosen>> {
    let mut parts = VecDeque::new();
    let mut part = Vec::new();
    let mut size = 0;
    for it in chosen {
        let line = u64::from(it.length) + FRAME;
        if size + line > TRY && !part.is_empty() {
            parts.push_back(std::mem::take(&mut part));
            size = 0;
        }
        size += line;
        part.push(it);
    }
    if !part.is_empty() {
        parts.push_back(part);
    }
    parts
}

/// Writes the file of an export.
fn fetch(log: &Log, export: &Export, file: &mut Pending) -> Result<(), String> {
    let mut index = 0;
    loop {
        let request = Request::Chunk {
            export: export.id.clone(),
            index,
        };
        let Reply::Chunk { data, count } = log.ask(request)? else {
            return Err(log.misunderstood());
        };
        file.write(&from_base64(&data).map_err(|_| log.misunderstood())?)?;
        index += 1;
        if index >= count {
            return Ok(());
        }
    }
}

/// Gives the bundles their names.
fn name(bundles: Vec<Bundle>, out: &Path) -> Result<Outcome, String> {
    let series = bundles.len() > 1;
    let mut text = String::from("\n");
    let mut failed = Vec::new();
    for (bundle, number) in bundles.into_iter().zip(1..) {
        let path = if series {
            numbered(out, number)
        } else {
            out.to_owned()
        };
        let shown = path.display().to_string();
        match bundle.file.named(path).finish() {
            Ok(()) => {
                let written = writeln!(text, "Wrote {}", escape(&shown));
                debug_assert!(written.is_ok());
            }
            Err(error) => failed.push(lost(&error, &bundle.records_sha256)),
        }
    }
    if failed.is_empty() {
        return Ok(Outcome::done(&text));
    }
    print(&text)?;
    Err(failed.join("; "))
}

/// The name of one of a series: `mine.zip` is `mine-1.zip`, `mine-2.zip` and so on.
fn numbered(path: &Path, number: u64) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// What to do about a bundle that was signed, but not written.
fn lost(error: &str, records_sha256: &str) -> String {
    let digest = records_sha256.get(..16).unwrap_or(records_sha256);
    format!("{error}; the bundle was signed and can be written with `counterfoil export --again {digest}`")
}

fn again(log: &Log, digest: &str, out: &Path) -> Result<Outcome, String> {
    let mut file = Pending::begin(out, false)?;
    let Reply::Exports { view } = log.ask(Request::Exports)? else {
        return Err(log.misunderstood());
    };
    let mut matching = view
        .exports
        .iter()
        .filter(|export| export.records_sha256.starts_with(digest));
    let (Some(export), None) = (matching.next(), matching.next()) else {
        return Err(format!(
            "{} has not exactly one bundle whose SHA-256 begins with {digest}: give all 64 digits, as `counterfoil \
             verify` prints them",
            log.name()
        ));
    };
    if !export.available {
        return Err(log.describe(&Code::ExportGone.into()));
    }
    fetch(log, export, &mut file)?;
    file.finish()?;
    Ok(Outcome::done(&format!(
        "Wrote {}: {}, for \"{}\"\n",
        escape(&out.display().to_string()),
        counted(export.records.into(), "record"),
        escape(&export.name)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_numbered_before_the_extension() {
        for (path, second) in [
            ("mine.zip", "mine-2.zip"),
            ("some/mine.tar.zip", "some/mine.tar-2.zip"),
            ("mine", "mine-2"),
            (".zip", ".zip-2"),
        ] {
            assert_eq!(numbered(Path::new(path), 2), Path::new(second));
        }
    }
}
