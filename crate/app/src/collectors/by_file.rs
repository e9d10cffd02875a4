//! In place of the channel, in a build without one: statements come and go as files, and nobody is asked anything.
#![allow(clippy::unused_async)] // in the place of what waits

use super::{Done, Sent};
use crate::app::App;
use crate::error::{Code, Result};
use crate::ports::Host;

/// Where a collector would describe itself.
pub(super) const DESCRIPTION: &str = "";

pub(super) fn origin(_: &str) -> Result<String> {
    Err(Code::CollectorAddress.into())
}

impl<H: Host> App<H> {
    pub(super) async fn get(&self, _: &str, _: &str) -> Result<Sent> {
        Err(Code::CollectorAddress.into())
    }

    pub(crate) async fn refresh_collector(&self, _: &str) -> Result<Done> {
        Err(Code::CollectorAddress.into())
    }

    pub(crate) async fn send(&self, _: &str) -> Result<Done> {
        Err(Code::CollectorAddress.into())
    }

    pub(super) async fn send_withdrawals(&self, _: &str) -> Result<()> {
        Err(Code::CollectorAddress.into())
    }
}
