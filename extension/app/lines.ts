// The lines of an export as they would be signed: readable, or byte for byte.

import { html, nothing, type TemplateResult } from "lit-html";
import { exactly } from "../ui/exact";
import { number } from "../ui/words";

/** One line. What a line holds beyond the text is shown by its own names: they are what the reader gets. */
export function line(value: string, index: number, bytes: boolean): TemplateResult {
  const fields = bytes ? null : fieldsOf(value);
  return html`<li class="line sheet" data-line=${index}>
    <span class="number mono">${number(index + 1)}</span>
    ${fields ? readable(fields) : html`<pre class="exact mono bytes" dir="ltr" data-bytes>${exactly(value)}</pre>`}
  </li>`;
}

function readable(fields: Array<[string, unknown]>): TemplateResult {
  const words = fields.find(([name]) => name === "text");
  const rest = fields.filter(([name]) => name !== "text");
  return html`<div>
    ${words ? html`<p class="exact" dir="auto" data-field="text">${exactly(String(words[1]))}</p>` : nothing}
    <dl class="fields" dir="ltr">
      ${rest.map(
        ([name, value]) => html`<div>
          <dt>${name}</dt>
          <dd class="mono" data-field=${name}>${typeof value === "string" ? exactly(value) : JSON.stringify(value)}</dd>
        </div>`,
      )}
    </dl>
  </div>`;
}

/** The fields of a JSON object, or `null` where the line is none: then it is shown as it is. */
function fieldsOf(value: string): Array<[string, unknown]> | null {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
      ? Object.entries(parsed)
      : null;
  } catch {
    return null;
  }
}
