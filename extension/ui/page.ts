// What every page does once at its start and after each paint.

import { render, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import { keepingFocus } from "./focus";
import { direction, locale } from "./locale";

/** Where a page is painted: the static skeleton goes at the first paint, in the same turn. */
export class Canvas {
  readonly root: HTMLElement;
  #painted = false;

  /** @param title key of the document's title. */
  constructor(title: string) {
    const root = document.getElementById("root");
    if (!root) throw new Error("the page has no #root");
    this.root = root;
    document.title = text(title);
    document.documentElement.lang = locale;
    document.documentElement.dir = direction;
  }

  /** Paints, keeping focus where it was. */
  paint(template: TemplateResult): void {
    keepingFocus(this.root, () => {
      if (!this.#painted) this.root.replaceChildren();
      render(template, this.root);
    });
    if (this.#painted) return;
    this.#painted = true;
    this.root.removeAttribute("aria-busy");
    // What waits for the page, as the tests do, waits for this.
    document.documentElement.dataset["ready"] = "true";
  }
}

/**
 * A load that may be asked for at any time: while one runs, further calls become one more after it, so that the
 * last answer painted is never older than the last call.
 */
export function coalesced(load: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let again = false;
  async function run(): Promise<void> {
    try {
      do {
        again = false;
        await load();
      } while (again);
    } finally {
      running = null;
    }
  }
  return () => {
    if (running) again = true;
    else running = run();
    return running;
  };
}
