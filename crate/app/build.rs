//! Compiles `extension/adapters` into the table of the rules.

use std::path::Path;
use std::{env, fs, process};

use counterfoil_adapter::read;

fn main() {
    let folder = Path::new("../../extension/adapters");
    println!("cargo::rerun-if-changed={}", folder.display());
    let (Ok(files), Some(out)) = (read::folder(folder).map_err(refuse), env::var_os("OUT_DIR")) else {
        process::exit(1);
    };
    if let Err(error) = fs::write(Path::new(&out).join("adapters.rs"), read::table(&files)) {
        println!("cargo::error=the table of the adapters cannot be written: {error}");
        process::exit(1);
    }
}

fn refuse(invalid: read::Invalid) {
    println!("cargo::error=extension/adapters/{invalid}");
}
