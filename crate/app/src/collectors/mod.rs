pub mod view;
use crate::app::{App, Done};
use crate::error::{Code, Result};
use crate::message::{OfferChoice, Statements, Withdrawn};
use crate::ports::Host;
impl<H: Host> App<H> {
    pub(crate) async fn collectors(&self) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn look_collector(&self, _: &str, _: Option<&str>) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn add_collector(&self, _: &str, _: &str, _: Option<&str>) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn take_statements(&self, _: &str) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn refresh_collector(&self, _: &str) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn remove_collector(&self, _: &str) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn credit_limit(&self, _: &str, _: Option<u64>) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn draft_offer(&self, _: OfferChoice) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn send(&self, _: &str) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn withdraw(&self, _: &str, _: Withdrawn, _: bool) -> Result<Done> { Err(Code::Internal.into()) }
    pub(crate) async fn statements(&self, _: &str, _: Statements) -> Result<Done> { Err(Code::Internal.into()) }
}
