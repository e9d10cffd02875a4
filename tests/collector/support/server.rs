//! The program, in a directory of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use counterfoil_core::did::Did;
use counterfoil_core::encoding::from_hex;
use counterfoil_core::keys::{Root, SigningKey};

const PROGRAM: &str = env!("CARGO_BIN_EXE_counterfoil-collector");

/// A directory in which a collector is kept.
pub(crate) struct Home {
    scratch: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            scratch: tempfile::tempdir().unwrap(),
        }
    }

    /// The collector's directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.scratch.path().join("data")
    }

    /// A path beside that directory.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// Runs a command on the directory.
    pub(crate) fn run(&self, words: &[&str], arguments: &[&str]) -> Output {
        Command::new(PROGRAM)
            .args(words)
            .arg("--data")
            .arg(self.data())
            .args(arguments)
            .output()
            .unwrap()
    }

    /// What a command that succeeds prints.
    pub(crate) fn ask(&self, words: &[&str], arguments: &[&str]) -> String {
        let output = self.run(words, arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?} {arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Serves the directory, with further options.
    pub(crate) fn serve_with(&self, options: &[&str]) -> Server {
        let mut child = Command::new(PROGRAM)
            .arg("serve")
            .arg("--data")
            .arg(self.data())
            .args(["--listen", "127.0.0.1:0"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // The log is read all the time, so that the server never waits for its reader.
        let mut stderr = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).map(|_| text)
        });
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let words: Vec<_> = line.split_whitespace().collect();
        let [_, _, address, _, did] = words[..] else {
            drop(child.kill());
            panic!("the server did not start: {:?}", log.join().unwrap());
        };
        let address = address.strip_prefix("http://").unwrap().parse().unwrap();
        Server {
            child: Mutex::new(child),
            address,
            did: Did::parse(did).unwrap(),
            log: Some(log),
        }
    }

    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// Whether these bytes are in any file of the collector's directory.
    pub(crate) fn holds(&self, bytes: &[u8]) -> bool {
        self.holders(bytes) > 0
    }

    /// How many files of the collector's directory these bytes are in.
    pub(crate) fn holders(&self, bytes: &[u8]) -> usize {
        let holds = |path: &PathBuf| {
            let content = std::fs::read(path).unwrap_or_default();
            content.windows(bytes.len()).any(|window| window == bytes)
        };
        files(&self.data()).iter().filter(|path| holds(path)).count()
    }

    /// The key that signs statements.
    pub(crate) fn signing_key(&self) -> SigningKey {
        let entropy = std::fs::read_to_string(self.data().join("keys/statements.key")).unwrap();
        let entropy = from_hex(entropy.trim()).unwrap().try_into().unwrap();
        Root::from_entropy(entropy).collector_key().unwrap()
    }

    /// Bytes of a file in the directory; none where there is no such file.
    pub(crate) fn size(&self, name: &str) -> u64 {
        std::fs::metadata(self.data().join(name)).map_or(0, |data| data.len())
    }

    /// Files in a folder of the directory.
    pub(crate) fn count(&self, folder: &str) -> usize {
        files(&self.data().join(folder)).len()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// A server that is killed when it is dropped.
pub(crate) struct Server {
    // Held by whoever ends it.
    child: Mutex<Child>,
    pub(crate) address: SocketAddr,
    pub(crate) did: Did,
    log: Option<std::thread::JoinHandle<std::io::Result<String>>>,
}

impl Server {
    /// Kills it, as a loss of power to the process would.
    pub(crate) fn kill(self) {
        self.strike();
    }

    /// Kills it while others still deal with it.
    pub(crate) fn strike(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Asks it to end, and waits until it has; gives its log.
    #[cfg(unix)]
    pub(crate) fn end(mut self) -> String {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.get_mut().unwrap().id().to_string()])
            .status()
            .unwrap();
        assert!(asked.success());
        assert!(self.child.get_mut().unwrap().wait().unwrap().success());
        self.log.take().unwrap().join().unwrap().unwrap()
    }

    /// The most memory that it ever held, in bytes.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.lock().unwrap().id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let child = self.child.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(child.kill());
        drop(child.wait());
    }
}
