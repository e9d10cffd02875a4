// A first record within a minute: what is typed and sent here becomes a record of the person's own log, to be reviewed
// as any other. It was sent to no site, which tells it apart from all others, and is never shared.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { openPage, text } from "../platform/browser";
import type { Item } from "../platform/messages";
import { ask } from "../ui/ask";
import { attempt } from "../ui/attempt";
import { Card } from "../ui/card";
import { openHelp } from "../ui/help";
import { announce, complain } from "../ui/messages";
import { carriedOut, carryOut, nextFinal, onKey } from "../ui/review";
import { type Decision, ticket } from "../ui/ticket";
import { lead, Trial } from "../ui/trial";

const FIELD = "practice-text";
const FAULT = "practice-fault";

export class Practice {
  readonly #paint: () => void;
  readonly #reload: () => Promise<void>;
  readonly #card: Card;
  readonly #trial: Trial;
  #items: Item[] = [];
  /** The ticket that Tab reaches. */
  #current: number | null = null;
  /** What the last deletion took, for the key that undoes it. */
  #undoable: number[] = [];
  #finality: ReturnType<typeof setTimeout> | undefined;

  /** @param reload reads everything that the page shows anew, and paints it. */
  constructor(paint: () => void, reload: () => Promise<void>) {
    this.#paint = paint;
    this.#reload = reload;
    this.#card = new Card(paint, () => void reload());
    this.#trial = new Trial(paint);
  }

  async load(): Promise<void> {
    const filter = { text: "", marked: false };
    const { view } = await ask({ type: "list", filter, before: null }, "list");
    this.#items = view.items.filter(({ site }) => site === "");
    await this.#card.follow();
    this.#followDeletions();
  }

  /** Nothing that was read stays here. */
  conceal(): void {
    clearTimeout(this.#finality);
    this.#items = [];
    this.#current = null;
    this.#undoable = [];
    this.#trial.fault = "";
    this.#card.leave();
  }

  template(): TemplateResult {
    return html`<section class="practice" aria-labelledby="practice">
      <h2 id="practice">${text("practice_title")}</h2>
      <p>${text("practice_explained")}</p>
      <form class="sheet form bar" @submit=${this.#send}>
        <label class="grow">
          <span>${text("practice_label")}</span>
          <input
            class="field"
            id=${FIELD}
            name="text"
            type="text"
            data-action="practice-text"
            autocomplete="off"
            dir="auto"
            required
            aria-describedby="practice-hint ${FAULT}"
          />
        </label>
        <button
          type="submit"
          class="button primary big"
          data-action="practice"
          aria-busy=${this.#trial.busy ? "true" : nothing}
        >
          ${text("practice_send")}
        </button>
      </form>
      <p class="small soft" id="practice-hint">${text("practice_hint")}</p>
      ${this.#trial.told(FAULT)}
      ${this.#items.length > 0 ? this.#feed() : nothing}
    </section>`;
  }

  #feed(): TemplateResult {
    const now = Date.now();
    const items = this.#items;
    const reached = items.some(({ seq }) => seq === this.#current) ? this.#current : items[0]?.seq;
    return html`<div class="feed" role="feed" aria-label=${text("practice_records")} data-practised @focusin=${this.#follow}>
        ${repeat(
          items,
          ({ seq }) => seq,
          (item, index) =>
            ticket({
              item,
              now,
              position: index + 1,
              size: items.length,
              current: item.seq === reached,
              opened: false,
              body: this.#card.body(item),
              decide: this.#decide,
              open: this.#reach,
            }),
        )}
      </div>
      <p class="small soft">${text("practice_keys")}</p>
      ${
        items.some(({ review }) => review.state !== "deleting")
          ? html`<div class="bar">
            <button type="button" class="button" data-action="delete-practice" @click=${this.#deleteAll}>
              ${text("practice_delete")}
            </button>
          </div>`
          : nothing
      }`;
  }

  /** The keys of a list of tickets, which work on the one that has the focus. */
  key(event: KeyboardEvent): void {
    onKey(event, {
      feed: () => document.querySelector<HTMLElement>("[data-practised]"),
      item: (seq) => this.#items.find((item) => item.seq === seq),
      decide: this.#decide,
      undoLast: () => {
        const seqs = this.#undoable;
        this.#undoable = [];
        if (seqs.length > 0) void this.#act("undo", seqs);
      },
      open: this.#open,
      help: openHelp,
    });
  }

  #send = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    const field = form.elements.namedItem("text");
    if (!(field instanceof HTMLInputElement)) return;
    const before = new Set(this.#items.map(({ seq }) => seq));
    void this.#trial
      .run(async () => {
        await ask({ type: "practice", text: field.value }, "captured");
        field.value = "";
        await this.#reload();
      })
      .then((done) => {
        if (!done) {
          lead(FIELD);
          return;
        }
        const made = this.#items.find(({ seq }) => !before.has(seq));
        if (!made) return;
        announce(text("practice_done"));
        // The keys work at once on what was made, and what was found in it is marked.
        document.querySelector<HTMLElement>(`article[data-seq="${made.seq}"]`)?.focus();
      });
  };

  #decide = (decision: Decision, item: Item): void => {
    void this.#act(decision, [item.seq]);
  };

  #deleteAll = (): void => {
    const left = this.#items.filter(({ review }) => review.state !== "deleting");
    void this.#act(
      "delete",
      left.map(({ seq }) => seq),
      // The button goes with what it deletes.
    ).then(() => document.querySelector<HTMLElement>("[data-practised] article")?.focus());
  };

  async #act(decision: Decision, seqs: number[]): Promise<void> {
    await attempt(async () => {
      const changed = await carryOut(decision, seqs);
      if (decision === "delete") this.#undoable = seqs;
      announce(carriedOut(decision, changed));
    });
    await this.#reload();
  }

  #open = (item: Item): void => {
    void openPage(`app/app.html#records/${item.seq}`).catch(complain);
  };

  /** A ticket that is pressed is reviewed here; its button opens it in the full tab. */
  #reach = (item: Item, button?: boolean): void => {
    if (button) this.#open(item);
    else document.querySelector<HTMLElement>(`article[data-seq="${item.seq}"]`)?.focus();
  };

  #follow = (event: FocusEvent): void => {
    const row =
      event.target instanceof Element ? event.target.closest<HTMLElement>("article[data-seq]") : null;
    if (!row) return;
    const seq = Number(row.dataset["seq"]);
    // A control that is pressed must not move from under the pointer: only the ticket itself opens its text.
    if (event.target === row && !this.#card.shows(seq)) void this.#card.read(seq);
    if (seq === this.#current) return;
    this.#current = seq;
    this.#paint();
  };

  /** Asks again when the earliest deletion that is shown becomes final. */
  #followDeletions(): void {
    clearTimeout(this.#finality);
    const now = Date.now();
    const until = nextFinal(this.#items, now);
    if (until !== null) this.#finality = setTimeout(() => void this.#reload(), until - now + 250);
  }
}
