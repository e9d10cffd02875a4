// Withdrawing everything from every collector: one after the other, with what came of each.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { CollectorView } from "../platform/messages";
import { ask } from "../ui/ask";
import { faultOf, inWords } from "../ui/fault";
import { announce } from "../ui/messages";
import { lead } from "../ui/trial";
import { plural } from "../ui/words";
import { busy, type Office } from "./office";
import { asked } from "./withdrawals";

const RUN = "everywhere";
const REPORT = "everywhere-report";

interface Outcome {
  collector: string;
  name: string;
  words: string;
  failed: boolean;
}

export class Everywhere {
  readonly #office: Office;
  #outcomes: Outcome[] = [];

  constructor(office: Office) {
    this.#office = office;
  }

  conceal(): void {
    this.#outcomes = [];
  }

  template(collectors: CollectorView[]): TemplateResult {
    return html`<div class="bar">
        <button
          type="button"
          class="button danger"
          data-action="withdraw-everywhere"
          aria-busy=${busy(this.#office, RUN)}
          @click=${() => void this.#withdraw(collectors)}
        >
          ${text("everywhere")}…
        </button>
      </div>
      ${
        this.#outcomes.length === 0
          ? nothing
          : html`<section class="sheet form" aria-labelledby=${REPORT}>
            <h2 id=${REPORT} tabindex="-1">${text("everywhere_report")}</h2>
            <ul data-report>
              ${this.#outcomes.map(
                ({ collector, name, words, failed }) =>
                  html`<li data-of=${collector} data-failed=${failed ? "true" : "false"}><bdi>${name}</bdi>: ${words}</li>`,
              )}
            </ul>
          </section>`
      }`;
  }

  async #withdraw(collectors: CollectorView[]): Promise<void> {
    const erase = await asked(text("everywhere_title"));
    if (erase === null) return;
    await this.#office.run(RUN, async () => {
      this.#outcomes = [];
      for (const { id, name } of collectors) {
        this.#outcomes = [...this.#outcomes, { collector: id, name, ...(await this.#one(id, erase)) }];
        this.#office.paint();
      }
      const failed = this.#outcomes.filter((outcome) => outcome.failed).length;
      announce(failed > 0 ? plural("everywhere_failed", failed) : text("everywhere_done"));
    });
    lead(REPORT);
  }

  /** That one fails keeps the others from nothing. */
  async #one(collector: string, erase: boolean): Promise<{ words: string; failed: boolean }> {
    try {
      const request = { type: "withdraw", collector, scope: "all", delete: erase } as const;
      this.#office.take((await ask(request, "collectors")).view);
      return { words: text("everywhere_signed"), failed: false };
    } catch (error) {
      return { words: inWords(error), failed: faultOf(error).code !== "nothing_shared" };
    }
  }
}
