// A question before what cannot be called back. The browser keeps the focus in the dialog, and gives it back.

import { html, render, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";

/** What is asked. */
export interface Question {
  title: string;
  body: TemplateResult | string;
  /** What the button does, as its words say. */
  yes: string;
  /** Its `data-action`. */
  action: string;
}

const YES = "yes";

/** Asks, and tells whether the answer was yes. Escape and anything else is no. */
export function confirmed(question: Question): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.setAttribute("aria-labelledby", "confirm-title");
  dialog.setAttribute("aria-describedby", "confirm-body");
  render(
    html`<h2 id="confirm-title">${question.title}</h2>
      <div class="confirm-body" id="confirm-body">
        ${typeof question.body === "string" ? html`<p>${question.body}</p>` : question.body}
      </div>
      <div class="confirm-bar">
        <button type="button" class="button big" data-action="confirm-no" autofocus @click=${() => dialog.close()}>
          ${text("cancel")}
        </button>
        <button
          type="button"
          class="button danger big"
          data-action=${question.action}
          @click=${() => dialog.close(YES)}
        >
          ${question.yes}
        </button>
      </div>`,
    dialog,
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === YES);
    });
    dialog.showModal();
  });
}

/** Closes whatever is open, unanswered. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) dialog.close();
}
