// The 24 words: shown until they are confirmed, never after. They lie in this object while they are in sight.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView, WordsState } from "../platform/messages";
import { ask } from "../ui/ask";
import { icon } from "../ui/icon";
import { announce } from "../ui/messages";
import { lead, Trial } from "../ui/trial";
import { number } from "../ui/words";
import { type Desk, fieldsOf, sheet } from "./part";
import { counted, leadToWord, phraseField, phraseOf } from "./phrase";

/** The sign beside the state. */
const SIGNS = { unseen: "warning", shown: "warning", confirmed: "stamp" } as const satisfies Record<
  WordsState,
  string
>;
const FIELD = "confirm-words";

export class Recovery {
  readonly #desk: Desk;
  readonly #trial: Trial;
  #shown: string[] | null = null;
  #entering = false;
  #count = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#trial = new Trial(desk.paint);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.#shown) {
        this.#hide();
        desk.paint();
      }
    });
  }

  /** Takes the words out of sight and memory, and what was typed with them. */
  leave(): void {
    this.#hide();
    this.#entering = false;
    this.#trial.fault = "";
  }

  template({ words }: SettingsView): TemplateResult {
    return sheet(
      "words",
      html`<p>${text("words_explained")}</p>
        <p class="standing" data-words=${words}>
          ${icon(SIGNS[words])}<span>${text(`words_state_${words}`)}</span>
        </p>
        ${words === "confirmed" ? nothing : this.#entering ? this.#entry() : this.#shown ? this.#list(this.#shown) : this.#door(words)}`,
    );
  }

  #door(words: SettingsView["words"]): TemplateResult {
    return html`<p class="small soft">${text("words_alone")}</p>
      <div class="bar">
        <button
          type="button"
          class="button primary big"
          data-action="show-words"
          aria-busy=${this.#trial.busy ? "true" : nothing}
          @click=${this.#show}
        >
          ${text("words_show")}
        </button>
        ${
          words === "shown"
            ? html`<button type="button" class="button big" data-action="wrote-words" @click=${this.#enter}>
              ${text("words_wrote")}
            </button>`
            : nothing
        }
      </div>
      ${this.#trial.told("words-fault")}`;
  }

  #list(shown: string[]): TemplateResult {
    return html`<h3 id="words-shown" tabindex="-1">${text("words_shown_title")}</h3>
      <ol class="phrase-list mono" aria-labelledby="words-shown" dir="ltr" lang="en" translate="no">
        ${shown.map(
          (word, index) =>
            html`<li><span class="soft" aria-hidden="true">${number(index + 1)}</span>${word}</li>`,
        )}
      </ol>
      <p class="small soft">${text("words_write")}</p>
      <div class="bar">
        <button type="button" class="button primary big" data-action="wrote-words" @click=${this.#enter}>
          ${text("words_wrote")}
        </button>
        <button type="button" class="button big" data-action="hide-words" @click=${this.#cover}>
          ${text("words_hide")}
        </button>
      </div>`;
  }

  #entry(): TemplateResult {
    return html`<form class="fields-form" @submit=${this.#confirm}>
      <label for=${FIELD}>${text("words_enter")}</label>
      ${phraseField({
        id: FIELD,
        invalid: this.#trial.fault !== "",
        described: "words-count words-fault words-enter-why",
        disabled: false,
        typed: (count) => {
          this.#count = count;
          this.#desk.paint();
        },
      })}
      <p class="small soft" id="words-count">${counted(this.#count)}</p>
      ${this.#trial.told("words-fault")}
      <p class="small soft" id="words-enter-why">${text("words_enter_why")}</p>
      <div class="bar">
        <button
          type="submit"
          class="button primary big"
          data-action="confirm"
          aria-busy=${this.#trial.busy ? "true" : nothing}
        >
          ${text("words_confirm")}
        </button>
        <button type="button" class="button big" data-action="show-again" @click=${this.#show}>
          ${text("words_show_again")}
        </button>
      </div>
    </form>`;
  }

  #show = (): void => {
    void this.#trial.run(async () => {
      const { words } = await ask({ type: "words" }, "words");
      this.#entering = false;
      this.#shown = words.split(" ");
      this.#desk.paint();
      lead("words-shown");
      this.#desk.take((await ask({ type: "settings" }, "settings")).view);
    });
  };

  #enter = (): void => {
    this.#hide();
    this.#trial.fault = "";
    this.#entering = true;
    this.#desk.paint();
    lead(FIELD);
  };

  #cover = (): void => {
    this.#hide();
    this.#desk.paint();
    lead("part-words");
    announce(text("words_hidden"));
  };

  #confirm = (event: SubmitEvent): void => {
    const { value } = fieldsOf(event);
    const words = phraseOf(value("words"));
    let failure: unknown = null;
    void this.#trial
      .run(async () => {
        try {
          const { view } = await ask({ type: "confirm_words", words }, "settings");
          this.#entering = false;
          this.#count = 0;
          this.#desk.take(view);
        } catch (error) {
          failure = error;
          throw error;
        }
      })
      .then((confirmed) => {
        if (confirmed) {
          lead("part-words");
          announce(text("words_state_confirmed"));
        } else leadToWord(FIELD, failure);
      });
  };

  #hide(): void {
    this.#shown = null;
    this.#count = 0;
  }
}
