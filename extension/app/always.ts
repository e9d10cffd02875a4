// The words that are always hidden where a record is shared.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { announce } from "../ui/messages";
import { lead, Trial } from "../ui/trial";
import { isolated } from "../ui/words";
import { type Desk, fieldsOf, sheet } from "./part";

export class Always {
  readonly #desk: Desk;
  readonly #trial: Trial;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#trial = new Trial(desk.paint);
  }

  leave(): void {
    this.#trial.fault = "";
  }

  template({ always_hidden }: SettingsView): TemplateResult {
    return sheet(
      "always",
      html`<p>${text("always_explained")}</p>
        <form class="bar adding" @submit=${(event: SubmitEvent) => void this.#add(event)}>
          <label class="grow">
            <span>${text("always_phrase")}</span>
            <input
              class="field"
              id="always-phrase"
              type="text"
              name="phrase"
              data-action="always-phrase"
              autocomplete="off"
              spellcheck="false"
              dir="auto"
              maxlength="200"
              aria-describedby="always-why always-fault"
            />
          </label>
          <button type="submit" class="button big" data-action="always-add">${text("always_add")}</button>
        </form>
        <p class="small soft" id="always-why">${text("always_why")}</p>
        ${this.#trial.told("always-fault")}
        ${
          always_hidden.length === 0
            ? html`<p class="soft" data-empty="always">${text("always_none")}</p>`
            : html`<ul class="phrases" aria-label=${text("always_heading")}>
              ${repeat(
                always_hidden,
                (phrase) => phrase,
                (phrase) => html`<li data-phrase=${phrase}>
                  <span dir="auto">${phrase}</span>
                  <button
                    type="button"
                    class="button"
                    data-action="always-remove"
                    aria-label=${text("always_remove_named", isolated(phrase))}
                    aria-busy=${this.#trial.busy ? "true" : nothing}
                    @click=${() => void this.#remove(phrase)}
                  >
                    ${text("always_remove")}
                  </button>
                </li>`,
              )}
            </ul>`
        }`,
    );
  }

  async #add(event: SubmitEvent): Promise<void> {
    const { form, value } = fieldsOf(event);
    const phrase = value("phrase").trim();
    if (phrase !== "") {
      const added = await this.#trial.run(async () => {
        this.#desk.take((await ask({ type: "always_hide", phrase }, "settings")).view);
        announce(text("always_added", isolated(phrase)));
      });
      if (added) form.reset();
    }
    lead("always-phrase");
  }

  async #remove(phrase: string): Promise<void> {
    await this.#trial.run(async () => {
      this.#desk.take((await ask({ type: "no_longer_hide", phrase }, "settings")).view);
      announce(text("always_removed", isolated(phrase)));
    });
    lead("always-phrase");
  }
}
