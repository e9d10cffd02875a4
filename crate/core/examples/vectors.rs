//! Writes the vectors of bundles below `tests/vectors`: `cargo run -p counterfoil-core --example vectors`.

#[path = "../tests/forge/mod.rs"]
mod forge;

use std::fs;
use std::io;
use std::path::Path;

fn main() -> io::Result<()> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors");
    let bundles = directory.join("bundle");
    if bundles.exists() {
        fs::remove_dir_all(&bundles)?;
    }
    fs::create_dir_all(&bundles)?;
    let vectors = forge::vectors::all();
    for vector in &vectors {
        fs::write(bundles.join(vector.name).with_extension("zip"), &vector.bytes)?;
    }
    fs::write(directory.join("index.json"), forge::vectors::index(&vectors))?;
    fs::write(directory.join("keys.json"), forge::vectors::key_file())
}
