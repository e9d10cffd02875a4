// Forgetting: the last hour, or everything.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { confirmed } from "../ui/confirm";
import { announce, offer } from "../ui/messages";
import { carriedOut, carryOut } from "../ui/review";
import { Trial } from "../ui/trial";
import { plural } from "../ui/words";
import { type Desk, sheet } from "./part";
import { attempt } from "./section";

const HOUR = 3_600_000;
/** How long the offer to undo stays in sight, in milliseconds. */
const UNDO = 30_000;

export class Forget {
  readonly #desk: Desk;
  readonly #hour: Trial;
  readonly #all: Trial;
  readonly #changed: () => void;

  /** @param changed called after records were deleted or brought back. */
  constructor(desk: Desk, changed: () => void) {
    this.#desk = desk;
    this.#changed = changed;
    this.#hour = new Trial(desk.paint);
    this.#all = new Trial(desk.paint);
  }

  leave(): void {
    this.#hour.fault = "";
    this.#all.fault = "";
  }

  template(view: SettingsView): TemplateResult {
    return sheet(
      "forget",
      html`<div class="row">
          <div>
            <h3>${text("forget_hour")}</h3>
            <p class="small soft" id="forget-hour-count" data-last-hour=${view.last_hour}>
              ${view.last_hour > 0 ? plural("forget_hour_count", view.last_hour) : text("forget_hour_none")}
            </p>
          </div>
          <button
            type="button"
            class="button big"
            data-action="forget-hour"
            aria-describedby="forget-hour-count"
            aria-busy=${this.#hour.busy ? "true" : nothing}
            ?disabled=${view.last_hour === 0 || !view.ready}
            @click=${this.#forgetHour}
          >
            ${text("forget_hour")}
          </button>
        </div>
        ${this.#hour.told("forget-hour-fault")}
        <div class="row">
          <div>
            <h3>${text("forget_all")}</h3>
            <p class="small soft" id="forget-all-why">${text("forget_all_why")}</p>
          </div>
          <button
            type="button"
            class="button danger big"
            data-action="forget-all"
            aria-describedby="forget-all-why"
            aria-busy=${this.#all.busy ? "true" : nothing}
            ?disabled=${view.forget_all_at !== null}
            @click=${this.#forgetAll}
          >
            ${text("forget_all")}…
          </button>
        </div>
        ${this.#all.told("forget-all-fault")}`,
    );
  }

  #forgetHour = (): void => {
    void this.#hour.run(async () => {
      const { seqs } = await ask({ type: "forget", since: Date.now() - HOUR }, "forgotten");
      const words = carriedOut("delete", seqs.length);
      if (seqs.length === 0) announce(words);
      else offer(words, { action: "undo-forget", label: text("undo"), run: () => this.#undo(seqs) }, UNDO);
      this.#changed();
    });
  };

  #undo(seqs: number[]): void {
    void attempt(async () => {
      announce(carriedOut("undo", await carryOut("undo", seqs)));
    }).then(this.#changed);
  }

  #forgetAll = (): void => {
    void (async () => {
      const yes = await confirmed({
        title: text("forget_all_confirm_title"),
        body: html`<p>${text("forget_all_goes")}</p>
          <ul>
            <li>${text("forget_all_records")}</li>
            <li>${text("forget_all_keys")}</li>
            <li>${text("forget_all_exports")}</li>
            <li>${text("forget_all_settings")}</li>
          </ul>
          <p>${text("forget_all_stays")}</p>
          <ul>
            <li>${text("forget_all_files")}</li>
            <li>${text("forget_all_backups")}</li>
            <li>${text("forget_all_collectors")}</li>
          </ul>
          <p>${text("forget_all_undo")}</p>`,
        yes: text("forget_all"),
        action: "forget-all-yes",
      });
      if (!yes) return;
      await this.#all.run(async () => {
        this.#desk.take((await ask({ type: "forget_all" }, "settings")).view);
        announce(text("forgetting_begun"));
        scrollTo(0, 0);
        document.querySelector<HTMLElement>('[data-action="undo-forget-all"]')?.focus();
      });
    })();
  };
}
