//! The stages of a long task: each with its name, its time and how it ended.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// What ran so far.
#[derive(Default)]
pub(crate) struct Stages {
    done: Vec<(&'static str, Duration, bool)>,
}

impl Stages {
    /// Runs a stage and keeps how it went; the error is shown at once. Returns whether it succeeded.
    pub(crate) fn run(&mut self, name: &'static str, stage: impl FnOnce() -> Result<()>) -> bool {
        println!("\n── {name}");
        let start = Instant::now();
        let result = stage();
        let took = start.elapsed();
        let ok = result.is_ok();
        match result {
            Ok(()) => println!("── {name}: {:.1} s", took.as_secs_f64()),
            Err(error) => eprintln!(
                "error: {error:#}\n── {name}: FAILED after {:.1} s",
                took.as_secs_f64()
            ),
        }
        self.done.push((name, took, ok));
        ok
    }

    /// Prints a line for each stage.
    ///
    /// # Errors
    /// A stage failed; the error names all that did.
    pub(crate) fn finish(self, task: &str) -> Result<()> {
        println!("\n{task}");
        for (name, took, ok) in &self.done {
            println!(
                "  {:<28} {:>8.1} s  {}",
                name,
                took.as_secs_f64(),
                if *ok { "ok" } else { "FAILED" }
            );
        }
        let failed: Vec<_> = self
            .done
            .iter()
            .filter(|(_, _, ok)| !ok)
            .map(|(name, _, _)| *name)
            .collect();
        if !failed.is_empty() {
            bail!("{task} failed at: {}", failed.join(", "));
        }
        let total: Duration = self.done.iter().map(|(_, took, _)| *took).sum();
        println!("  {:<28} {:>8.1} s", "in all", total.as_secs_f64());
        Ok(())
    }
}
