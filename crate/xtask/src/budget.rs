//! Sizes beside the budgets of the design. Kilobytes are of 1,000 bytes.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::tree::{files_below, read_bytes};

/// Budget of a content script with the largest adapter that it may come with, in bytes after `gzip -9` each.
const PAGE: usize = 8_000;
/// Budget of the script of answers, which is registered only where a person asked for them.
const ANSWERS: usize = 4_000;

/// Budgets of one file, in bytes; `None` where only the other figure is budgeted.
struct Budget {
    name: &'static str,
    path: &'static str,
    raw: Option<usize>,
    gzipped: Option<usize>,
}

/// The content script runs on every page of a site that is on; the module is compiled whenever the background
/// wakes; those of the search and of the collectors only when a page asks for them.
const BUDGETS: [Budget; 5] = [
    Budget {
        name: "content script",
        path: "content/content.js",
        raw: None,
        gzipped: Some(PAGE),
    },
    Budget {
        name: "answers script",
        path: "content/answers.js",
        raw: None,
        gzipped: Some(ANSWERS),
    },
    Budget {
        name: "WASM module",
        path: "background/counterfoil_bg.wasm",
        raw: Some(1_250_000),
        gzipped: Some(520_000),
    },
    Budget {
        name: "WASM, search",
        path: "background/archive_bg.wasm",
        raw: Some(1_250_000),
        gzipped: Some(520_000),
    },
    Budget {
        name: "WASM, collectors",
        path: "background/collectors_bg.wasm",
        raw: Some(1_250_000),
        gzipped: Some(520_000),
    },
];

/// Prints the sizes of an unpacked extension beside their budgets.
///
/// # Errors
/// A file is missing, or past its budget.
pub(crate) fn hold(extension: &Path) -> Result<()> {
    let (table, past) = weigh(extension)?;
    println!("\n{table}");
    if !past.is_empty() {
        bail!(
            "past the size budget: {}. Make it smaller: the budgets are promises to the people whose pages it runs in",
            past.join("; ")
        );
    }
    Ok(())
}

/// The table, and what is past its budget.
fn weigh(extension: &Path) -> Result<(String, Vec<String>)> {
    let mut table = line("size", "", "bytes", "budget", "");
    let mut past = Vec::new();
    for Budget {
        name,
        path,
        raw,
        gzipped,
    } in &BUDGETS
    {
        let content = read_bytes(&extension.join(path))?;
        for (form, size, limit) in [("raw", content.len(), raw), ("gzip -9", gzip(&content)?, gzipped)] {
            let budget = limit.map_or_else(|| "–".to_owned(), grouped);
            let over = limit.is_some_and(|limit| size > limit);
            table.push_str(&line(
                name,
                form,
                &grouped(size),
                &budget,
                if over { "  PAST" } else { "" },
            ));
            if over {
                past.push(format!("{name}, {form}: {} of {budget} bytes", grouped(size)));
            }
        }
    }
    let content = gzip(&read_bytes(&extension.join("content/content.js"))?)?;
    let (file, data) = largest(&extension.join("adapters"))?;
    let size = content + data;
    let over = size > PAGE;
    let mark = if over { "  PAST" } else { "" };
    let form = format!("with {file}");
    table.push_str(&line(
        "content script",
        &form,
        &grouped(size),
        &grouped(PAGE),
        mark,
    ));
    if over {
        past.push(format!(
            "content script with adapters/{file}: {} of {} bytes",
            grouped(size),
            grouped(PAGE)
        ));
    }
    Ok((table, past))
}

/// The largest file that a page can get beside the content script, and its length after `gzip -9`.
fn largest(adapters: &Path) -> Result<(String, usize)> {
    let mut largest = (String::new(), 0);
    for name in files_below(adapters)? {
        // Answers have a budget of their own, and the marks of families come on demand, to pages without an adapter.
        if name.ends_with(".answers.js") || name == "families.js" {
            continue;
        }
        let size = gzip(&read_bytes(&adapters.join(&name))?)?;
        if size > largest.1 {
            largest = (name, size);
        }
    }
    Ok(largest)
}

/// A line of the table without a budget.
pub(crate) fn row(name: &str, form: &str, size: usize) -> String {
    line(name, form, &grouped(size), "–", "")
}

fn line(name: &str, form: &str, size: &str, budget: &str, mark: &str) -> String {
    format!("{name:<16} {form:<22} {size:>11} {budget:>11}{mark}\n")
}

/// The length after `gzip -9`.
fn gzip(content: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.len())
}

/// A number with commas between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::write;

    /// Bytes that gzip cannot make smaller.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        (0..length).map(next).collect()
    }

    fn extension(content: &[u8], module: &[u8]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("content/content.js"), content).unwrap();
        write(&folder.path().join("content/answers.js"), b"").unwrap();
        write(&folder.path().join("adapters/some.js"), noise(300)).unwrap();
        write(&folder.path().join("adapters/some.answers.js"), noise(3_000)).unwrap();
        write(&folder.path().join("background/counterfoil_bg.wasm"), module).unwrap();
        write(&folder.path().join("background/archive_bg.wasm"), b"").unwrap();
        write(&folder.path().join("background/collectors_bg.wasm"), b"").unwrap();
        folder
    }

    #[test]
    fn small_files_pass() {
        assert!(hold(extension(&noise(7_000), &noise(500_000)).path()).is_ok());
        // Much text that gzips well: the content script's budget counts what is left.
        assert!(hold(extension(&vec![b' '; 20_000], &noise(1)).path()).is_ok());
    }

    #[test]
    fn a_big_content_script_fails() {
        let error = hold(extension(&noise(8_100), b"").path())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("content script, gzip -9: 8,1") && !error.contains("WASM"),
            "{error}"
        );
    }

    #[test]
    fn a_big_adapter_fails_with_the_script() {
        let error = hold(extension(&noise(7_800), b"").path())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("content script with adapters/some.js: 8,1"),
            "{error}"
        );
    }

    #[test]
    fn a_big_module_fails_by_either_figure() {
        let error = hold(extension(b"", &vec![0; 1_250_001]).path())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("WASM module, raw: 1,250,001 of 1,250,000 bytes"),
            "{error}"
        );
        assert!(!error.contains("gzip"), "{error}");
        let error = hold(extension(b"", &noise(520_001)).path())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("WASM module, gzip -9") && !error.contains("raw"),
            "{error}"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = hold(tempfile::tempdir().unwrap().path()).unwrap_err().to_string();
        assert!(error.contains("content.js"), "{error}");
    }
}
