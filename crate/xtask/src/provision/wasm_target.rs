//! The standard library for WebAssembly.
//!
//! It is built from source: as it comes ready-made it formats the message of every panic, which takes a twentieth of
//! the module and which nobody can read in a browser. The sources are those that rustup adds to the toolchain. Where
//! rustup cannot download, Debian's compiler builds Debian's sources, with the linker of the toolchain at hand.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{DEBIAN_RUST, debian, on_path};
use crate::process::{self, minutes};

/// The target.
pub(crate) const TRIPLE: &str = "wasm32-unknown-unknown";

/// How code is compiled for WebAssembly on this machine.
#[derive(Debug)]
pub(crate) enum WasmTarget {
    /// With the compiler at hand, whose sources are installed.
    Toolchain {
        /// The compiler's folder.
        sysroot: PathBuf,
    },
    /// With Debian's compiler and a library built from source.
    Debian {
        /// The compiler.
        rustc: PathBuf,
        /// Its folder.
        sysroot: PathBuf,
        /// The linker.
        linker: PathBuf,
    },
}

impl WasmTarget {
    /// Finds or brings the target.
    ///
    /// # Errors
    /// It cannot be brought; the error says what to install.
    pub(crate) fn bring() -> Result<Self> {
        let sysroot = sysroot(Path::new("rustc"))?;
        let library = sysroot.join("lib/rustlib/src/rust/library/Cargo.lock");
        if library.is_file() {
            return Ok(Self::Toolchain { sysroot });
        }
        // Where Debian's was installed before, rustup was tried before.
        if !DEBIAN_RUST.iter().all(|package| debian::installed(package)) {
            if on_path("rustup").is_some() {
                println!("adding the sources of the standard library to the toolchain");
                let added = process::run(
                    Command::new("rustup").args(["component", "add", "rust-src"]),
                    minutes(5),
                );
                if added.is_ok() && library.is_file() {
                    return Ok(Self::Toolchain { sysroot });
                }
                println!("rustup could not bring them");
            }
            if !debian::is() {
                bail!(
                    "the sources of Rust's standard library are missing: run `rustup component add rust-src`, or \
                     install the package of your system that holds them, then repeat the command"
                );
            }
            debian::install(&DEBIAN_RUST).context("the sources of Rust's standard library are missing")?;
        }
        Self::debian(&sysroot)
    }

    fn debian(rustup: &Path) -> Result<Self> {
        let files = process::output(
            Command::new("dpkg").args(["--listfiles", "rustc-web"]),
            minutes(1),
        )?;
        let rustc = files
            .lines()
            .find(|path| path.ends_with("/bin/rustc"))
            .map(PathBuf::from);
        let rustc =
            rustc.context("the package rustc-web holds no rustc: reinstall it, then repeat the command")?;
        let host = host(&process::output(Command::new("rustc").arg("-vV"), minutes(1))?)
            .context("`rustc -vV` names no host")?;
        let inside = rustup.join("lib/rustlib").join(&host).join("bin/rust-lld");
        let linker = Some(inside)
            .filter(|path| path.is_file())
            .or_else(|| on_path("wasm-ld"));
        let linker =
            linker.context("no linker for WebAssembly: install the package lld, then repeat the command")?;
        let sysroot = self::sysroot(&rustc)?;
        Ok(Self::Debian {
            rustc,
            sysroot,
            linker,
        })
    }

    /// Puts into a command what compiling for the target with a profile asks for: a panic ends the module at once,
    /// and the library is compiled with what it does the smaller of two ways, though not the smallest where memory is
    /// asked for, which is all the time. None of these options is stable yet.
    pub(crate) fn apply(&self, command: &mut Command, profile: &str) {
        command.env("RUSTC_BOOTSTRAP", "1").args([
            "-Zbuild-std=std,panic_abort",
            "-Zbuild-std-features=optimize_for_size",
            "-Zpanic-immediate-abort",
            "--config",
            &format!("profile.{profile}.panic=\"immediate-abort\""),
            "--config",
            &format!("profile.{profile}.package.alloc.opt-level=\"s\""),
        ]);
        if let Self::Debian { rustc, linker, .. } = self {
            command.env("RUSTC", rustc);
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }

    /// A command of clippy that belongs to the compiler, to be given the arguments of a compilation.
    ///
    /// # Errors
    /// The package that should hold it does not.
    pub(crate) fn clippy(&self) -> Result<Command> {
        match self {
            Self::Toolchain { .. } => {
                let mut command = process::cargo();
                command.arg("clippy");
                Ok(command)
            }
            // A linter reads the libraries that its own version of the compiler wrote.
            Self::Debian { .. } => {
                let files = process::output(
                    Command::new("dpkg").args(["--listfiles", "rust-web-clippy"]),
                    minutes(1),
                )?;
                let program = files.lines().find(|path| path.ends_with("/bin/cargo-clippy"));
                let program =
                    program.context("the package rust-web-clippy holds no cargo-clippy: reinstall it")?;
                let mut command = Command::new(program);
                command.arg("clippy").env("CARGO", process::cargo().get_program());
                Ok(command)
            }
        }
    }

    /// The paths under which the compiler knows the standard library's sources: they would otherwise be in the
    /// module. Debian's folder is a link.
    pub(crate) fn library(&self) -> Vec<PathBuf> {
        let (Self::Toolchain { sysroot } | Self::Debian { sysroot, .. }) = self;
        let sources = sysroot.join("lib/rustlib/src/rust");
        let real = sources.canonicalize().ok();
        [Some(sources), real].into_iter().flatten().collect()
    }
}

fn sysroot(rustc: &Path) -> Result<PathBuf> {
    let text = process::output(Command::new(rustc).args(["--print", "sysroot"]), minutes(1))?;
    Ok(PathBuf::from(text.trim()))
}

fn host(version: &str) -> Option<String> {
    version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_is_read_from_the_version() {
        assert_eq!(
            host("rustc 1.95.0\nhost: x86_64-unknown-linux-gnu\n").as_deref(),
            Some("x86_64-unknown-linux-gnu")
        );
        assert_eq!(host(""), None);
    }
}
