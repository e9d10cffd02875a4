//! What the extension takes of the machine's memory: the process that its background and its pages run in.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::browser::Browser;

/// Memory of the process, in mebibytes.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Now, with its share of what it has in common with other processes.
    pub now: f64,
    /// The most at any time, with all that it has in common with others.
    pub most: f64,
}

impl Memory {
    /// Of the extension in this browser.
    ///
    /// # Errors
    /// There is not exactly one such process, or the system does not tell.
    pub fn of_extension(browser: &Browser) -> Result<Self> {
        let mut among = below(browser.process())?;
        among.retain(|process| is_extension(*process));
        let &[process] = among.as_slice() else {
            bail!("the extension runs in {} processes", among.len());
        };
        Ok(Self {
            now: field(process, "smaps_rollup", "Pss:")?,
            most: field(process, "status", "VmHWM:")?,
        })
    }
}

/// The processes that descend from one.
fn below(root: u32) -> Result<Vec<u32>> {
    let mut all = Vec::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // One that ended meanwhile is none.
        if let Some(parent) = parent(process) {
            all.push((process, parent));
        }
    }
    let mut found = vec![root];
    let mut at = 0;
    while let Some(&process) = found.get(at) {
        found.extend(
            all.iter()
                .filter(|(_, parent)| *parent == process)
                .map(|(one, _)| *one),
        );
        at += 1;
    }
    Ok(found)
}

fn parent(process: u32) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    line.trim().parse().ok()
}

/// Chromium says it in the arguments, Firefox names the process.
fn is_extension(process: u32) -> bool {
    let read = |name: &str| fs::read(Path::new("/proc").join(process.to_string()).join(name));
    let arguments = read("cmdline").unwrap_or_default();
    // What the zygote started has them all in one text.
    String::from_utf8_lossy(&arguments).contains("--extension-process")
        || read("comm").is_ok_and(|name| name.starts_with(b"WebExtensions"))
}

/// A field of a file of the process, which is told in kibibytes.
fn field(process: u32, file: &str, name: &str) -> Result<f64> {
    let path = format!("/proc/{process}/{file}");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    let value = text.lines().find_map(|line| line.strip_prefix(name));
    let value = value.and_then(|value| value.trim().strip_suffix("kB"));
    let kibibytes: f64 = value
        .with_context(|| format!("{path} has no {name}"))?
        .trim()
        .parse()?;
    Ok(kibibytes / 1024.0)
}
