// The list of keys, as a dialog that the browser keeps the focus in.

import { html, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import { icon } from "./icon";
import { shortcuts } from "./review";

/** The dialog, closed. */
export function help(page: "popup" | "app"): TemplateResult {
  return html`<dialog id="help" aria-labelledby="help-title">
    <div class="bar">
      <h2 id="help-title">${text("keys_title")}</h2>
      <button
        class="button icon-button"
        data-action="close-help"
        title=${text("close")}
        @click=${closeHelp}
        type="button"
      >
        ${icon("close")}
      </button>
    </div>
    <dl class="keys">
      ${shortcuts(page).map(
        ([keys, words]) => html`<div>
          <dt>${keys.map((key) => html`<kbd>${key}</kbd>`)}</dt>
          <dd>${words}</dd>
        </div>`,
      )}
    </dl>
  </dialog>`;
}

/** The button that opens it. */
export function helpButton(): TemplateResult {
  return html`<button
    type="button"
    class="button icon-button quiet"
    data-action="help"
    title=${text("keys_title")}
    @click=${openHelp}
  >
    <span aria-hidden="true">?</span>
  </button>`;
}

/** Shows it. */
export function openHelp(): void {
  dialog()?.showModal();
}

function closeHelp(): void {
  dialog()?.close();
}

function dialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("#help");
}
