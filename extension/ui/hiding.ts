// What a record hides where it is shared: findings marked in the text, what becomes of each, and the text that would
// leave. What is found and what that leads to is the background's; here it is shown, and pressed.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { text } from "../platform/browser";
import type { FindingView, Hide, HidingView, RecordView, Request, Span } from "../platform/messages";
import { ask } from "./ask";
import { exactly } from "./exact";
import { announce } from "./messages";
import { lead, Trial } from "./trial";
import { isolated, percent, plural } from "./words";

/** Longest piece of a finding that is repeated beside it, in UTF-16 units. */
const EXCERPT = 60;
/** Longest phrase, as the background takes it. */
const PHRASE = 200;
const HEADING = "hiding-title";

/** The part of a record's page that hides. One record at a time. */
export class Hiding {
  readonly #paint: () => void;
  readonly #take: (view: RecordView) => void;
  readonly #trial: Trial;
  #phrase = "";
  /** The finding that is looked at: pointed to, or focused. */
  #looked: number | null = null;
  #selected: Span | null = null;
  readonly #compact: boolean;
  /** The finding that is decided about beneath the text, where there is no room for all of them. */
  #opened: number | null = null;

  /**
   * @param take called with what a decision led to.
   * @param compact without the list of findings: what becomes of the one that was pressed is decided beneath the text.
   */
  constructor(paint: () => void, take: (view: RecordView) => void, compact = false) {
    this.#paint = paint;
    this.#take = take;
    this.#compact = compact;
    this.#trial = new Trial(paint);
    if (!compact) document.addEventListener("selectionchange", this.#select);
  }

  /** Another record, or none: what was begun here is dropped. */
  leave(): void {
    this.#phrase = "";
    this.#looked = null;
    this.#selected = null;
    this.#opened = null;
    this.#trial.fault = "";
  }

  /** The exact text, with what was found in it marked. */
  words(record: RecordView): TemplateResult {
    const findings = record.hiding?.findings ?? [];
    const looked = this.#looked === null ? undefined : findings[this.#looked];
    return html`<div
        class="full exact"
        dir="auto"
        tabindex="0"
        role="group"
        aria-label=${text("full_text")}
        data-text
        @focusin=${this.#look}
        @focusout=${this.#lookAway}
        @pointerover=${this.#look}
        @pointerleave=${this.#lookAway}
      >${this.#marked(record.text, findings)}</div>
      ${
        record.hiding
          ? html`<p class="small why" data-why=${looked ? this.#looked : nothing}>
            ${looked ? html`<code dir="ltr">${looked.kind}</code> · ${reasonOf(looked)}` : text(findings.length > 0 ? "hiding_why" : "hiding_none")}
          </p>`
          : nothing
      }
      ${this.#compact ? this.#becoming(record, findings) : nothing}`;
  }

  /** What becomes of the finding that was pressed. */
  #becoming(record: RecordView, findings: FindingView[]): TemplateResult | typeof nothing {
    const index = this.#opened;
    const finding = index === null ? undefined : findings[index];
    if (index === null || !finding) return this.#trial.fault ? this.#trial.told("hide-fault") : nothing;
    return html`<div class="becoming" data-becoming=${index}>
      <p class="small found">${text(`finding_group_${finding.group}`)} ${reasonOf(finding)}</p>
      <div class="bar">
        ${this.#actions(record, finding, index, false)}
        <button
          type="button"
          class="button quiet"
          data-action="undo-hide"
          ?disabled=${!record.hiding?.undo || this.#trial.busy}
          @click=${() => void this.#ask(record, { type: "undo_hide", seq: record.item.seq }, text("hiding_undone"))}
        >
          ${text("undo")}
        </button>
      </div>
      ${this.#trial.told("hide-fault")}
    </div>`;
  }

  /** What becomes of it. `fixed` where nothing can be decided now. */
  template(record: RecordView, fixed: boolean): TemplateResult | typeof nothing {
    const { hiding } = record;
    if (!hiding) return nothing;
    return html`<section class="hiding" aria-labelledby=${HEADING} data-hiding>
      <div class="bar">
        <h3 id=${HEADING} tabindex="-1">${text("hiding_title")}</h3>
        <p class="small soft" data-hidden=${record.item.hidden ?? 0}>${summary(record, hiding)}</p>
        <button
          type="button"
          class="button push"
          data-action="undo-hide"
          ?disabled=${fixed || !hiding.undo || this.#trial.busy}
          @click=${() => void this.#ask(record, { type: "undo_hide", seq: record.item.seq }, text("hiding_undone"))}
        >
          ${text("undo")}
        </button>
      </div>
      ${
        hiding.findings.length > 0
          ? html`<ol class="findings" aria-label=${text("hiding_findings")}>
            ${hiding.findings.map((finding, index) => this.#finding(record, finding, index, fixed))}
          </ol>`
          : nothing
      }
      ${fixed ? nothing : this.#adding(record)} ${leaving(hiding)}
    </section>`;
  }

  #marked(words: string, findings: FindingView[]): Array<TemplateResult | string> {
    const pieces: Array<TemplateResult | string> = [];
    let place = 0;
    for (const index of apart(findings)) {
      const finding = findings[index];
      if (!finding) continue;
      const { start, end } = finding.span;
      pieces.push(exactly(words.slice(place, start)), this.#mark(words, finding, index));
      place = end;
    }
    pieces.push(exactly(words.slice(place)));
    return pieces;
  }

  #mark(words: string, finding: FindingView, index: number): TemplateResult {
    const value = words.slice(finding.span.start, finding.span.end);
    const state = text(`hide_state_${finding.action}`);
    // Between the tags of the text nothing but the text may stand.
    return html`<mark
      class="finding"
      role="button"
      tabindex="0"
      data-finding=${index}
      data-kind=${finding.kind}
      data-hide=${finding.action}
      data-group=${finding.group}
      title=${reasonOf(finding)}
      aria-label=${text("finding_named", isolated(short(value)), isolated(finding.kind), state)}
      aria-describedby="finding-${index}-why"
      @click=${() => (getSelection()?.isCollapsed ?? true) && this.#open(index)}
      @keydown=${(event: KeyboardEvent) => pressed(event) && this.#open(index)}
    >${exactly(value)}</mark>`;
  }

  #finding(record: RecordView, finding: FindingView, index: number, fixed: boolean): TemplateResult {
    const value = short(record.text.slice(finding.span.start, finding.span.end));
    return html`<li data-row=${index} data-looked=${this.#looked === index ? "true" : nothing}>
      <p class="found">
        <span class="value" dir="auto">${exactly(value)}</span>
        <code dir="ltr">${finding.kind}</code>
      </p>
      <p class="small soft" id="finding-${index}-why">
        ${text(`finding_group_${finding.group}`)} ${reasonOf(finding)}
        ${finding.also.length > 0 ? text("finding_also", isolated(finding.also.join(", "))) : nothing}
      </p>
      ${this.#actions(record, finding, index, fixed)}
    </li>`;
  }

  #actions(record: RecordView, finding: FindingView, index: number, fixed: boolean): TemplateResult {
    const { start, end } = finding.span;
    const value = short(record.text.slice(start, end));
    return html`<div class="several" role="group" aria-label=${text("finding_becomes", isolated(value))}>
        ${finding.actions.map(
          (action) => html`<button
            type="button"
            class="button"
            id=${action === finding.action ? `finding-${index}` : nothing}
            data-action="hide-${action}"
            data-finding=${index}
            aria-pressed=${action === finding.action ? "true" : "false"}
            title=${text(`hide_as_why_${action}`)}
            ?disabled=${fixed}
            @click=${() => void this.#decide(record, start, end, action)}
          >
            ${text(`hide_as_${action}`)}
          </button>`,
        )}
      </div>`;
  }

  #adding(record: RecordView): TemplateResult {
    return html`<form
        class="bar adding"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          void this.#hidePhrase(record);
        }}
      >
        <label class="grow">
          <span class="small">${text("hiding_add")}</span>
          <input
            class="field"
            id="hide-phrase"
            type="text"
            data-action="hide-phrase"
            autocomplete="off"
            spellcheck="false"
            dir="auto"
            maxlength=${PHRASE}
            aria-describedby="hide-fault"
            .value=${live(this.#phrase)}
            @input=${(event: Event) => {
              if (event.target instanceof HTMLInputElement) this.#phrase = event.target.value;
            }}
          />
        </label>
        <button type="submit" class="button" data-action="hide-words">${text("hiding_add_button")}</button>
        <button
          type="button"
          class="button"
          data-action="hide-selection"
          ?disabled=${this.#selected === null}
          @mousedown=${(event: Event) => event.preventDefault()}
          @click=${() => void this.#hideSelection(record)}
        >
          ${text("hiding_selection")}
        </button>
      </form>
      ${this.#trial.told("hide-fault")}`;
  }

  #decide(record: RecordView, start: number, end: number, action: Hide): Promise<void> {
    const { seq } = record.item;
    return this.#ask(record, { type: "hide", seq, start, end, action });
  }

  async #hidePhrase(record: RecordView): Promise<void> {
    const phrase = this.#phrase.trim();
    if (phrase === "") {
      lead("hide-phrase");
      return;
    }
    await this.#ask(record, { type: "hide_phrase", seq: record.item.seq, phrase });
    if (this.#trial.fault === "") this.#phrase = "";
    this.#paint();
    lead("hide-phrase");
  }

  async #hideSelection(record: RecordView): Promise<void> {
    const span = this.#selected;
    if (!span) return;
    getSelection()?.removeAllRanges();
    await this.#decide(record, span.start, span.end, "placeholder");
    lead(HEADING);
  }

  async #ask(record: RecordView, request: Request, said?: string): Promise<void> {
    const active = document.activeElement;
    await this.#trial.run(async () => {
      const { view } = await ask(request, "record");
      this.#looked = null;
      this.#take(view);
      if (view.item.seq === record.item.seq && view.hiding)
        announce(said ? `${said} ${summary(view, view.hiding)}` : summary(view, view.hiding));
    });
    // What was pressed may be gone with its finding.
    if (active instanceof HTMLElement && (!active.isConnected || active.matches(":disabled")))
      (
        document.getElementById(HEADING) ??
        active.closest<HTMLElement>("article") ??
        document.querySelector<HTMLElement>("[data-text]")
      )?.focus();
  }

  /** Leads to what can be decided about a finding. */
  #open(index: number): void {
    this.#looked = index;
    this.#opened = index;
    this.#paint();
    if (this.#compact) {
      lead(`finding-${index}`);
      return;
    }
    const row = document.querySelector<HTMLElement>(`[data-row="${index}"]`);
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus({ preventScroll: true });
  }

  #look = (event: Event): void => {
    const mark = event.target instanceof Element ? event.target.closest<HTMLElement>("mark") : null;
    const index = mark ? Number(mark.dataset["finding"]) : null;
    if (index === null || index === this.#looked) return;
    this.#looked = index;
    this.#paint();
  };

  #lookAway = (): void => {
    if (this.#looked === null) return;
    this.#looked = null;
    this.#paint();
  };

  #select = (): void => {
    const root = document.querySelector<HTMLElement>("[data-text]");
    const span = root ? selected(root) : null;
    const had = this.#selected !== null;
    this.#selected = span;
    if (had !== (span !== null)) this.#paint();
  };
}

/** What would leave, with what stands in place of what is hidden. */
function leaving({ shared, places }: HidingView): TemplateResult {
  if (shared === null) return html`<p class="small soft" data-shared="same">${text("hiding_same")}</p>`;
  const pieces: TemplateResult[] = [];
  let place = 0;
  for (const { start, end } of places) {
    pieces.push(
      exactly(shared.slice(place, start)),
      html`<ins class="instead">${exactly(shared.slice(start, end))}</ins>`,
    );
    place = end;
  }
  pieces.push(exactly(shared.slice(place)));
  return html`<h4 id="leaving">${text("hiding_leaves")}</h4>
    <div
      class="full exact leaving"
      dir="auto"
      tabindex="0"
      role="group"
      aria-labelledby="leaving"
      data-shared="other"
    >${pieces}</div>`;
}

function summary({ item }: RecordView, { findings }: HidingView): string {
  const hidden = item.hidden ?? 0;
  const shown = findings.length - hidden;
  if (findings.length === 0) return text("hiding_nothing");
  return shown === 0
    ? plural("hiding_hidden", hidden)
    : text("hiding_both", plural("hiding_hidden", hidden), plural("hiding_shown", shown));
}

function reasonOf({ reason, confidence }: FindingView): string {
  return text("finding_reason", text(`finding_reason_${reason}`), percent(confidence / 100));
}

/** The findings that are marked: what stays is not marked where it overlaps what is hidden, or what was marked. */
function apart(findings: FindingView[]): number[] {
  let hidden = Number.POSITIVE_INFINITY;
  const ahead = findings
    .map(({ span, action }) => {
      return { start: span.start, hides: action !== "keep" };
    })
    .reverse()
    .map(({ start, hides }) => {
      const next = hidden;
      if (hides) hidden = start;
      return next;
    })
    .reverse();
  const marked: number[] = [];
  let place = 0;
  for (const [index, { span, action }] of findings.entries()) {
    const free = action !== "keep" || span.end <= (ahead[index] ?? 0);
    if (span.start < place || !free) continue;
    marked.push(index);
    place = span.end;
  }
  return marked;
}

function pressed(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" && event.key !== " ") return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function short(value: string): string {
  return value.length <= EXCERPT ? value : `${[...value.slice(0, EXCERPT)].slice(0, -1).join("")}…`;
}

/** What is selected of the text below an element, in UTF-16 units of it; `null` for nothing. */
function selected(root: HTMLElement): Span | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0).cloneRange();
  if (!range.intersectsNode(root)) return null;
  if (!root.contains(range.startContainer)) range.setStart(root, 0);
  if (!root.contains(range.endContainer)) range.setEnd(root, root.childNodes.length);
  const before = document.createRange();
  before.selectNodeContents(root);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  const end = start + range.toString().length;
  return start < end ? { start, end } : null;
}
