// What a ticket shows of a record that was found: the part of its text around the first match, with what matches marked.

import { html, type TemplateResult } from "lit-html";
import type { FoundItem } from "../../platform/messages";

/** The excerpt. Between its pieces nothing but the text may stand. */
export function excerptOf({ excerpt, begins, ends, matches }: FoundItem): Array<TemplateResult | string> {
  const pieces: Array<TemplateResult | string> = begins ? [] : ["…"];
  let place = 0;
  for (const { start, end } of matches) {
    pieces.push(excerpt.slice(place, start), html`<mark class="match">${excerpt.slice(start, end)}</mark>`);
    place = end;
  }
  pieces.push(excerpt.slice(place));
  if (!ends) pieces.push("…");
  return pieces;
}
