//! What the run is given by `cargo xtask`: the packed extension, the command line, browsers, drivers, Pythons.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::browser::{Dress, Kind};
use crate::process::output;
use crate::until::SOON;

/// Paths of everything that is driven, each from the environment variable named beside it.
#[derive(Debug, Clone)]
pub struct Tools {
    /// `COUNTERFOIL_CHROME_ZIP`: the package for Chromium.
    pub chrome_zip: PathBuf,
    /// `COUNTERFOIL_FIREFOX_ZIP`: the package for Firefox.
    pub firefox_zip: PathBuf,
    /// `COUNTERFOIL_BIN`: the command line.
    pub counterfoil: PathBuf,
    /// `COUNTERFOIL_COLLECTOR_BIN`: the reference collector.
    pub collector: PathBuf,
    /// `CHROMIUM`.
    pub chromium: PathBuf,
    /// `CHROMEDRIVER`.
    pub chromedriver: PathBuf,
    /// `FIREFOX`.
    pub firefox: PathBuf,
    /// `GECKODRIVER`.
    pub geckodriver: PathBuf,
    /// `COUNTERFOIL_VENV_VERIFY`: a Python with `python/verify.txt`.
    pub verify_python: PathBuf,
    /// `COUNTERFOIL_VENV_WHOOGLE`: a Python with `python/whoogle.txt`.
    pub whoogle_python: PathBuf,
    /// `COUNTERFOIL_VENV_GRADIO`: a Python with `python/gradio.txt`.
    pub gradio_python: PathBuf,
    /// `COUNTERFOIL_VENV_CHAINLIT`: a Python with `python/chainlit.txt`.
    pub chainlit_python: PathBuf,
    /// `COUNTERFOIL_VENV_STREAMLIT`: a Python with `python/streamlit.txt`.
    pub streamlit_python: PathBuf,
    /// `COUNTERFOIL_VENV_PANEL`: a Python with `python/panel.txt`.
    pub panel_python: PathBuf,
    /// `COUNTERFOIL_VENV_TRAC`: a Python with `python/trac.txt`.
    pub trac_python: PathBuf,
    /// `COUNTERFOIL_VENV_COLLECTOR`: a Python with `tests/collector/python/collector.txt`.
    pub collector_python: PathBuf,
    /// `COUNTERFOIL_EDITORS`: the built pages of `tests/editors`.
    pub editors: PathBuf,
    /// `COUNTERFOIL_AXE`: the checker of accessibility, one script.
    pub axe: PathBuf,
    /// How the browsers are dressed; no variable.
    pub dress: Dress,
    /// `COUNTERFOIL_OUT`: where screenshots, bundles and reports go.
    pub out: PathBuf,
}

impl Tools {
    /// The package for a browser.
    pub fn package(&self, kind: Kind) -> &Path {
        match kind {
            Kind::Chromium => &self.chrome_zip,
            Kind::Firefox => &self.firefox_zip,
        }
    }

    /// The same with the package in place that the command packs.
    pub async fn packed(&self, zip: PathBuf, command: Command) -> Result<Self> {
        let (code, text) = output("packing", command, SOON).await?;
        ensure!(code == Some(0), "{} was not packed: {text}", zip.display());
        Ok(Self {
            chrome_zip: zip.clone(),
            firefox_zip: zip,
            ..self.clone()
        })
    }

    /// Reads the environment; the error names every variable that is missing or names no file.
    pub fn from_env() -> Result<Self> {
        let mut wrong = Vec::new();
        let mut path = |name: &str| {
            let path = std::env::var_os(name).map(PathBuf::from).unwrap_or_default();
            if path.as_os_str().is_empty() {
                wrong.push(format!("{name} is not set"));
            } else if name != "COUNTERFOIL_OUT" && !path.exists() {
                wrong.push(format!("{name} names {}, which does not exist", path.display()));
            }
            path
        };
        let tools = Self {
            chrome_zip: path("COUNTERFOIL_CHROME_ZIP"),
            firefox_zip: path("COUNTERFOIL_FIREFOX_ZIP"),
            counterfoil: path("COUNTERFOIL_BIN"),
            collector: path("COUNTERFOIL_COLLECTOR_BIN"),
            chromium: path("CHROMIUM"),
            chromedriver: path("CHROMEDRIVER"),
            firefox: path("FIREFOX"),
            geckodriver: path("GECKODRIVER"),
            verify_python: path("COUNTERFOIL_VENV_VERIFY"),
            whoogle_python: path("COUNTERFOIL_VENV_WHOOGLE"),
            gradio_python: path("COUNTERFOIL_VENV_GRADIO"),
            chainlit_python: path("COUNTERFOIL_VENV_CHAINLIT"),
            streamlit_python: path("COUNTERFOIL_VENV_STREAMLIT"),
            panel_python: path("COUNTERFOIL_VENV_PANEL"),
            trac_python: path("COUNTERFOIL_VENV_TRAC"),
            collector_python: path("COUNTERFOIL_VENV_COLLECTOR"),
            editors: path("COUNTERFOIL_EDITORS"),
            axe: path("COUNTERFOIL_AXE"),
            dress: Dress::LIGHT,
            out: path("COUNTERFOIL_OUT"),
        };
        if !wrong.is_empty() {
            bail!(
                "{}.\nThese are prepared and set by the build: run `cargo xtask test` (or `cargo xtask run`).",
                wrong.join(";\n")
            );
        }
        std::fs::create_dir_all(&tools.out)
            .with_context(|| format!("cannot create COUNTERFOIL_OUT, {}", tools.out.display()))?;
        Ok(tools)
    }
}

/// A folder of this crate's sources, or of `tests/` beside it, found from where it was compiled.
pub fn tests_dir(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// A script in `tests/e2e/python`.
pub fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(name)
}
