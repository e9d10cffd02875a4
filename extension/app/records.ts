// All records, newest first: filter, choose several, read one whole.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import { text } from "../platform/browser";
import type {
  Counts,
  Damage,
  Filter,
  Item,
  ListView,
  Notice,
  RecordView,
  SitesView,
} from "../platform/messages";
import { ask } from "../ui/ask";
import { openHelp } from "../ui/help";
import { Hiding } from "../ui/hiding";
import { icon } from "../ui/icon";
import { announce, complain, offer } from "../ui/messages";
import { carriedOut, carryOut, nextFinal, onKey } from "../ui/review";
import { wanted } from "../ui/site";
import { type Decision, ticket } from "../ui/ticket";
import { isolated, plural } from "../ui/words";
import { detail } from "./detail";
import { attempt, door, type Section, unreadable } from "./section";
import { Went } from "./went";

/** How long the filter waits for the next key, in milliseconds. */
const DEBOUNCE = 200;

export class Records implements Section {
  readonly #paint: () => void;
  #items: Item[] = [];
  #next: number | null = null;
  #counts: Counts | null = null;
  #notices: Notice[] = [];
  /** What could not be read, by its name. */
  #damaged = new Map<string, Damage>();
  #sites: SitesView | null = null;
  #failure: unknown = null;
  /** What is asked for, and what the items answer. They differ while an answer is under way. */
  #filter: Filter = { text: "", marked: false };
  #answered: Filter = { text: "", marked: false };
  /** Of several lists under way, only the last one asked for is shown. */
  #turn = 0;
  #loadingMore = false;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #finality: ReturnType<typeof setTimeout> | undefined;
  #selected = new Set<number>();
  #anchor: number | null = null;
  #current: number | null = null;
  #undoable: number[] = [];
  #open: number | null = null;
  #record: RecordView | null = null;
  #recordFailure: unknown = null;
  #place = 0;
  /** Whether the record was opened just now, and is yet to be led to. */
  #arriving = false;
  #end: IntersectionObserver | null = null;
  #observed: Element | null = null;
  #checking = false;
  /** What the last check found: lines in all, and how much does not hold. */
  #checked: { lines: number; damaged: number } | null = null;

  readonly #hiding: Hiding;
  readonly #went: Went;

  constructor(paint: () => void) {
    this.#paint = paint;
    this.#went = new Went(paint);
    this.#hiding = new Hiding(paint, (record) => {
      if (record.item.seq === this.#open) this.#record = record;
      paint();
    });
  }

  enter(rest: string): void {
    const seq = /^\d+$/.test(rest) ? Number(rest) : null;
    if (seq === this.#open) return;
    const closed = this.#open;
    if (closed === null) this.#place = scrollY;
    this.#open = seq;
    this.#record = null;
    this.#hiding.leave();
    this.#went.leave();
    this.#recordFailure = null;
    this.#arriving = seq !== null;
    if (seq !== null) {
      this.#current = seq;
      return;
    }
    // Where the list gave way to the record, it comes back where it was left.
    this.#paint();
    scrollTo(0, this.#place);
    document.querySelector<HTMLElement>(`article[data-seq="${closed}"]`)?.focus({ preventScroll: true });
  }

  async load(): Promise<void> {
    const turn = ++this.#turn;
    const filter = this.#filter;
    const last = this.#sameQuestion(filter) ? (this.#items.at(-1)?.seq ?? null) : null;
    try {
      const [sites] = await Promise.all([
        ask({ type: "sites" }, "sites"),
        this.#read(turn, filter, last),
        this.#readOpen(),
      ]);
      this.#sites = sites.view;
      this.#failure = null;
    } catch (error) {
      // What was shown stays in sight; only where there is nothing yet does the fault take its place.
      if (turn === this.#turn && this.#counts) complain(error);
      else if (turn === this.#turn) this.#failure = error;
    }
    this.#followDeletions();
  }

  conceal(): void {
    // An answer still under way is of the time before.
    this.#turn += 1;
    clearTimeout(this.#finality);
    this.#items = [];
    this.#counts = null;
    this.#record = null;
    this.#hiding.leave();
    this.#went.leave();
    this.#recordFailure = null;
    this.#failure = null;
    this.#damaged.clear();
    this.#checked = null;
  }

  template(): TemplateResult | typeof nothing {
    if (this.#failure) return unreadable(this.#failure, () => void this.#reload());
    if (!this.#counts || !this.#sites) return nothing;
    queueMicrotask(() => this.#observeEnd());
    return html`<h1 class="visually-hidden">${text("records_title")}</h1>
      <div class="records" data-open=${this.#open === null ? "false" : "true"}>
        <section class="list" aria-label=${text("records_title")}>
          ${this.#sites.consented ? nothing : door()}
          ${this.#notices.map(
            (notice) => html`<p class="strip" data-notice=${notice.code}>
              ${icon("warning")}<span>${text(notice.code, isolated(notice.site))}</span>
            </p>`,
          )}
          ${this.#unreadable()} ${this.#tools(this.#counts)} ${this.#items.length > 0 || this.#next !== null ? this.#feed() : this.#empty(this.#sites)}
          ${this.#sites.consented ? this.#proof() : nothing}
        </section>
        ${
          this.#open === null
            ? nothing
            : detail({
                record: this.#record,
                failure: this.#recordFailure,
                now: Date.now(),
                hiding: this.#hiding,
                went: this.#went,
                decide: this.#decide,
                close: () => this.#go(""),
              })
        }
      </div>`;
  }

  key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#open !== null && !document.querySelector("dialog[open]")) {
      this.#go("");
      return;
    }
    onKey(event, {
      feed: () => document.querySelector<HTMLElement>(".feed"),
      item: (seq) => this.#items.find((item) => item.seq === seq),
      decide: this.#decide,
      undoLast: this.#undoLast,
      open: this.#show,
      moved: (item) => {
        if (this.#open !== null) this.#go(`/${item.seq}`, true);
      },
      select: (item) => this.#toggle(item, false),
      find: () => document.getElementById("filter")?.focus(),
      help: openHelp,
    });
  }

  /** What cannot be read is said in its place; the rest is shown as usual. */
  #unreadable(): TemplateResult | typeof nothing {
    if (this.#damaged.size === 0) return nothing;
    const records = [...this.#damaged.values()].reduce((sum, damage) => sum + damage.records, 0);
    return html`<div class="strip" data-damaged=${records}>
      ${icon("warning")}
      <span>${records > 0 ? plural("damage_in_list", records) : text("damage_in_list_none")}</span>
      <a class="button push" href="#settings/check" data-action="open-check">${text("check_all")}</a>
    </div>`;
  }

  /** Whether the whole log still is what was signed: asked by the person, since it reads every record. */
  #proof(): TemplateResult {
    return html`<p class="proof bar soft small">
      <button
        type="button"
        class="button"
        data-action="check"
        ?disabled=${this.#checking}
        @click=${() => void this.#check()}
      >
        ${text("check_log")}
      </button>
      <span data-checked=${this.#checked?.damaged === 0 ? this.#checked.lines : nothing}>
        ${
          this.#checking
            ? text("check_running")
            : this.#checked === null
              ? text("check_explained")
              : this.#checked.damaged === 0
                ? plural("check_holds", this.#checked.lines)
                : html`${plural("check_damaged", this.#checked.damaged)}
                  <a href="#settings/check" data-action="see-damage">${text("damage_see")}</a>`
        }
      </span>
    </p>`;
  }

  async #check(): Promise<void> {
    this.#checking = true;
    this.#checked = null;
    this.#paint();
    await attempt(async () => {
      const { lines, damaged } = await ask({ type: "check" }, "checked");
      this.#checked = { lines, damaged: damaged.length };
      announce(damaged.length === 0 ? plural("check_holds", lines) : plural("check_damaged", damaged.length));
    });
    this.#checking = false;
    this.#paint();
  }

  #tools(counts: Counts): TemplateResult {
    const shown = this.#items.length;
    const selected = this.#selected.size;
    const all = shown > 0 && selected === shown;
    return html`<div class="tools">
      <div class="bar">
        <label class="find">
          ${icon("search")}<span class="visually-hidden">${text("filter")}</span>
          <input
            class="field"
            id="filter"
            type="search"
            data-action="filter"
            placeholder=${text("filter")}
            autocomplete="off"
            spellcheck="false"
            dir="auto"
            .value=${live(this.#filter.text)}
            @input=${this.#type}
          />
        </label>
        <label class="choice">
          <input
            type="checkbox"
            data-action="marked-only"
            .checked=${live(this.#filter.marked)}
            @change=${this.#markedOnly}
          />
          <span>${text("marked_only")}</span>
        </label>
        <p class="small soft push" data-count="shown">${this.#counted(counts)}</p>
      </div>
      <div class="bar bulk" role="group" aria-label=${text("bulk")}>
        <label class="choice">
          <input
            type="checkbox"
            data-action="select-all"
            ?disabled=${shown === 0}
            .checked=${live(all)}
            .indeterminate=${live(selected > 0 && !all)}
            @change=${this.#selectAll}
          />
          <span>${selected > 0 ? plural("selected", selected) : text("select_all")}</span>
        </label>
        <div class="bar push">
          ${(["keep", "mark", "delete", "undo"] as const).map(
            (decision) => html`<button
              type="button"
              class="button"
              data-action="bulk-${decision}"
              ?disabled=${this.#fitting(decision).length === 0}
              @click=${() => this.#bulk(decision)}
            >
              ${text(decision)}
            </button>`,
          )}
        </div>
      </div>
    </div>`;
  }

  #counted(counts: Counts): string {
    if (this.#answered.text === "" && !this.#answered.marked) return plural("records_count", counts.total);
    const shown = this.#items.length;
    return this.#next === null ? plural("found", shown) : plural("found_so_far", shown);
  }

  #feed(): TemplateResult {
    const now = Date.now();
    const size = this.#next === null ? this.#items.length : -1;
    const reached = this.#items.some(({ seq }) => seq === this.#current)
      ? this.#current
      : this.#items[0]?.seq;
    return html`<div
        class="feed"
        role="feed"
        aria-label=${text("records_title")}
        aria-busy=${this.#loadingMore ? "true" : "false"}
        @focusin=${this.#follow}
      >
        ${repeat(
          this.#items,
          ({ seq }) => seq,
          (item, index) =>
            ticket({
              item,
              now,
              position: index + 1,
              size,
              current: item.seq === reached,
              opened: item.seq === this.#open,
              decide: this.#decide,
              open: this.#show,
              selection: { selected: this.#selected.has(item.seq), toggle: this.#toggle },
            }),
        )}
      </div>
      <div class="end">
        ${
          this.#next === null
            ? html`<p class="small soft">${text("list_end")}</p>`
            : html`<button type="button" class="button" data-action="more" @click=${() => this.#more()}>
              ${text("more")}
            </button>`
        }
      </div>`;
  }

  #empty(sites: SitesView): TemplateResult {
    if (this.#answered.text !== "") {
      return empty("empty_nothing_matches", {
        action: "clear-filter",
        label: text("clear_filter"),
        run: () => this.#ask({ text: "", marked: this.#filter.marked }),
      });
    }
    if (this.#answered.marked) {
      return empty("empty_nothing_marked", {
        action: "clear-filter",
        label: text("show_all"),
        run: () => this.#ask({ text: "", marked: false }),
      });
    }
    if (!sites.sites.some(wanted)) {
      return empty("empty_no_sites", {
        action: "open-sites",
        label: text("sites_title"),
        run: () => {
          location.hash = "#sites";
        },
      });
    }
    return empty("empty_no_records");
  }

  /** Reads from the newest down to the record that was last in sight, so that a refresh shortens nothing. */
  async #read(turn: number, filter: Filter, last: number | null): Promise<void> {
    const items: Item[] = [];
    const damaged = new Map<string, Damage>();
    let before: number | null = null;
    let view: ListView;
    do {
      ({ view } = await ask({ type: "list", filter, before }, "list"));
      if (turn !== this.#turn) return;
      items.push(...view.items);
      for (const damage of view.damaged) damaged.set(damage.name, damage);
      before = view.next;
    } while (last !== null && before !== null && (items.at(-1)?.seq ?? 0) > last);
    this.#items = items;
    this.#damaged = damaged;
    this.#next = view.next;
    this.#counts = view.counts;
    this.#notices = view.notices;
    this.#answered = filter;
    // What is acted on in bulk is in sight.
    const shown = new Set(items.map(({ seq }) => seq));
    this.#selected = new Set([...this.#selected].filter((seq) => shown.has(seq)));
  }

  async #readOpen(): Promise<void> {
    const seq = this.#open;
    if (seq === null) return;
    try {
      const { view } = await ask({ type: "record", seq }, "record");
      if (seq !== this.#open) return;
      this.#record = view;
      this.#recordFailure = null;
      // What is never shared went nowhere. The rest of the record is not kept waiting for it.
      if (view.item.shareable) void this.#went.read(seq);
    } catch (error) {
      if (seq === this.#open) this.#recordFailure = error;
    }
    this.#paint();
    this.#arrive();
  }

  /** Leads to a record that was opened: where it took the list's place, with the focus, otherwise with a word. */
  #arrive(): void {
    const title = document.getElementById("detail-title");
    if (!this.#arriving || !title) return;
    this.#arriving = false;
    if (document.querySelector(".list")?.checkVisibility())
      announce(text("opened", title.textContent.trim()));
    else {
      scrollTo(0, 0);
      title.focus({ preventScroll: true });
    }
  }

  async #reload(): Promise<void> {
    await this.load();
    this.#paint();
  }

  #more(): Promise<void> {
    const before = this.#next;
    if (before === null || this.#loadingMore) return Promise.resolve();
    const turn = this.#turn;
    this.#loadingMore = true;
    return attempt(async () => {
      try {
        const { view } = await ask({ type: "list", filter: this.#answered, before }, "list");
        if (turn !== this.#turn) return;
        this.#items = [...this.#items, ...view.items];
        for (const damage of view.damaged) this.#damaged.set(damage.name, damage);
        this.#next = view.next;
        this.#counts = view.counts;
        announce(plural("more_loaded", view.items.length));
      } finally {
        this.#loadingMore = false;
        this.#paint();
      }
    });
  }

  /** Loads more when the end of the list comes near. */
  #observeEnd(): void {
    const button = document.querySelector('.list [data-action="more"]');
    if (button === this.#observed) return;
    this.#end?.disconnect();
    this.#observed = button;
    if (!button) return;
    this.#end = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        // Observed anew after each page: an end that stays in view counts again.
        this.#observed = null;
        void this.#more();
      },
      { rootMargin: "300px" },
    );
    this.#end.observe(button);
  }

  #type = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.#filter = { ...this.#filter, text: event.target.value };
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#answer(), DEBOUNCE);
  };

  #markedOnly = (event: Event): void => {
    if (event.target instanceof HTMLInputElement)
      this.#ask({ ...this.#filter, marked: event.target.checked });
  };

  #ask(filter: Filter): void {
    clearTimeout(this.#typing);
    this.#filter = filter;
    this.#paint();
    document.getElementById("filter")?.focus();
    void this.#answer();
  }

  async #answer(): Promise<void> {
    await this.#reload();
    const { length } = this.#items;
    if (length === 0) announce(text("empty_nothing_matches_title"));
    else announce(this.#next === null ? plural("found", length) : plural("found_so_far", length));
  }

  #sameQuestion(filter: Filter): boolean {
    return filter.text === this.#answered.text && filter.marked === this.#answered.marked;
  }

  #decide = (decision: Decision, item: Item): void => {
    void this.#carryOut(decision, [item.seq]);
  };

  #undoLast = (): void => {
    const seqs = this.#undoable;
    this.#undoable = [];
    if (seqs.length > 0) void this.#carryOut("undo", seqs);
  };

  #fitting(decision: Decision): number[] {
    return this.#items
      .filter(({ seq, review }) => {
        if (!this.#selected.has(seq)) return false;
        if (review.state === "deleting") return decision === "undo";
        if (decision === "keep") return review.state === "marked";
        if (decision === "mark") return review.state === "private";
        return decision === "delete";
      })
      .map(({ seq }) => seq);
  }

  #bulk(decision: Decision): void {
    void this.#carryOut(decision, this.#fitting(decision));
  }

  async #carryOut(decision: Decision, seqs: number[]): Promise<void> {
    await attempt(async () => {
      const changed = await carryOut(decision, seqs);
      const words = carriedOut(decision, changed);
      if (decision !== "delete") {
        announce(words);
        return;
      }
      this.#undoable = seqs;
      offer(words, { action: "undo-last", label: text("undo"), run: this.#undoLast });
    });
    await this.#reload();
  }

  #toggle = (item: Item, extend: boolean): void => {
    const select = !this.#selected.has(item.seq);
    const order = this.#items.map(({ seq }) => seq);
    const to = order.indexOf(item.seq);
    const from = extend && this.#anchor !== null ? order.indexOf(this.#anchor) : to;
    const range = from < 0 ? [item.seq] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const seq of range) {
      if (select) this.#selected.add(seq);
      else this.#selected.delete(seq);
    }
    this.#anchor = item.seq;
    this.#paint();
  };

  #selectAll = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.#selected = new Set(event.target.checked ? this.#items.map(({ seq }) => seq) : []);
    this.#paint();
  };

  #show = (item: Item): void => {
    this.#go(`/${item.seq}`);
  };

  #go(rest: string, replace = false): void {
    const hash = `#records${rest}`;
    if (replace) location.replace(hash);
    else location.hash = hash;
  }

  #follow = (event: FocusEvent): void => {
    const row =
      event.target instanceof Element ? event.target.closest<HTMLElement>("article[data-seq]") : null;
    const seq = row ? Number(row.dataset["seq"]) : null;
    if (seq === null || seq === this.#current) return;
    this.#current = seq;
    this.#paint();
  };

  /** Asks again when the earliest deletion that is shown becomes final. */
  #followDeletions(): void {
    clearTimeout(this.#finality);
    const now = Date.now();
    const until = nextFinal(this.#items, now);
    if (until !== null) this.#finality = setTimeout(() => void this.#reload(), until - now + 250);
  }
}

function empty(key: string, door?: { action: string; label: string; run: () => void }): TemplateResult {
  return html`<div class="sheet empty" data-empty=${key}>
    <h2>${text(`${key}_title`)}</h2>
    <p>${text(key)}</p>
    ${
      door
        ? html`<button type="button" class="button" data-action=${door.action} @click=${door.run}>
          ${door.label}
        </button>`
        : nothing
    }
  </div>`;
}
