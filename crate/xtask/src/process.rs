//! Other programs: shown when they fail, and bounded in time where they could hang.

use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

/// Minutes as a duration.
pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a program with its output shown.
///
/// # Errors
/// It is missing, takes longer than `limit`, or fails; the error shows the command.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<()> {
    let child = command.spawn().map_err(|error| unstarted(command, &error))?;
    settle(command, wait(child, limit).with_context(|| line(command))?)
}

/// Runs a program and returns what it writes to standard output; the rest is shown.
///
/// # Errors
/// As [`run`], or the output is not UTF-8.
pub(crate) fn output(command: &mut Command, limit: Duration) -> Result<String> {
    let (status, text) = attempt(command, limit)?;
    settle(command, status)?;
    Ok(text)
}

/// Runs a program and returns how it ended and what it wrote to standard output, whether it failed or not.
///
/// # Errors
/// It is missing, takes longer than `limit`, or its output is not UTF-8.
pub(crate) fn attempt(command: &mut Command, limit: Duration) -> Result<(ExitStatus, String)> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| unstarted(command, &error))?;
    let pipe = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        pipe.map_or(Ok(0), |mut pipe| pipe.read_to_string(&mut text))
            .map(|_| text)
    });
    let status = wait(child, limit).with_context(|| line(command))?;
    let text = reader
        .join()
        .map_err(|_| anyhow!("the output could not be read"))
        .and_then(|text| text.context("the output could not be read"))
        .with_context(|| line(command))?;
    Ok((status, text))
}

/// Whether a program can be started and says that all is well; its output is not shown.
pub(crate) fn succeeds(command: &mut Command, limit: Duration) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
        .spawn()
        .is_ok_and(|child| wait(child, limit).is_ok_and(|status| status.success()))
}

/// The command as it could be typed.
pub(crate) fn line(command: &Command) -> String {
    let mut line = quoted(command.get_program());
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&quoted(argument));
    }
    line
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@+%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn unstarted(command: &Command, error: &std::io::Error) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    if error.kind() == ErrorKind::NotFound {
        anyhow!("`{program}` is not installed or not on the PATH: install it, then repeat the command")
    } else {
        anyhow!("cannot start `{}`: {error}", line(command))
    }
}

fn settle(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status}): its own message is above", line(command));
    }
    Ok(())
}

/// Waits for a child. The watching thread holds nothing but a process number, and ends with the child: either the
/// channel closes first, or the limit passes and the child with all that it started is killed.
fn wait(mut child: Child, limit: Duration) -> Result<ExitStatus> {
    let (ended, watched) = channel::<()>();
    let id = child.id();
    let watch = thread::spawn(move || {
        let late = watched.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
        if late {
            kill_tree(id);
        }
        late
    });
    let status = child.wait().context("its end cannot be waited for")?;
    drop(ended);
    if watch.join().unwrap_or(false) {
        bail!(
            "stopped after {} s without coming to an end: repeat it, or see why it hangs",
            limit.as_secs()
        );
    }
    Ok(status)
}

/// Kills a process and its descendants, the eldest first so that none is started anew.
#[cfg(unix)]
fn kill_tree(id: u32) {
    use rustix::process::{Pid, Signal, kill_process};

    let mut doomed = vec![id];
    let parents = parents();
    let mut next = 0;
    while let Some(parent) = doomed.get(next).copied() {
        doomed.extend(
            parents
                .iter()
                .filter(|(_, above)| *above == parent)
                .map(|(child, _)| *child),
        );
        next += 1;
    }
    for id in doomed {
        if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
            // One that has ended meanwhile is what was wanted.
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// Each process with its parent, where the system tells it through `/proc`.
#[cfg(unix)]
fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in brackets may hold anything; state and parent follow its last bracket.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()?;
            Some((id, parent))
        })
        .collect()
}

#[cfg(not(unix))]
fn kill_tree(id: u32) {
    let mut command = Command::new("taskkill");
    command.args(["/F", "/T", "/PID", &id.to_string()]);
    // One that has ended meanwhile is what was wanted.
    let _ = command.status();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_the_command() {
        let error = run(Command::new("sh").args(["-c", "exit 3"]), minutes(1)).unwrap_err();
        assert!(error.to_string().contains("sh -c 'exit 3'"), "{error}");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run(&mut Command::new("counterfoil-no-such-program"), minutes(1)).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`counterfoil-no-such-program` is not installed"),
            "{error}"
        );
    }

    #[test]
    fn a_hang_ends_with_all_that_it_started() {
        let mut command = Command::new("sh");
        // The inner process holds the pipe open: the output ends only once it is killed as well.
        command.args(["-c", "sleep 600 & wait"]);
        let error = attempt(&mut command, Duration::from_millis(200)).unwrap_err();
        assert!(
            format!("{error:#}").contains("without coming to an end"),
            "{error:#}"
        );
    }
}
