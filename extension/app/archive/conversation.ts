// The conversation that a record belongs to: what was said before and after it, and what answered it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../../platform/browser";
import type { ConversationView, RecordView } from "../../platform/messages";
import { ask } from "../../ui/ask";
import { inWords } from "../../ui/fault";
import { when } from "../../ui/time";
import { plural, recordName } from "../../ui/words";
import { address } from "./query";

/** What is shown of each text, in UTF-16 units: whole texts are read one at a time. */
const SHOWN = 700;

/** Who speaks, by the kind of the record: the person, unless it is one of these. */
const OTHERS: Record<string, "answer" | "rating"> = { response: "answer", rating: "rating" };

export class Conversation {
  readonly #paint: () => void;
  #of: number | null = null;
  #view: ConversationView | null = null;
  #fault = "";
  /** Whether the place of the record is yet to be shown. */
  #arriving = false;

  constructor(paint: () => void) {
    this.#paint = paint;
  }

  /** Asks for it, anew at each call; what is known stays in sight meanwhile where it is of the same conversation. */
  async read(seq: number): Promise<void> {
    if (this.#view && !has(this.#view, seq)) this.leave();
    this.#arriving ||= this.#of !== seq;
    this.#of = seq;
    try {
      const { view } = await ask({ type: "conversation", seq }, "conversation");
      if (this.#of !== seq) return;
      this.#view = view;
      this.#fault = "";
    } catch (error) {
      if (this.#of !== seq) return;
      this.#view = null;
      this.#fault = inWords(error);
    }
    this.#paint();
    this.#arrive();
  }

  /** Another record is opened, or none: nothing that was read stays here. */
  leave(): void {
    this.#of = null;
    this.#view = null;
    this.#fault = "";
  }

  /** Nothing for a record that stands alone. @param query what the list beside it shows. */
  template(seq: number, query: string): TemplateResult | typeof nothing {
    if (this.#fault && this.#of === seq)
      return html`<p class="small soft" data-conversation="failed">${text("conversation_failed", this.#fault)}</p>`;
    const view = this.#view;
    if (!view || view.items.length < 2 || !has(view, seq)) return nothing;
    const now = Date.now();
    return html`<section class="conversation" aria-labelledby="conversation-title" data-conversation=${view.items.length}>
      <h3 id="conversation-title">${text("conversation_title")}</h3>
      <p class="small soft">
        ${plural("conversation_count", view.items.length)} ${view.more ? text("conversation_more") : nothing}
      </p>
      <ol class="turns" tabindex="0" aria-labelledby="conversation-title">
        ${view.items.map((record) => turn(record, record.item.seq === seq, query, now))}
      </ol>
    </section>`;
  }

  /** The record itself is seen among the others. */
  #arrive(): void {
    const list = document.querySelector<HTMLElement>(".turns");
    const here = list?.querySelector<HTMLElement>('[aria-current="true"]');
    if (!this.#arriving || !list || !here) return;
    this.#arriving = false;
    list.scrollTop = here.offsetTop - list.offsetTop - 40;
  }
}

function has(view: ConversationView, seq: number): boolean {
  return view.items.some(({ item }) => item.seq === seq);
}

function turn({ item, text: words }: RecordView, here: boolean, query: string, now: number): TemplateResult {
  const by = OTHERS[item.kind] ?? "person";
  const shown = words.length > SHOWN ? `${words.slice(0, SHOWN).toWellFormed()}…` : words;
  const gone = item.review.state === "deleting";
  return html`<li class="turn" data-turn=${item.seq} data-by=${by} aria-current=${here ? "true" : nothing}>
    <p class="what">
      <span class="kind">${text(`kind_${item.kind}`)}</span>
      ${when(item.time, now)}
      ${
        here
          ? html`<span class="here">${text("conversation_here")}</span>`
          : html`<a href=${address(query, item.seq)} data-action="to-turn">${text("record_number", recordName(item.place))}</a>`
      }
    </p>
    <p class="said ${gone ? "struck" : ""}" dir="auto">${shown}</p>
  </li>`;
}
