// Something that a control asks for: tried once at a time, with the fault told beside it; and leading the focus on.

import { html, type TemplateResult } from "lit-html";
import { inWords } from "./fault";
import { quiet } from "./messages";

/** Something that is tried, one at a time, and what came of it where it failed. */
export class Trial {
  readonly #paint: () => void;
  busy = false;
  fault = "";

  constructor(paint: () => void) {
    this.#paint = paint;
  }

  /** Tries it; `false` if it failed, or another one is under way. */
  async run(attempt: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.fault = "";
    quiet();
    this.#paint();
    try {
      await attempt();
      return true;
    } catch (error) {
      this.fault = inWords(error);
      return false;
    } finally {
      this.busy = false;
      this.#paint();
    }
  }

  /** Refuses without trying. */
  refuse(words: string): void {
    this.fault = words;
    this.#paint();
  }

  /** Where the fault is told. It stands there empty, since a region that comes with its words is often not read. */
  told(id: string): TemplateResult {
    return html`<p class="fault" id=${id} role="alert">${this.fault}</p>`;
  }
}

/** Focuses an element by its id, once it is painted. */
export function lead(id: string): void {
  document.getElementById(id)?.focus();
}
