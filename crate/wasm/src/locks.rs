//! One writer at a time, by a Web Lock over the whole profile. The browser frees it when its holder dies.

use counterfoil_app::error::{Code, Failure};
use counterfoil_app::ports::Exclusive;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::host::Browser;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request(name: &str, granted: &JsValue) -> Result<Promise, JsValue>;
}

/// The lock, until it is dropped.
pub(crate) struct Held {
    release: Function,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Resolving a promise runs no code of ours and cannot fail.
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

impl Exclusive for Browser {
    type Guard = Held;

    async fn exclusive(&self) -> Result<Held, Failure> {
        let refused = || Failure::with(Code::Internal, "lock");
        // The lock is held as long as the promise that its callback returned is open.
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        // Also where nobody waits for the turn any more: then it ends as soon as it comes.
        let guard = Held {
            release: release.ok_or_else(refused)?,
        };
        let mut requested = Err(JsValue::UNDEFINED);
        let turn = Promise::new(&mut |resolve, reject| {
            let held = held.clone();
            let granted = Closure::once_into_js(move |_lock: JsValue| {
                let _ = resolve.call0(&JsValue::UNDEFINED);
                held
            });
            requested = request(&self.lock, &granted).map(|ended| {
                // Refused before it was granted: the turn never comes, and says so.
                let refuse = Closure::once_into_js(move |reason: JsValue| {
                    let _ = reject.call1(&JsValue::UNDEFINED, &reason);
                });
                catch(&ended, refuse.unchecked_ref())
            });
        });
        let _watched = requested.map_err(|_| refused())?;
        JsFuture::from(turn).await.map_err(|_| refused())?;
        Ok(guard)
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Promise)]
    type Pending;
    #[wasm_bindgen(method, js_name = catch)]
    fn catch_with(this: &Pending, handler: &Function) -> Promise;
}

fn catch(promise: &Promise, handler: &Function) -> Promise {
    promise.unchecked_ref::<Pending>().catch_with(handler)
}
