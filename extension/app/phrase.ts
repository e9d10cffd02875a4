// 24 words as a person types them: in any case, on any lines, with or without their numbers.

import { html, type TemplateResult } from "lit-html";
import { Failed, text } from "../platform/browser";
import { number } from "../ui/words";

const WORD = /[^\s\d.,;:()]+/gu;

/** The words in lower case with one space between them. */
export function phraseOf(typed: string): string {
  return wordsOf(typed).join(" ");
}

/** The field that takes them. `described` are the ids of what is said about it. */
export function phraseField(it: {
  id: string;
  invalid: boolean;
  described: string;
  disabled: boolean;
  typed: (count: number) => void;
}): TemplateResult {
  return html`<textarea
    class="field phrase mono"
    id=${it.id}
    name="words"
    rows="4"
    data-action=${it.id}
    autocomplete="off"
    autocapitalize="none"
    autocorrect="off"
    spellcheck="false"
    dir="ltr"
    required
    aria-invalid=${it.invalid ? "true" : "false"}
    aria-describedby=${it.described}
    ?disabled=${it.disabled}
    @input=${(event: Event) => {
      if (event.target instanceof HTMLTextAreaElement) it.typed(wordsOf(event.target.value).length);
    }}
  ></textarea>`;
}

/** Leads to the field and, where the fault is about one word, selects it. */
export function leadToWord(id: string, error: unknown): void {
  const field = document.getElementById(id);
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.focus();
  if (!(error instanceof Failed) || error.code !== "word_unknown") return;
  const found = [...field.value.matchAll(WORD)][Number(error.detail) - 1];
  if (found) field.setSelectionRange(found.index, found.index + found[0].length);
}

/** How many there are so far. */
export function counted(count: number): string {
  return text("phrase_count", number(count));
}

function wordsOf(typed: string): string[] {
  return typed.normalize("NFKC").toLowerCase().match(WORD) ?? [];
}
