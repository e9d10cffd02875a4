// Whether the whole log still is what was signed: asked by the person, since it reads every record.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../../platform/browser";
import { ask } from "../../ui/ask";
import { announce } from "../../ui/messages";
import { plural } from "../../ui/words";
import { attempt } from "../section";

export class Proof {
  readonly #paint: () => void;
  #checking = false;
  /** What the last check found: lines in all, and how much does not hold. */
  #checked: { lines: number; damaged: number } | null = null;

  constructor(paint: () => void) {
    this.#paint = paint;
  }

  forget(): void {
    this.#checked = null;
  }

  template(): TemplateResult {
    const checked = this.#checked;
    return html`<p class="proof bar soft small">
      <button
        type="button"
        class="button"
        data-action="check"
        ?disabled=${this.#checking}
        @click=${() => void this.#check()}
      >
        ${text("check_log")}
      </button>
      <span data-checked=${checked?.damaged === 0 ? checked.lines : nothing}>
        ${
          this.#checking
            ? text("check_running")
            : checked === null
              ? text("check_explained")
              : checked.damaged === 0
                ? plural("check_holds", checked.lines)
                : html`${plural("check_damaged", checked.damaged)}
                  <a href="#settings/check" data-action="see-damage">${text("damage_see")}</a>`
        }
      </span>
    </p>`;
  }

  async #check(): Promise<void> {
    this.#checking = true;
    this.#checked = null;
    this.#paint();
    await attempt(async () => {
      const { lines, damaged } = await ask({ type: "check" }, "checked");
      this.#checked = { lines, damaged: damaged.length };
      announce(damaged.length === 0 ? plural("check_holds", lines) : plural("check_damaged", damaged.length));
    });
    this.#checking = false;
    this.#paint();
  }
}
