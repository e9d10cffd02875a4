// The person's text as it is, character for character, with what would not be seen made visible.

import { html, type TemplateResult } from "lit-html";

// Direction overrides and isolates, and control characters except tab and line feed.
const UNSEEN = /((?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069])/u;

/**
 * A text in which each unseen character stands isolated, with its code point shown by the style sheet: copying
 * and `textContent` give the exact text.
 */
export function exactly(value: string): TemplateResult {
  return html`${value
    .split(UNSEEN)
    .map((piece, index) =>
      index % 2 === 0 ? piece : html`<bdi class="unseen" data-code=${codePoint(piece)}>${piece}</bdi>`,
    )}`;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
