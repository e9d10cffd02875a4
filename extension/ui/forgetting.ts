// That everything is about to be forgotten: until when that can be undone, and the way to undo it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import { ask } from "./ask";
import { Countdown, remaining } from "./countdown";
import { icon } from "./icon";
import { announce, complain, quiet } from "./messages";

export class Forgetting {
  readonly #changed: () => void;
  readonly #countdown: Countdown;
  #at: number | null = null;

  /** @param changed called once it is undone, and once the time is there. */
  constructor(paint: () => void, changed: () => void) {
    this.#changed = changed;
    this.#countdown = new Countdown(paint, changed);
  }

  /** What is said of it, where everything is forgotten at a time. */
  banner(at: number | null): TemplateResult | typeof nothing {
    this.#at = at;
    this.#countdown.to(at);
    if (at === null) return nothing;
    return html`<div class="strip grave" role="group" aria-label=${text("forgetting_title")} data-forgetting=${at}>
      ${icon("warning")}
      <p>
        <strong>${text("forgetting_title")}</strong>
        <span>${this.#countdown.running ? text("forgetting_in", remaining(at, Date.now())) : text("forgetting_now")}</span>
      </p>
      ${
        this.#countdown.running
          ? html`<button type="button" class="button push" data-action="undo-forget-all" @click=${this.#undo}>
            ${text("undo")}
          </button>`
          : nothing
      }
    </div>`;
  }

  #undo = (): void => {
    if (this.#at === null) return;
    void (async () => {
      quiet();
      try {
        await ask({ type: "undo_forget_all" }, "settings");
        announce(text("forgetting_undone"));
      } catch (error) {
        complain(error);
      }
      this.#changed();
    })();
  };
}
