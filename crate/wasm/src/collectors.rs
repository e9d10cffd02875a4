//! The door of the collectors.

use std::rc::Rc;

use counterfoil_app::app::{App, Sender};
use counterfoil_app::collectors::CollectorOutcome;
use counterfoil_app::collectors::message::{CollectorAnswer, CollectorRequest};
use counterfoil_app::error::Code;
use counterfoil_app::tagged::from_json;
use wasm_bindgen::prelude::*;

use crate::give::give;
use crate::host::Browser;
use crate::session::Session;

/// A door for one message: what it opened is closed with it, so that locking the profile leaves nothing open here.
#[wasm_bindgen]
pub struct Collectors {
    app: Rc<App<Browser>>,
}

#[wasm_bindgen]
impl Collectors {
    /// Opens the door, with what the platform does.
    #[wasm_bindgen(constructor)]
    pub fn new(session: Session) -> Self {
        Self {
            app: Rc::new(App::new(Browser::new(session))),
        }
    }

    /// Answers a message about collectors; see `Door::handle`.
    pub async fn handle(&self, sender: String, message: String) -> JsValue {
        let sender = serde_json::from_str::<Sender>(&sender).map_err(|_| Code::MessageInvalid.into());
        let outcome = match (sender, from_json::<CollectorRequest>(message.as_bytes())) {
            (Ok(sender), Ok(request)) => self.app.handle_collectors(&sender, request).await,
            (Err(failure), _) | (_, Err(failure)) => CollectorOutcome {
                answer: CollectorAnswer::Failed { failure },
                effects: Vec::new(),
            },
        };
        give(&outcome)
    }
}
