//! What the extension's platform does, which alone knows what the browser calls it: remember something until the browser
//! closes, in memory only, and send requests to collectors.

use base64ct::{Base64, Encoding as _};
use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::{Guess, HTTP_BYTES, HTTP_SECONDS, Http, HttpRequest, HttpResponse, Languages};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::{Zeroize, Zeroizing};

use crate::exception::Exception;
use crate::host::Browser;

#[wasm_bindgen(typescript_custom_section)]
const SESSION: &str = "
/** One text that the browser remembers until it closes, in memory only; and requests. */
export interface Session {
  get(): Promise<string | undefined>;
  set(text: string | undefined): Promise<void>;
  /**
   * Sends a request to a collector; empty texts and an empty body are none. Gives the status and the body, which is
   * `undefined` where it has more bytes than may be. Rejects where no answer comes in time, or one that leads elsewhere.
   */
  send(
    method: string,
    url: string,
    mediaType: string,
    bearer: string,
    body: Uint8Array<ArrayBuffer>,
    mostBytes: number,
    seconds: number,
  ): Promise<[status: number, body: Uint8Array | undefined]>;
  /** Whether the browser lets data of all these sorts leave. */
  permits(data: string[]): Promise<boolean>;
  /** What language a text seems to be in, whether that is sure, and the languages that the person reads. */
  language(text: string): Promise<[tag: string, reliable: boolean, read: string[]]>;
}
";

#[wasm_bindgen]
extern "C" {
    /// The text that is remembered.
    #[wasm_bindgen(typescript_type = "Session")]
    #[derive(Clone)]
    pub type Session;
    #[wasm_bindgen(method, catch, js_name = get)]
    async fn get_text(this: &Session) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = set)]
    async fn set_text(this: &Session, text: Option<String>) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    #[allow(clippy::too_many_arguments)] // the platform's
    async fn send(
        this: &Session,
        method: &str,
        url: &str,
        media_type: &str,
        bearer: &str,
        body: Uint8Array,
        most_bytes: u32,
        seconds: u32,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn permits(this: &Session, data: Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn language(this: &Session, text: &str) -> Result<JsValue, JsValue>;
}

/// What is remembered, in bytes; nothing if it is no base64.
pub(crate) async fn recall(session: &Session) -> Result<Option<Zeroizing<Vec<u8>>>, Exception> {
    let text = session.get_text().await?.as_string().map(Zeroizing::new);
    Ok(text.and_then(|text| Base64::decode_vec(&text).ok().map(Zeroizing::new)))
}

pub(crate) async fn remember(session: &Session, secret: Option<&[u8]>) -> Result<(), Exception> {
    let mut text = secret.map(Base64::encode_string);
    let remembered = session.set_text(text.clone()).await;
    text.zeroize();
    Ok(remembered?)
}

impl Http for Browser {
    async fn http(&self, request: HttpRequest<'_>) -> Result<HttpResponse, Failure> {
        let HttpRequest {
            method,
            url,
            media_type,
            bearer,
            body,
        } = request;
        let most = u32::try_from(HTTP_BYTES).unwrap_or(u32::MAX);
        let sending = self.session.send(
            method,
            url,
            media_type,
            bearer,
            Uint8Array::from(body),
            most,
            HTTP_SECONDS,
        );
        let answered = sending
            .await
            .map_err(|thrown| Failure::with(Code::CollectorUnreachable, Exception::from(thrown).name))?;
        let answered: Array = answered.unchecked_into();
        let status = answered.get(0).as_f64().unwrap_or(0.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // what is no status becomes none
        let status = status as u16;
        match answered.get(1).dyn_into::<Uint8Array>() {
            Ok(body) => Ok(HttpResponse {
                status,
                body: body.to_vec(),
            }),
            Err(_) => Err(Failure::with(Code::CollectorAnswer, "length")),
        }
    }

    async fn permits(&self, data: &[&str]) -> Result<bool, Failure> {
        let data: Array = data.iter().map(|sort| JsValue::from_str(sort)).collect();
        let permitted = self.session.permits(data).await.map_err(refused)?;
        Ok(permitted.is_truthy())
    }
}

impl Languages for Browser {
    async fn language(&self, text: &str) -> Result<Guess, Failure> {
        let told: Array = self
            .session
            .language(text)
            .await
            .map_err(refused)?
            .unchecked_into();
        let read: Array = told.get(2).unchecked_into();
        Ok(Guess {
            tag: told.get(0).as_string().unwrap_or_default(),
            reliable: told.get(1).is_truthy(),
            read: read.iter().filter_map(|tag| tag.as_string()).collect(),
        })
    }
}

fn refused(thrown: JsValue) -> Failure {
    Failure::with(Code::BrowserRefused, Exception::from(thrown).name)
}
