//! Programs that a run starts, and ends again by their ids whatever happens.

use std::collections::BTreeSet;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};
use tempfile::TempDir;

/// The process groups that are alive, for [`end_all`] when the run itself is told to end.
static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// The folders of the run, for [`end_all`] too; those that are gone already are no matter.
static ROOMS: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// How long a program may take to leave after being asked.
const GRACE: Duration = Duration::from_secs(5);

/// A program in a process group of its own. Dropping it ends the whole group.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    group: Pid,
}

impl Process {
    /// Starts `command` with its output going to the file `log`; standard input is empty.
    pub fn start(name: &str, command: &mut Command, log: &Path) -> Result<Self> {
        let out = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let err = out.try_clone()?;
        Self::spawn(name, command.stdout(out).stderr(err))
    }

    /// Starts `command`, whose output the caller has arranged.
    pub fn spawn(name: &str, command: &mut Command) -> Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let group = Pid::from_child(&child);
        if let Ok(mut groups) = GROUPS.lock() {
            groups.insert(group.as_raw_nonzero().get());
        }
        Ok(Self {
            name: name.to_owned(),
            child,
            group,
        })
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The pipe of its standard output, where the caller asked for one.
    pub fn stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    /// Fails if it has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("{} ended by itself: {status}", self.name);
        }
        Ok(())
    }

    /// Whether it is still running.
    pub fn running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills the group without warning, as a crash or a power cut would, and waits until it is gone.
    pub fn kill(&mut self) {
        let _ = kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait();
        self.forget();
    }

    /// Asks the group to leave, and kills what has not left after a grace.
    pub fn stop(&mut self) {
        // A group is signalled only while its leader is unreaped: after that its id could be another's.
        if self.running() {
            let _ = kill_process(self.group, Signal::TERM);
            let end = Instant::now() + GRACE;
            while self.running() && Instant::now() < end {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        if test_kill_process_group(self.group).is_ok() {
            let _ = kill_process_group(self.group, Signal::KILL);
        }
        let _ = self.child.wait();
        self.forget();
    }

    fn forget(&self) {
        if let Ok(mut groups) = GROUPS.lock() {
            groups.remove(&self.group.as_raw_nonzero().get());
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A folder for something that is started, gone when it is dropped, or when the run is told to end.
pub fn room(name: &str) -> Result<TempDir> {
    let room = tempfile::Builder::new()
        .prefix(&format!("counterfoil-{name}-"))
        .tempdir()?;
    if let Ok(mut rooms) = ROOMS.lock() {
        rooms.insert(room.path().to_owned());
    }
    Ok(room)
}

/// Kills every group that is still alive, and removes every folder that is still there.
pub fn end_all() {
    if let Ok(groups) = GROUPS.lock() {
        for group in groups.iter().filter_map(|&group| Pid::from_raw(group)) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    if let Ok(rooms) = ROOMS.lock() {
        for room in rooms.iter() {
            let _ = std::fs::remove_dir_all(room);
        }
    }
}

/// Ends every started program when the run is interrupted or told to end. Call once, inside the runtime.
pub fn end_all_on_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        end_all();
        std::process::exit(130);
    });
    Ok(())
}

/// Runs `command` to its end, at most for `deadline`, and gives its exit code and what it printed (both streams).
pub async fn output(name: &str, command: Command, deadline: Duration) -> Result<(Option<i32>, String)> {
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(deadline, command.output())
        .await
        .with_context(|| format!("{name} took longer than {} s", deadline.as_secs()))?
        .with_context(|| format!("cannot start {name}"))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok((output.status.code(), text))
}
