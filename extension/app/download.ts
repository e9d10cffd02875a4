// An exported file on its way from the background to the browser's downloads: one at a time, with a way to stop it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import { announce } from "../ui/messages";
import { isolated } from "../ui/words";
import { fetchFile, type Progress, save } from "./saving";

interface Running {
  id: string;
  progress: Progress;
  stop: AbortController;
}

export class Download {
  readonly #paint: () => void;
  #running: Running | null = null;
  #saved = new Set<string>();

  constructor(paint: () => void) {
    this.#paint = paint;
  }

  /** Whether an export was handed to the browser to save. */
  saved(id: string): boolean {
    return this.#saved.has(id);
  }

  /** How far it is with an export, or nothing where that is not under way. */
  progress(id: string): TemplateResult | null {
    if (this.#running?.id !== id) return null;
    const { progress } = this.#running;
    return html`<div class="bar saving">
      <progress
        aria-label=${text("saving")}
        max=${progress.of || nothing}
        value=${progress.of ? progress.done : nothing}
      ></progress>
      <button type="button" class="button" data-action="cancel" @click=${this.cancel}>${text("cancel")}</button>
    </div>`;
  }

  /** @throws {Failed} when a piece could not be had; nothing is saved then. */
  async fetch({ id, file: name }: { id: string; file: string }): Promise<void> {
    const stop = new AbortController();
    this.#running = { id, progress: { done: 0, of: 0 }, stop };
    this.#paint();
    try {
      const file = await fetchFile(id, stop.signal, (progress) => {
        this.#running = { id, progress, stop };
        this.#paint();
      });
      if (!file) {
        announce(text("save_cancelled"));
        return;
      }
      save(file, name);
      this.#saved.add(id);
      announce(text("made_saved", isolated(name)));
    } finally {
      this.#running = null;
      this.#paint();
    }
  }

  cancel = (): void => {
    this.#running?.stop.abort();
  };
}
