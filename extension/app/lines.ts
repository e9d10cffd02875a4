// The lines of an export as they would be signed: readable, or byte for byte.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { DraftRecord } from "../platform/messages";
import { exactly } from "../ui/exact";
import { number, plural, recordName } from "../ui/words";

/** Where a line comes from, and the record's own text once it was asked for. */
export interface Origin {
  record: DraftRecord;
  before: string | undefined;
  look: () => void;
}

/** One line. What a line holds beyond the text is shown by its own names: they are what the reader gets. */
export function line(value: string, index: number, bytes: boolean, origin?: Origin): TemplateResult {
  const fields = bytes ? null : fieldsOf(value);
  return html`<li class="line sheet" data-line=${index}>
    <span class="number mono">${number(index + 1)}</span>
    <div>
      ${fields ? readable(fields) : html`<pre class="exact mono bytes" dir="ltr" data-bytes>${exactly(value)}</pre>`}
      ${origin ? whence(origin) : nothing}
    </div>
  </li>`;
}

function readable(fields: Array<[string, unknown]>): TemplateResult {
  const words = fields.find(([name]) => name === "text");
  const rest = fields.filter(([name]) => name !== "text");
  return html`${words ? html`<p class="exact" dir="auto" data-field="text">${exactly(String(words[1]))}</p>` : nothing}
    <dl class="fields" dir="ltr">
      ${rest.map(
        ([name, value]) => html`<div>
          <dt>${name}</dt>
          <dd class="mono" data-field=${name}>${typeof value === "string" ? exactly(value) : JSON.stringify(value)}</dd>
        </div>`,
      )}
    </dl>`;
}

/** How much of the record is hidden, and what was written there: both are seen before it is signed. */
function whence({ record, before, look }: Origin): TemplateResult {
  const { seq, place, hidden, shown } = record;
  const counts = [
    hidden > 0 ? plural("hiding_hidden", hidden) : "",
    shown > 0 ? plural("hiding_shown", shown) : "",
  ].filter((words) => words !== "");
  return html`<div class="whence small" data-of=${seq} data-hidden=${hidden} data-shown=${shown}>
    <p class="bar">
      ${counts.length > 0 ? html`<span>${counts.join(" · ")}</span>` : nothing}
      <a href="#records/${seq}" data-action="line-record">${text("line_decide", recordName(place))}</a>
    </p>
    ${
      hidden > 0
        ? html`<details @toggle=${look}>
          <summary data-action="line-before">${text("line_before", recordName(place))}</summary>
          ${before === undefined ? nothing : html`<p class="exact" dir="auto" data-before>${exactly(before)}</p>`}
        </details>`
        : nothing
    }
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
