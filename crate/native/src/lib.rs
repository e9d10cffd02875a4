//! The ports of the app on `SQLite`, files and the operating system: what the command line keeps a log in.
//!
//! A [`Profile`] is one directory, open to its owner only:
//!
//! ```text
//! counterfoil.sqlite   the rows: one table for each of the app's (and -wal, -shm while it is open)
//! keys/                small files, overwritten in place when they change
//! device.key           32 bytes that wrap the data key
//! lock                 locked by whoever writes
//! ```
//!
//! `device.key` lies beside what it protects: it keeps a copied database from being read, and nothing from somebody
//! who has the directory. Only a passphrase does that.
//!
//! Nothing here waits for anything but the disk and the lock, and it waits for those where it stands: futures of the
//! app are run by [`block_on`].
//!
//! ```
//! use counterfoil_app::ports::{Batch, Op, Store, Table};
//! use counterfoil_native::{Profile, block_on};
//!
//! # let scratch = tempfile::tempdir()?;
//! # let directory = scratch.path().join("log");
//! let profile = Profile::create(&directory)?;
//! let batch = Batch {
//!     guard: (Table::Meta, "greeting".into(), None),
//!     ops: vec![Op::Put(Table::Meta, "greeting".into(), b"hello".to_vec())],
//! };
//! assert_eq!(block_on(profile.commit(batch)), Ok(()));
//!
//! let again = Profile::open(&directory)?;
//! assert_eq!(block_on(again.get(Table::Meta, "greeting")), Ok(Some(b"hello".to_vec())));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod executor;
mod files;
mod keyring;
mod locks;
mod path;
mod profile;
mod store;
mod system;

pub use executor::block_on;
pub use locks::Held;
pub use profile::{OpenError, Profile};
