// The record under review: read whole once its ticket is reached, with what was found in it marked.

import type { TemplateResult } from "lit-html";
import { html } from "lit-html";
import type { Item, RecordView } from "../platform/messages";
import { ask } from "./ask";
import { inWords } from "./fault";
import { Hiding } from "./hiding";

export class Card {
  readonly #paint: () => void;
  readonly #hiding: Hiding;
  /** The record that is asked for or shown. */
  #seq: number | null = null;
  #record: RecordView | null = null;
  #fault = "";

  /** @param changed called when a decision about a finding changed the record. */
  constructor(paint: () => void, changed: () => void) {
    this.#paint = paint;
    this.#hiding = new Hiding(
      paint,
      (record) => {
        if (record.item.seq === this.#seq) this.#record = record;
        changed();
      },
      true,
    );
  }

  /** Reads a record, or the same one anew; what is shown stays until the answer is there. */
  async read(seq: number): Promise<void> {
    if (seq !== this.#seq) this.leave();
    this.#seq = seq;
    try {
      const { view } = await ask({ type: "record", seq }, "record");
      if (seq !== this.#seq) return;
      this.#record = view;
      this.#fault = "";
    } catch (error) {
      if (seq === this.#seq) this.#fault = inWords(error);
    }
    this.#paint();
  }

  /** Reads what is shown anew, after something changed. */
  async follow(): Promise<void> {
    if (this.#seq !== null) await this.read(this.#seq);
  }

  /** Whether this record is asked for or shown. */
  shows(seq: number): boolean {
    return seq === this.#seq;
  }

  /** Nothing that was read stays here. */
  leave(): void {
    this.#seq = null;
    this.#record = null;
    this.#fault = "";
    this.#hiding.leave();
  }

  /** What its ticket shows in place of the beginning; nothing until it is there, nor of what was deleted. */
  body(item: Item): TemplateResult | undefined {
    if (item.seq !== this.#seq || item.review.state === "deleting") return undefined;
    if (this.#fault) return html`<p class="small" role="alert">${this.#fault}</p>`;
    if (!this.#record) return undefined;
    return this.#hiding.words(this.#record);
  }
}
