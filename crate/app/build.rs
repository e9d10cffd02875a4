//! Compiles `extension/adapters` into the table of the rules.

use std::path::Path;
use std::{env, fs, process};

use counterfoil_adapter::read;

fn main() {
    let folder = Path::new("../../extension/adapters");
    println!("cargo::rerun-if-changed={}", folder.display());
    if let Err(why) = compile(folder) {
        println!("cargo::error={why}");
        process::exit(1);
    }
}

fn compile(folder: &Path) -> Result<(), String> {
    let files = read::folder(folder).map_err(|invalid| format!("extension/adapters/{invalid}"))?;
    let out = env::var_os("OUT_DIR").ok_or("cargo names no folder to write to")?;
    fs::write(Path::new(&out).join("adapters.rs"), read::table(&files))
        .map_err(|error| format!("the table of the adapters cannot be written: {error}"))
}
