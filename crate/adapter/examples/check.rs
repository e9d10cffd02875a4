//! Checks a folder of adapters and compiles each into another folder, as a build does: `cargo run --package
//! counterfoil-adapter --features read --example check -- extension/adapters target/adapters`.

use std::path::Path;
use std::process::ExitCode;

use counterfoil_adapter::read;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or("extension/adapters".into());
    let out = arguments.next().unwrap_or("target/adapters".into());
    match compile(Path::new(&folder), Path::new(&out)) {
        Ok(count) => {
            println!("{count} adapters are whole; what their pages get is in {out}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn compile(folder: &Path, out: &Path) -> Result<usize, String> {
    let files = read::folder(folder).map_err(|invalid| invalid.to_string())?;
    let write = |name: &str, script: String| std::fs::write(out.join(name), script);
    std::fs::create_dir_all(out)
        .and_then(|()| write("families.js", read::families(&files)))
        .and_then(|()| {
            files
                .iter()
                .try_for_each(|file| write(&format!("{}.js", file.id), read::page(file)))
        })
        .map_err(|error| format!("{}: {error}", out.display()))?;
    Ok(files.len())
}
