//! Other programs, bounded in time.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Minutes as a duration.
pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// Whether it said that all is well.
    pub(crate) ok: bool,
    /// What it wrote to standard output.
    pub(crate) output: Vec<u8>,
    /// What it wrote to standard error.
    pub(crate) errors: String,
    line: String,
}

impl Ended {
    /// Its output.
    ///
    /// # Errors
    /// It failed; the error shows what it wrote.
    pub(crate) fn accepted(self) -> Result<Vec<u8>> {
        if !self.ok {
            bail!(
                "`{}` failed:\n{}{}",
                self.line,
                String::from_utf8_lossy(&self.output),
                self.errors
            );
        }
        Ok(self.output)
    }
}

/// Runs a program to its end with nothing on its standard input.
///
/// # Errors
/// It is missing, or takes longer than `limit`.
pub(crate) fn output(command: &mut Command, limit: Duration) -> Result<Ended> {
    given(command, &[], limit)
}

/// Runs a program to its end with these bytes on its standard input.
///
/// # Errors
/// It is missing, or takes longer than `limit`.
pub(crate) fn given(command: &mut Command, input: &[u8], limit: Duration) -> Result<Ended> {
    let line = line(command);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| {
            format!("`{line}` cannot be started: install what is missing, then repeat the command")
        })?;
    if let Some(mut pipe) = child.stdin.take() {
        let input = input.to_owned();
        // A program may end without reading all that it is given: that is for its result to say.
        thread::spawn(move || drop(pipe.write_all(&input)));
    }
    let (output, errors) = (all_of(child.stdout.take()), all_of(child.stderr.take()));
    let deadline = Instant::now() + limit;
    let both = || Some((before(&output, deadline)?, before(&errors, deadline)?));
    let Some((output, errors)) = both() else {
        // One that has ended meanwhile is what was wanted.
        let _ = child.kill();
        child.wait()?;
        bail!(
            "`{line}` was stopped after {} s: see why it hangs",
            limit.as_secs()
        );
    };
    let status = child
        .wait()
        .with_context(|| format!("`{line}` cannot be waited for"))?;
    Ok(Ended {
        ok: status.success(),
        output,
        errors: String::from_utf8_lossy(&errors).into_owned(),
        line,
    })
}

/// All that comes out of a pipe, once it is closed.
fn all_of(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What cannot be read is missing from the result; nobody may be waiting any more.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        let _ = sender.send(bytes);
    });
    receiver
}

fn before(pipe: &Receiver<Vec<u8>>, deadline: Instant) -> Option<Vec<u8>> {
    pipe.recv_timeout(deadline.saturating_duration_since(Instant::now()))
        .ok()
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_given_its_input_and_stopped_in_time() {
        let ended = given(&mut Command::new("cat"), b"x", minutes(1)).unwrap();
        assert_eq!(ended.accepted().unwrap(), b"x");
        assert!(
            output(&mut Command::new("false"), minutes(1))
                .unwrap()
                .accepted()
                .is_err()
        );
        let mut endless = Command::new("tail");
        assert!(output(endless.args(["-f", "/dev/null"]), Duration::from_millis(50)).is_err());
    }
}
