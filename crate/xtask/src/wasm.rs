//! The WebAssembly module and its JavaScript.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::process::{self, minutes};
use crate::provision::wasm_target::{TRIPLE, WasmTarget};
use crate::tree::{Tree, read_bytes};

/// The package that is compiled, and the profile of the workspace that it is compiled with.
pub(crate) const PACKAGE: &str = "counterfoil-wasm";
const PROFILE: &str = "wasm";
/// What captures, reviews, exports and restores.
const MAIN: &str = "counterfoil";
/// What searches.
const SEARCH: &str = "archive";
/// What deals with collectors.
const COLLECTORS: &str = "collectors";
/// Leaves out where in a source a panic is: in a browser nobody reads it. The flag is not stable yet; the target lets
/// the compiler take it.
const NO_LOCATIONS: &str = "-Zlocation-detail=none";
/// Registers of 128 bits, which every browser has that the extension is made for: hashing is a fifth faster.
const WIDE: &str = "-Ctarget-feature=+simd128";

/// Compiles `crate/wasm` three times, as the main module, as that of the search and as that of the collectors, and writes
/// each with its JavaScript and its types into the glue folder. Returns the main one as the compiler wrote it, in which
/// functions have names.
///
/// # Errors
/// The target cannot be brought, the crate does not compile, or a path of this machine is in the module.
pub(crate) fn build(tree: &Tree) -> Result<PathBuf> {
    let glue = tree.glue();
    crate::tree::empty(&glue)?;
    // The one that is measured comes last: both are written to the same place.
    let mut module = PathBuf::new();
    let collectors = if tree.channel {
        "collectors,channel"
    } else {
        "collectors"
    };
    for (name, features) in [
        (
            COLLECTORS,
            &["--no-default-features", "--features", collectors][..],
        ),
        (SEARCH, &["--no-default-features", "--features", "search"]),
        (MAIN, &[]),
    ] {
        module = compile_with(tree, PACKAGE, features)?;
        bind(&module, &glue, name)?;
        let bytes = read_bytes(&glue.join(format!("{name}_bg.wasm")))?;
        if let Some(path) = private_paths(tree)
            .iter()
            .find(|path| holds(&bytes, path.as_os_str().as_encoded_bytes()))
        {
            bail!(
                "the module holds {}, a path of this machine: add it to the prefixes that crate/xtask/src/wasm.rs remaps",
                path.display()
            );
        }
    }
    Ok(module)
}

/// Compiles `crate/wasm` with the suite of the ports, for a browser that is tested, and returns the folder of the
/// module and its JavaScript. Nothing of it is shipped.
///
/// # Errors
/// The target cannot be brought, or the crate does not compile.
pub(crate) fn ports(tree: &Tree) -> Result<PathBuf> {
    let folder = tree.at("target/ports");
    crate::tree::empty(&folder)?;
    bind(
        &compile_with(tree, PACKAGE, &["--features", "conformance"])?,
        &folder,
        MAIN,
    )?;
    Ok(folder)
}

/// Writes the JavaScript of a module and what it needs of the module into a folder, under a name.
fn bind(module: &Path, folder: &Path, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .omit_default_module_path(false)
        .out_name(name)
        .generate(folder)
        .with_context(|| format!("wasm-bindgen could not read {}", module.display()))
}

/// Compiles a package of the workspace and returns the module, as the compiler wrote it.
///
/// # Errors
/// The target cannot be brought, or the package does not compile.
pub(crate) fn compile(tree: &Tree, package: &str) -> Result<PathBuf> {
    compile_with(tree, package, &[])
}

fn compile_with(tree: &Tree, package: &str, features: &[&str]) -> Result<PathBuf> {
    let target = WasmTarget::bring()?;
    let mut command = process::cargo();
    command.arg("build");
    prepare_package(&mut command, tree, &target, package)?;
    command.args(["--profile", PROFILE]);
    command.args(features);
    process::run(&mut command, minutes(30))
        .with_context(|| format!("{package} was not compiled to WebAssembly"))?;
    let file = package.replace('-', "_") + ".wasm";
    Ok(tree.wasm.join(TRIPLE).join(PROFILE).join(file))
}

/// Arguments and environment of a compilation of the product's module.
///
/// # Errors
/// The compiler's own folder cannot be told.
pub(crate) fn prepare(command: &mut Command, tree: &Tree, target: &WasmTarget) -> Result<()> {
    prepare_package(command, tree, target, PACKAGE)
}

/// Arguments and environment that every compilation for WebAssembly shares.
///
/// # Errors
/// The compiler's own folder cannot be told.
fn prepare_package(command: &mut Command, tree: &Tree, target: &WasmTarget, package: &str) -> Result<()> {
    command
        .current_dir(&tree.root)
        .args(["--package", package, "--target", TRIPLE, "--target-dir"]);
    command.arg(&tree.wasm);
    // Flags and wrappers meant for native code would change the module from machine to machine.
    command
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_BUILD_RUSTFLAGS")
        .env_remove("RUSTC_WRAPPER");
    command.env("CARGO_ENCODED_RUSTFLAGS", flags(tree, target)?);
    target.apply(command, PROFILE);
    Ok(())
}

/// The flags that take the machine's paths out of the module: the same sources give the same bytes wherever they
/// lie. Of several prefixes that fit, rustc takes the last. And those that keep it small.
fn flags(tree: &Tree, target: &WasmTarget) -> Result<OsString> {
    let cargo = cargo_home()?;
    // What a build script writes lies in the folder of the build.
    let mut prefixes = vec![
        (cargo.clone(), "cargo"),
        (tree.root.clone(), "counterfoil"),
        (tree.wasm.clone(), "build"),
    ];
    // A registry's folder is named after its address, which mirrors change.
    let sources = cargo.join("registry/src");
    if let Ok(registries) = std::fs::read_dir(&sources) {
        let mut registries: Vec<_> = registries.flatten().map(|entry| entry.path()).collect();
        registries.sort_unstable();
        prefixes.extend(registries.into_iter().map(|registry| (registry, "registry")));
    }
    prefixes.extend(target.library().into_iter().map(|library| (library, "rust")));
    let mut flags = OsString::new();
    for (path, name) in prefixes {
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(path);
        flags.push("=");
        flags.push(name);
    }
    for flag in [NO_LOCATIONS, WIDE] {
        flags.push("\u{1f}");
        flags.push(flag);
    }
    Ok(flags)
}

/// Paths that tell about this machine.
fn private_paths(tree: &Tree) -> Vec<PathBuf> {
    let mut paths = vec![tree.root.clone(), tree.native.clone()];
    paths.extend(cargo_home().ok());
    paths
}

fn cargo_home() -> Result<PathBuf> {
    env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .context("neither CARGO_HOME nor the home folder is known: set CARGO_HOME")
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && bytes.windows(part.len()).any(|window| window == part)
}

/// The names of the modules that are shipped.
pub(crate) const MODULES: [&str; 3] = [MAIN, SEARCH, COLLECTORS];

/// The name of a module's file.
pub(crate) fn file(name: &str) -> String {
    format!("{name}_bg.wasm")
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_part_is_found_wherever_it_stands() {
        assert!(holds(b"\0/somewhere/here/x", b"/somewhere/here"));
        assert!(!holds(b"library/core", b"/somewhere/here"));
        assert!(!holds(b"", b"x"));
    }
}
