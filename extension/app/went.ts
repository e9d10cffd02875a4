// Where a record went: every collector that it was shared with, what came of it there, and taking it back.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { RecordShareView, RecordView } from "../platform/messages";
import { ask } from "../ui/ask";
import { inWords } from "../ui/fault";
import { announce } from "../ui/messages";
import { moment } from "../ui/time";
import { Trial } from "../ui/trial";
import { isolated, recordName } from "../ui/words";
import { reason } from "./shares";
import { asked } from "./withdrawals";

export class Went {
  readonly #paint: () => void;
  readonly #trial: Trial;
  /** The record whose ways are known or asked for. */
  #of: number | null = null;
  #ways: RecordShareView[] = [];
  #fault = "";

  constructor(paint: () => void) {
    this.#paint = paint;
    this.#trial = new Trial(paint);
  }

  /** Asks where a record went, anew at each call. */
  async read(seq: number): Promise<void> {
    if (this.#of !== seq) this.leave();
    this.#of = seq;
    try {
      const { shares } = await ask({ type: "shared_with", seq }, "shared_with");
      if (this.#of !== seq) return;
      this.#ways = shares;
      this.#fault = "";
    } catch (error) {
      if (this.#of === seq) this.#fault = inWords(error);
    }
    this.#paint();
  }

  /** Another record is opened, or none: nothing that was read stays here. */
  leave(): void {
    this.#of = null;
    this.#ways = [];
    this.#fault = "";
    this.#trial.fault = "";
  }

  /** Nothing for what went nowhere. */
  template(record: RecordView): TemplateResult | typeof nothing {
    if (this.#of !== record.item.seq) return nothing;
    if (this.#fault) return html`<p class="small" role="alert">${this.#fault}</p>`;
    if (this.#ways.length === 0) return nothing;
    return html`<section class="went" aria-labelledby="went-heading">
      <h3 id="went-heading">${text("went_heading")}</h3>
      <ul class="entries">
        ${this.#ways.map((way) => this.#way(record, way))}
      </ul>
      ${this.#trial.told("went-fault")}
    </section>`;
  }

  #way(record: RecordView, way: RecordShareView): TemplateResult {
    const { name, title, time, state, rejected, withdrawn } = way;
    const standing = withdrawn
      ? text("went_withdrawn")
      : rejected
        ? text("went_rejected", reason(rejected))
        : text(`share_${state}`);
    return html`<li data-went=${way.collector} data-withdrawn=${withdrawn ? "true" : "false"}>
      <p class="host"><bdi>${name}</bdi></p>
      <p class="small soft">${moment(time)} · <bdi>${title}</bdi></p>
      <p class="small">${standing}</p>
      ${
        withdrawn || rejected || state === "refused"
          ? nothing
          : html`<div class="bar">
            <button
              type="button"
              class="button danger"
              data-action="withdraw-record"
              aria-busy=${this.#trial.busy ? "true" : nothing}
              @click=${() => void this.#withdraw(record, way)}
            >
              ${text("went_withdraw")}…
            </button>
          </div>`
      }
    </li>`;
  }

  async #withdraw(record: RecordView, { collector, name }: RecordShareView): Promise<void> {
    const { seq, place } = record.item;
    const erase = await asked(text("went_withdraw_title", recordName(place), isolated(name)));
    if (erase === null) return;
    const done = await this.#trial.run(async () => {
      const scope = { record: seq };
      await ask({ type: "withdraw", collector, scope, delete: erase }, "collectors");
      announce(text("withdraw_done", isolated(name)));
    });
    if (done) await this.read(seq);
  }
}
