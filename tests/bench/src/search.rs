//! Searching as a person types, in memory.

use std::time::Instant;

use anyhow::{Result, bail};
use counterfoil_app::TOGETHER;
use counterfoil_app::app::{App, Sender};
use counterfoil_app::archive::keystrokes::{self, Keystroke};
use counterfoil_app::memory::Memory;
use counterfoil_app::message::{Answer, Request};
use counterfoil_native::block_on;

use crate::table::Table;

/// Sizes of the logs.
const SIZES: [u64; 3] = [1_000, 100_000, 1_000_000];

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let page = Sender {
        own: "chrome-extension://bench/".to_owned(),
        url: "chrome-extension://bench/app.html".to_owned(),
        ..Sender::default()
    };
    for size in SIZES {
        let host = Memory::default();
        host.set_time(1_795_000_000_000);
        let app = App::new(host);
        if let Answer::Failed { failure } =
            block_on(app.handle(&page, Request::Consent { given: true })).answer
        {
            bail!("refused: {failure}");
        }
        let mut made = 0;
        while made < size {
            let count = (size - made).min(TOGETHER as u64);
            block_on(app.bring(&keystrokes::records(made, count)))?;
            made += count;
        }
        let began = Instant::now();
        let clock = || began.elapsed().as_secs_f64() * 1000.0;
        let queries = keystrokes::queries();
        let fresh = App::new(app.host().reopen());
        fresh.host().set_time(1_795_000_000_000);
        for heat in ["cold", "warm"] {
            let typed = block_on(keystrokes::typed(&fresh, &page, &queries, clock))?;
            if std::env::var_os("COUNTERFOIL_EACH").is_some() {
                for one in &typed {
                    println!("{one:?}");
                }
            }
            let of = |time: fn(&Keystroke) -> f64| -> Vec<f64> { typed.iter().map(time).collect() };
            let name = format!("search, {size} records, {heat}");
            table.row(&format!("{name}, first answer"), "ms", &of(|one| one.first), None);
            table.row(&format!("{name}, whole page"), "ms", &of(|one| one.whole), None);
            let last = typed.iter().map(|one| one.whole).fold(0.0, f64::max);
            table.row(&format!("{name}, slowest page"), "ms", &[last], None);
        }
        let held = f64::from(u32::try_from(fresh.archive_bytes())?) / 1_048_576.0;
        table.row(&format!("search, {size} records, held"), "MiB", &[held], None);
    }
    Ok(())
}
