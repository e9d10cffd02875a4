// How much of the disk everything takes, as the browser counts it.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { bytes, plural } from "../ui/words";
import { type Desk, sheet } from "./part";

export class Storage {
  readonly #desk: Desk;
  #asked = false;
  /** What the browser said; `null` until it has. */
  #told: StorageEstimate | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  leave(): void {
    this.#asked = false;
  }

  template({ logs }: SettingsView): TemplateResult {
    if (!this.#asked) void this.#ask();
    const lines = logs.reduce((sum, log) => sum + log.lines, 0);
    return sheet(
      "storage",
      html`<p>${text("storage_explained")}</p>
        ${this.#told ? measured(this.#told) : nothing}
        <p class="small soft">${plural("logs_lines", lines)}</p>`,
    );
  }

  async #ask(): Promise<void> {
    this.#asked = true;
    this.#told = await navigator.storage.estimate().catch(() => ({}));
    this.#desk.paint();
  }
}

function measured({ usage, quota }: StorageEstimate): TemplateResult {
  if (usage === undefined || !quota) return html`<p data-storage="unknown">${text("storage_unknown")}</p>`;
  return html`<p data-storage=${usage}>
    <meter min="0" max=${quota} high=${quota * 0.8} .value=${usage} aria-hidden="true"></meter>
    ${text("storage_used", bytes(usage), bytes(quota))}
  </p>`;
}
