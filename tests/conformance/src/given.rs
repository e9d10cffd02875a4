//! What a run is given by `cargo xtask`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// Paths, each from the environment variable named beside it.
#[derive(Debug)]
pub(crate) struct Given {
    /// `COUNTERFOIL_PROBE`: the probe as a WebAssembly module for Node.js.
    pub(crate) probe: PathBuf,
    /// `COUNTERFOIL_VENV_CONFORMANCE`: a Python with `python/conformance.txt`.
    pub(crate) python: PathBuf,
    /// `COUNTERFOIL_NPM_CONFORMANCE`: a folder with the npm packages of `node/package.json`.
    pub(crate) packages: PathBuf,
    /// `COUNTERFOIL_BIN`: the command line.
    pub(crate) counterfoil: PathBuf,
    /// `COUNTERFOIL_OUT`: an empty folder for what the run leaves.
    pub(crate) out: PathBuf,
}

impl Given {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable is missing or names nothing; the error names every one.
    pub(crate) fn from_env() -> Result<Self> {
        let mut wrong = Vec::new();
        let mut path = |name: &str| {
            let path = std::env::var_os(name).map(PathBuf::from).unwrap_or_default();
            if !path.exists() {
                wrong.push(format!("{name} names nothing that exists"));
            }
            path
        };
        let given = Self {
            probe: path("COUNTERFOIL_PROBE"),
            python: path("COUNTERFOIL_VENV_CONFORMANCE"),
            packages: path("COUNTERFOIL_NPM_CONFORMANCE"),
            counterfoil: path("COUNTERFOIL_BIN"),
            out: path("COUNTERFOIL_OUT"),
        };
        if !wrong.is_empty() {
            bail!("{}: run `cargo xtask test`, which brings them", wrong.join("; "));
        }
        Ok(given)
    }
}

/// The root of the checkout that this was compiled in.
///
/// # Errors
/// It is not there any more.
pub(crate) fn root() -> Result<PathBuf> {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .context("the checkout that this was compiled in is gone: compile it anew")
}
