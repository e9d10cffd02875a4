// The record that is open beside the list, or in its place where there is no room.

import { nothing, type TemplateResult } from "lit-html";
import { text } from "../../platform/browser";
import type { RecordView } from "../../platform/messages";
import { ask } from "../../ui/ask";
import { Hiding } from "../../ui/hiding";
import { announce } from "../../ui/messages";
import type { Ticket } from "../../ui/ticket";
import { detail } from "../detail";
import { Went } from "../went";
import { Conversation } from "./conversation";

export class Pane {
  readonly #paint: () => void;
  readonly #hiding: Hiding;
  readonly #went: Went;
  readonly #conversation: Conversation;
  #seq: number | null = null;
  #record: RecordView | null = null;
  #failure: unknown = null;
  /** Whether the record was opened just now, and is yet to be led to. */
  #arriving = false;

  constructor(paint: () => void) {
    this.#paint = paint;
    this.#went = new Went(paint);
    this.#conversation = new Conversation(paint);
    this.#hiding = new Hiding(paint, (record) => {
      if (record.item.seq === this.#seq) this.#record = record;
      paint();
    });
  }

  /** Which one is open. */
  get seq(): number | null {
    return this.#seq;
  }

  /** Another one is opened, or none. */
  open(seq: number | null): void {
    this.#seq = seq;
    this.#record = null;
    this.#failure = null;
    this.#hiding.leave();
    this.#went.leave();
    // From turn to turn, a conversation stays in sight.
    if (seq === null) this.#conversation.leave();
    this.#arriving = seq !== null;
  }

  /** Asks for it, and for what belongs to it. */
  async read(): Promise<void> {
    const seq = this.#seq;
    if (seq === null) return;
    try {
      const { view } = await ask({ type: "record", seq }, "record");
      if (seq !== this.#seq) return;
      this.#record = view;
      this.#failure = null;
      // What is never shared went nowhere. The rest of the record is not kept waiting for it.
      if (view.item.shareable) void this.#went.read(seq);
      void this.#conversation.read(seq);
    } catch (error) {
      if (seq === this.#seq) this.#failure = error;
    }
    this.#paint();
    this.#arrive();
  }

  /** Nothing that was read stays here; which one is open does. */
  conceal(): void {
    this.#record = null;
    this.#failure = null;
    this.#hiding.leave();
    this.#went.leave();
    this.#conversation.leave();
  }

  /** @param query what the list beside it shows. */
  template(query: string, decide: Ticket["decide"], close: () => void): TemplateResult | typeof nothing {
    if (this.#seq === null) return nothing;
    return detail({
      record: this.#record,
      failure: this.#failure,
      now: Date.now(),
      hiding: this.#hiding,
      went: this.#went,
      conversation: this.#conversation,
      query,
      decide,
      close,
    });
  }

  /** Leads to a record that was opened: where it took the list's place, with the focus, otherwise with a word. */
  #arrive(): void {
    const title = document.getElementById("detail-title");
    if (!this.#arriving || !title) return;
    this.#arriving = false;
    if (document.querySelector(".list")?.checkVisibility())
      announce(text("opened", title.textContent.trim()));
    else {
      scrollTo(0, 0);
      title.focus({ preventScroll: true });
    }
  }
}
