// Asks for the words that are to be hidden in several records. The browser keeps the focus in the dialog.

import { html, render } from "lit-html";
import { text } from "../../platform/browser";
import { plural } from "../../ui/words";

/** Longest phrase, as the background takes it. */
const PHRASE = 200;

/**
 * Asks; the answer is the words, or `null` where there are none.
 *
 * @param records how many; `null` where that is not known yet.
 */
export function wordsAsked(records: number | null): Promise<string | null> {
  const dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.setAttribute("aria-labelledby", "words-title");
  let phrase = "";
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (phrase.trim() !== "") dialog.close("yes");
  };
  render(
    html`<h2 id="words-title">${records === null ? text("hide_in_all_title") : plural("hide_in_title", records)}</h2>
      <form @submit=${submit}>
        <div class="confirm-body">
          <label class="grow">
            <span>${text("hide_in_words")}</span>
            <input
              class="field"
              type="text"
              data-action="hide-in-words"
              autocomplete="off"
              spellcheck="false"
              dir="auto"
              maxlength=${PHRASE}
              required
              autofocus
              aria-describedby="words-why"
              @input=${(event: Event) => {
                if (event.target instanceof HTMLInputElement) phrase = event.target.value;
              }}
            />
          </label>
          <p class="small soft" id="words-why">${text("hide_in_why")}</p>
        </div>
        <div class="confirm-bar">
          <button type="button" class="button big" data-action="confirm-no" @click=${() => dialog.close()}>
            ${text("cancel")}
          </button>
          <button type="submit" class="button primary big" data-action="hide-in-yes">
            ${text("hiding_add_button")}
          </button>
        </div>
      </form>`,
    dialog,
  );
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? phrase.trim() : null);
    });
    dialog.showModal();
  });
}
