// How long records are kept.

import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { ask } from "../ui/ask";
import { confirmed } from "../ui/confirm";
import { announce } from "../ui/messages";
import { Trial } from "../ui/trial";
import { plural } from "../ui/words";
import { type Desk, sheet } from "./part";

const DAYS: ReadonlyArray<number | null> = [null, 30, 365];

export class Retention {
  readonly #desk: Desk;
  readonly #trial: Trial;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#trial = new Trial(desk.paint);
  }

  leave(): void {
    this.#trial.fault = "";
  }

  template({ retention_days }: SettingsView): TemplateResult {
    const choices = DAYS.includes(retention_days) ? DAYS : [...DAYS, retention_days];
    return sheet(
      "retention",
      html`<fieldset aria-describedby="retention-why">
        <legend class="visually-hidden">${text("retention_heading")}</legend>
        <div class="choices">
          ${choices.map(
            (days) => html`<label class="choice">
              <input
                type="radio"
                name="retention"
                value=${days ?? "ever"}
                data-action="retention-${days ?? "ever"}"
                .checked=${live(days === retention_days)}
                @change=${() => void this.#choose(days, retention_days)}
              />
              <span>${days === null ? text("retention_ever") : plural("retention_days", days)}</span>
            </label>`,
          )}
        </div>
        <p class="small soft" id="retention-why">${text("retention_why")}</p>
        ${this.#trial.told("retention-fault")}
      </fieldset>`,
    );
  }

  async #choose(days: number | null, before: number | null): Promise<void> {
    // Only what shortens deletes.
    const shorter = days !== null && (before === null || days < before);
    const yes =
      !shorter ||
      (await confirmed({
        title: plural("retention_confirm_title", days),
        body: html`<p>${plural("retention_confirm", days)}</p>
          <p>${text("retention_confirm_not")}</p>`,
        yes: text("retention_confirm_yes"),
        action: "retention-yes",
      }));
    if (!yes) {
      this.#desk.paint();
      return;
    }
    await this.#trial.run(async () => {
      this.#desk.take((await ask({ type: "retention", days }, "settings")).view);
      announce(text("setting_kept"));
    });
  }
}
