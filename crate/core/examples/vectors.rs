//! Writes the vectors below `tests/vectors`: `cargo run -p counterfoil-core --example vectors`.

#[path = "../tests/forge/mod.rs"]
mod forge;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let vectors = forge::vectors::all();
    let bundles = emptied(directory.join("bundle"))?;
    for vector in &vectors {
        fs::write(bundles.join(vector.name).with_extension("zip"), &vector.bytes)?;
    }
    fs::write(directory.join("index.json"), forge::vectors::index(&vectors))?;
    fs::write(directory.join("keys.json"), forge::vectors::key_file())?;
    for folder in forge::case::folders() {
        let there = emptied(directory.join(folder.name))?;
        for case in &folder.cases {
            fs::write(there.join(&case.file), case.stored())?;
        }
        fs::write(there.join("index.json"), folder.index())?;
    }
    Ok(())
}

/// The folder, with nothing in it.
fn emptied(folder: PathBuf) -> io::Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
