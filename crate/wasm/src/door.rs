//! The message door: what the background's listeners call. Every call is answered.

use std::rc::Rc;

use counterfoil_app::app::{App, Outcome, Sender};
use counterfoil_app::error::Code;
use counterfoil_app::message::{Answer, Effect, Event, Icon, Request};
use counterfoil_app::tagged::from_json;
use wasm_bindgen::prelude::*;

use crate::give::give;
use crate::host::Browser;
use crate::session::Session;

/// The one door of a background.
#[wasm_bindgen]
pub struct Door {
    app: Rc<App<Browser>>,
}

#[wasm_bindgen]
impl Door {
    /// Opens the door, with what the browser remembers until it closes. Touches nothing until the first message.
    #[wasm_bindgen(constructor)]
    pub fn new(session: Session) -> Self {
        Self {
            app: Rc::new(App::new(Browser::new(session))),
        }
    }

    /// Answers a message: takes what the browser says of the sender and the message as it came, each as JSON, and
    /// returns `{answer, effects}`. JSON, since its reader refuses unknown fields and endless nesting: a page that was
    /// taken over can send any value.
    pub async fn handle(&self, sender: String, message: String) -> JsValue {
        let sender = serde_json::from_str::<Sender>(&sender).map_err(|_| Code::MessageInvalid.into());
        let outcome = match (sender, from_json::<Request>(message.as_bytes())) {
            (Ok(sender), Ok(request)) => self.app.handle(&sender, request).await,
            (Err(failure), _) | (_, Err(failure)) => Outcome {
                answer: Answer::Failed { failure },
                effects: Vec::new(),
            },
        };
        give(&outcome)
    }

    /// Takes an event of the browser, as JSON, and returns the effects.
    pub async fn event(&self, event: String) -> JsValue {
        let effects = match from_json::<Event>(event.as_bytes()) {
            Ok(event) => self.app.event(event).await,
            Err(failure) => Err(failure),
        };
        // What failed shows in the toolbar: an event has nobody to answer.
        give(&effects.unwrap_or_else(|_| {
            vec![Effect::Badge {
                text: "!".into(),
                icon: Icon::Attention,
            }]
        }))
    }
}
