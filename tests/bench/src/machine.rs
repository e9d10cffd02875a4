//! What the figures were measured on.

use std::fs::read_to_string;

/// Processor, its cores, and how busy they are; where the system does not tell, it is left out.
pub(crate) fn describe() -> String {
    let model = read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split_whitespace().next().map(str::to_owned));
    let load = load.map_or_else(String::new, |load| format!(", load {load}"));
    format!(
        "{}, {cores} cores{load}",
        model.unwrap_or_else(|| std::env::consts::ARCH.to_owned())
    )
}

/// Most memory that a process (its number, or `self`) ever held, in MiB; `None` where the system does not tell.
pub(crate) fn peak(process: &str) -> Option<f64> {
    let text = read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
