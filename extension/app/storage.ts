// How much of the disk everything takes, as the browser counts it.

import { html, type nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { SettingsView } from "../platform/messages";
import { bytes, plural } from "../ui/words";
import { type Desk, sheet } from "./part";

export class Storage {
  readonly #desk: Desk;
  /** What the browser last said; `undefined` before it was asked. */
  #told: StorageEstimate | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  leave(): void {
    this.#told = undefined;
  }

  template({ logs }: SettingsView): TemplateResult {
    if (this.#told === undefined) this.#look();
    const lines = logs.reduce((sum, log) => sum + log.lines, 0);
    return sheet(
      "storage",
      html`<p>${text("storage_explained")}</p>
        ${this.#measured(this.#told ?? {})}
        <p class="small soft">${plural("logs_lines", lines)}</p>`,
    );
  }

  #look(): void {
    const told: StorageEstimate = {};
    this.#told = told;
    const failed = (): StorageEstimate => ({});
    void navigator.storage
      .estimate()
      .catch(failed)
      .then((estimate) => {
        if (this.#told !== told) return;
        this.#told = estimate;
        this.#desk.paint();
      });
  }

  #measured({ usage, quota }: StorageEstimate): TemplateResult | typeof nothing {
    if (usage === undefined || !quota) return html`<p data-storage="unknown">${text("storage_unknown")}</p>`;
    const words = text("storage_used", bytes(usage), bytes(quota));
    return html`<p data-storage=${usage}>
      <meter min="0" max=${quota} high=${quota * 0.8} .value=${usage} aria-hidden="true"></meter>
      ${words}
    </p>`;
  }
}
