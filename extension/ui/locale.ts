// The language of the words that are shown. The browser falls back to another catalogue when it has none for its
// own language; dates and direction follow the words, not the browser.

import { language, text } from "../platform/browser";

const offered = language();
const catalogue = text("catalogue_language");
const translated = primary(offered.tag) === primary(catalogue);

/** BCP 47 tag for `lang` and for Intl. */
export const locale = translated ? offered.tag : catalogue;

/** Direction of the interface. The person's own text has `dir=auto`. */
export const direction = translated ? offered.direction : "ltr";

function primary(tag: string): string {
  return tag.split(/[-_]/)[0]?.toLowerCase() ?? "";
}
