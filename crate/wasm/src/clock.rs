//! The time of the browser.

use counterfoil_app::ports::Clock;

use crate::host::Browser;

impl Clock for Browser {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole milliseconds since 1970
    fn now(&self) -> u64 {
        js_sys::Date::now().max(0.0) as u64
    }
}
