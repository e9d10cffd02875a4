// What would be signed, seen before it is: exactly these lines, what they hide, what was left out and why. An export and
// a share for an offer show it the same way, so that approving means the same in both.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { text } from "../platform/browser";
import type { DraftView } from "../platform/messages";
import { ask } from "../ui/ask";
import { icon } from "../ui/icon";
import { number, plural, recordName } from "../ui/words";
import { line } from "./lines";
import { digestOf } from "./saving";
import { attempt } from "./section";

/** Lines painted at a time: a long export is shown whole, but not all at once. */
const LINES = 100;

export class Preview {
  readonly view: DraftView;
  /** Of exactly the lines that are shown. */
  readonly digest: string;
  readonly #paint: () => void;
  #painted = LINES;
  #bytes: boolean;
  #gone = false;
  /** The texts of records as they were written, by number: asked for one by one. */
  #before = new Map<number, string>();

  private constructor(view: DraftView, digest: string, paint: () => void, bytes: boolean) {
    this.view = view;
    this.digest = digest;
    this.#paint = paint;
    this.#bytes = bytes;
  }

  /** @param bytes whether the lines are shown byte for byte at first. */
  static async of(view: DraftView, paint: () => void, bytes: boolean): Promise<Preview> {
    return new Preview(view, await digestOf(view.lines), paint, bytes);
  }

  /** Whether the lines are shown byte for byte. */
  get bytes(): boolean {
    return this.#bytes;
  }

  /** The digest computed anew from the lines in sight: what is signed is what is shown, or nothing. */
  approval(): Promise<string> {
    return digestOf(this.view.lines);
  }

  /** It is shown no longer: what is still being read for it stays away. */
  close(): void {
    this.#gone = true;
    this.#before.clear();
  }

  /** Who signs, after what, and the digest: entries for a list of facts. */
  facts(): TemplateResult {
    const { view, digest } = this;
    return html`<dt>${text("export_time")}</dt>
      <dd>${text(`export_time_${view.time}`)}</dd>
      <dt>${text("review_signer")}</dt>
      <dd class="mono" data-did><bdi dir="ltr">${view.did}</bdi></dd>
      <dt>${text("review_before")}</dt>
      <dd>${view.start === 0 ? text("review_first") : plural("review_start", view.start)}</dd>
      <dt>${text("review_digest")}</dt>
      <dd class="mono" data-digest><bdi dir="ltr">${digest}</bdi></dd>`;
  }

  /** What is left out, what the lines hide, and the choice to see every byte. */
  notes(): TemplateResult {
    return html`${excluded(this.view)} ${hides(this.view)}
      <label class="choice">
        <input
          type="checkbox"
          data-action="exact-bytes"
          .checked=${live(this.#bytes)}
          @change=${(event: Event) => {
            this.#bytes = event.target instanceof HTMLInputElement && event.target.checked;
            this.#paint();
          }}
        />
        <span>${text("exact_bytes")}<small>${text("exact_bytes_why")}</small></span>
      </label>`;
  }

  /** The lines. */
  lines(): TemplateResult {
    const { view } = this;
    const count = view.lines.length;
    return html`<ol class="lines" aria-label=${text("review_lines")}>
        ${view.lines.slice(0, this.#painted).map((value, index) => {
          const record = view.records[index];
          return line(
            value,
            index,
            this.#bytes,
            record && {
              record,
              before: this.#before.get(record.seq),
              look: () => void this.#look(record.seq),
            },
          );
        })}
      </ol>
      ${
        this.#painted < count
          ? html`<div class="end">
            <p class="small soft">${plural("review_shown", count, number(this.#painted))}</p>
            <button type="button" class="button" data-action="more-lines" @click=${this.#more}>
              ${text("more")}
            </button>
          </div>`
          : nothing
      }`;
  }

  #more = (): void => {
    this.#painted += LINES;
    this.#paint();
  };

  /** Reads what was written in a record whose line hides something. */
  async #look(seq: number): Promise<void> {
    if (this.#before.has(seq)) return;
    await attempt(async () => {
      const { view } = await ask({ type: "record", seq }, "record");
      if (!this.#gone) this.#before.set(seq, view.text);
    });
    this.#paint();
  }
}

function excluded({ excluded }: DraftView): TemplateResult | typeof nothing {
  if (excluded.length === 0) return nothing;
  return html`<div class="strip" data-excluded=${excluded.length}>
    ${icon("warning")}
    <div>
      <p>${plural("review_excluded", excluded.length)}</p>
      <ul>
        ${excluded.map(
          ({ seq, place, code }) =>
            html`<li data-code=${code}>
              <a href="#records/${seq}">${text("record_number", recordName(place))}</a>: ${text(code)}
            </li>`,
        )}
      </ul>
    </div>
  </div>`;
}

/** What the lines hide in all, and what they show although it was found. */
function hides({ records }: DraftView): TemplateResult {
  const hidden = records.reduce((sum, record) => sum + record.hidden, 0);
  const shown = records.reduce((sum, record) => sum + record.shown, 0);
  return html`<p class=${shown > 0 ? "strip" : "small"} data-hides=${hidden} data-shows=${shown}>
    ${shown > 0 ? icon("warning") : nothing}
    <span
      >${hidden === 0 && shown === 0 ? text("hiding_nothing") : text("hiding_both", plural("hiding_hidden", hidden), plural("hiding_shown", shown))}
      ${text("hiding_limits")}</span
    >
  </p>`;
}
