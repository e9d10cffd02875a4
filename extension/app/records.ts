// All records, newest first: find, choose several, read one whole.

import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../platform/browser";
import type { Item, SitesView } from "../platform/messages";
import { ask } from "../ui/ask";
import { inWords } from "../ui/fault";
import { openHelp } from "../ui/help";
import { icon } from "../ui/icon";
import { announce, complain, offer } from "../ui/messages";
import { carriedOut, carryOut, nextFinal, onKey } from "../ui/review";
import type { Decision } from "../ui/ticket";
import { isolated, plural } from "../ui/words";
import { Activity } from "./archive/activity";
import { Bulk, type Deed } from "./archive/bulk";
import { Facets } from "./archive/facets";
import { feed, feedOf } from "./archive/feed";
import { Pane } from "./archive/pane";
import { Proof } from "./archive/proof";
import { address, type Name, readAddress, toggled } from "./archive/query";
import { Search } from "./archive/search";
import { Selection } from "./archive/selection";
import { broken, noRecords, unread } from "./archive/states";
import { Tally } from "./archive/tally";
import { tools } from "./archive/tools";
import { Virtual } from "./archive/virtual";
import { attempt, door, type Section, unreadable } from "./section";

/** After so long without a key, what is typed next is a question of its own, to which Back leads, in milliseconds. */
const BURST = 1_500;
/** How long after a key the address says what was typed, in milliseconds. */
const NOTED = 200;
/** How long no key is pressed before it is said how much was found. */
const HUSH = 700;
/** How long the log is left alone before it is counted anew. */
const RECOUNT = 400;

export class Records implements Section {
  readonly #paint: () => void;
  readonly #search: Search;
  readonly #tally: Tally;
  readonly #facets: Facets;
  readonly #activity: Activity;
  readonly #virtual: Virtual;
  readonly #selection = new Selection();
  readonly #bulk: Bulk;
  readonly #pane: Pane;
  readonly #proof: Proof;
  #sites: SitesView | null = null;
  #failure: unknown = null;
  #helped = false;
  /** When a key was last pressed in the field, and whether what was found since is yet to be said. */
  #typed = Number.NEGATIVE_INFINITY;
  #unsaid = false;
  #hush: ReturnType<typeof setTimeout> | undefined;
  #recount: ReturnType<typeof setTimeout> | undefined;
  /** The address does not say yet what was typed last. */
  #noting: ReturnType<typeof setTimeout> | undefined;
  #finality: ReturnType<typeof setTimeout> | undefined;
  /** The ticket that had the focus last, and the one that is about to get it. */
  #current: number | null = null;
  #going: number | null = null;
  #undoable: number[] = [];
  /** The question whose answer was shown last. */
  #begun: string | null = null;
  /** Where the list was left. */
  #place = 0;

  constructor(paint: () => void) {
    this.#paint = paint;
    this.#search = new Search(this.#answer);
    const quiet = () => this.#search.quiet();
    this.#tally = new Tally(paint, quiet);
    this.#activity = new Activity(paint, quiet);
    this.#facets = new Facets(paint, (name, value) => this.#turn(name, value));
    this.#virtual = new Virtual(paint, feedOf);
    this.#bulk = new Bulk(paint, () => this.#reload());
    this.#pane = new Pane(paint);
    this.#proof = new Proof(paint);
  }

  enter(rest: string): void {
    this.#forgetNote();
    const { query, seq } = readAddress(rest);
    this.#ask(query);
    // As where it was chosen as a whole: Back leads to here from what is typed next.
    this.#typed = Number.NEGATIVE_INFINITY;
    if (seq === this.#pane.seq) return;
    const closed = this.#pane.seq;
    if (closed === null) this.#place = scrollY;
    this.#pane.open(seq);
    if (seq !== null || closed === null) {
      this.#current = seq;
      return;
    }
    // Where the list gave way to the record, it comes back where it was left.
    const hidden = !feedOf()?.checkVisibility();
    this.#paint();
    if (hidden) scrollTo(0, this.#place);
    this.#reach(closed, hidden);
  }

  leave(): void {
    this.#forgetNote();
  }

  async load(): Promise<void> {
    // What is decided step by step changes the log with each; it is looked at once that is done.
    if (this.#bulk.busy) return;
    try {
      const [sites] = await Promise.all([
        ask({ type: "sites" }, "sites"),
        this.#search.refresh(),
        this.#pane.read(),
      ]);
      this.#sites = sites.view;
      this.#failure = null;
    } catch (error) {
      // What was shown stays in sight; only where there is nothing yet does the fault take its place.
      if (this.#sites) complain(error);
      else this.#failure = error;
    }
    this.#followDeletions();
    clearTimeout(this.#recount);
    this.#recount = setTimeout(this.#count, this.#tally.sums ? RECOUNT : 0);
  }

  conceal(): void {
    clearTimeout(this.#finality);
    clearTimeout(this.#recount);
    clearTimeout(this.#hush);
    this.#search.forget();
    this.#tally.forget();
    this.#activity.forget();
    this.#selection.none();
    this.#bulk.drop();
    this.#pane.conceal();
    this.#failure = null;
    this.#proof.forget();
  }

  template(): TemplateResult | typeof nothing {
    const search = this.#search;
    const failure = this.#failure ?? (search.counts ? null : search.failure);
    if (failure) return unreadable(failure, () => void this.#reload());
    if (!search.counts || !this.#sites) return nothing;
    queueMicrotask(this.#settle);
    return html`<h1 class="visually-hidden">${text("records_title")}</h1>
      <div class="records" data-open=${this.#pane.seq === null ? "false" : "true"}>
        ${this.#facets.template(search.query, this.#tally)}
        <section class="list" aria-label=${text("records_title")}>
          ${this.#sites.consented ? nothing : door()}
          ${search.notices.map(
            (notice) => html`<p class="strip" data-notice=${notice.code}>
              ${icon("warning")}<span>${text(notice.code, isolated(notice.site))}</span>
            </p>`,
          )}
          ${unread(search.damaged)} ${this.#tools()} ${search.counts.total > 0 ? this.#activity.template(search.query) : nothing}
          ${search.failure ? broken(inWords(search.failure), () => void this.#reload()) : nothing}
          ${search.rows.length > 0 ? this.#feed() : noRecords(search, this.#sites, this.#choose)} ${this.#sites.consented ? this.#proof.template() : nothing}
        </section>
        ${this.#pane.template(search.query, this.#decide, () => this.#go(null))}
      </div>`;
  }

  key(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#pane.seq !== null && !document.querySelector("dialog[open]")) {
      this.#go(null);
      return;
    }
    onKey(event, {
      feed: feedOf,
      item: (seq) => this.#search.rows[this.#search.place(seq)]?.item,
      decide: this.#decide,
      undoLast: this.#undoLast,
      open: this.#show,
      move: this.#move,
      moved: (item) => {
        if (this.#pane.seq !== null) this.#go(item.seq, true);
      },
      select: (item) => this.#toggle(item, false),
      find: () => document.getElementById("filter")?.focus(),
      help: openHelp,
    });
  }

  #tools(): TemplateResult {
    const { rows } = this.#search;
    return tools({
      field: {
        search: this.#search,
        helped: this.#helped,
        help: () => {
          this.#helped = !this.#helped;
          this.#paint();
        },
        type: this.#type,
        choose: this.#choose,
        down: () => this.#move(null, 1),
      },
      selection: this.#selection,
      bulk: this.#bulk,
      found: this.#found,
      said: this.#said(),
      fits: (deed) => this.#fits(deed),
      markedOnly: () => this.#turn("is", "marked"),
      selectShown: (select) => {
        if (select) this.#selection.shown(rows);
        else this.#selection.none();
        this.#paint();
      },
      selectAll: () => {
        this.#selection.all();
        this.#paint();
      },
      selectNone: () => {
        this.#selection.none();
        this.#paint();
      },
      run: (deed) => void this.#run(deed),
      exported: () => void this.#export(),
    });
  }

  /** How many the query finds, where that is known. */
  get #found(): number | null {
    const { sums } = this.#tally;
    if (this.#search.next === null && !this.#search.walking) return this.#search.rows.length;
    // What is being deleted is listed, and not counted.
    const counted = sums?.complete && sums.query === this.#search.answered;
    return counted && sums.total >= this.#search.rows.length ? sums.total : null;
  }

  #said(): string {
    const search = this.#search;
    if (search.answered === "") return plural("records_count", search.counts?.total ?? 0);
    const found = this.#found;
    return found === null ? plural("found_so_far", search.rows.length) : plural("found", found);
  }

  #feed(): TemplateResult {
    return feed({
      search: this.#search,
      virtual: this.#virtual,
      selection: this.#selection,
      found: this.#found,
      current: this.#current,
      going: this.#going,
      opened: this.#pane.seq,
      decide: this.#decide,
      open: this.#show,
      toggle: this.#toggle,
      follow: this.#follow,
    });
  }

  /** After each paint: what was painted is measured, and what comes into sight is asked for. */
  #settle = (): void => {
    this.#virtual.settle();
    const search = this.#search;
    cover();
    if (search.answered !== this.#begun) {
      // Another answer is read from its beginning.
      if (this.#begun !== null && (feedOf()?.getBoundingClientRect().top ?? 0) < 0)
        document.querySelector(".list")?.scrollIntoView({ block: "start", behavior: "instant" });
      this.#begun = search.answered;
    }
    if (!feedOf()?.checkVisibility()) return;
    search.see(...this.#virtual.seen);
    if (this.#virtual.ending && search.failure === null && !search.stopped) search.more();
  };

  #answer = (): void => {
    this.#selection.keep(this.#search.rows);
    this.#paint();
    this.#say();
  };

  /** Says how much was found, once nothing is typed and looked for any more. */
  #say = (): void => {
    const search = this.#search;
    if (!this.#unsaid || search.walking || performance.now() - this.#typed < HUSH) return;
    this.#unsaid = false;
    announce(search.rows.length === 0 ? text("empty_nothing_matches_title") : this.#said());
  };

  #count = (): void => {
    void this.#tally.ask(this.#search.query, this.#tally.sums?.query === this.#search.query);
    void this.#activity.load();
  };

  async #reload(): Promise<void> {
    await this.load();
    this.#paint();
  }

  /** Asks the archive something else; what was chosen of the answer before is let go. */
  #ask(query: string): void {
    if (query !== this.#search.query) {
      this.#selection.none();
      this.#bulk.forget();
      this.#typed = performance.now();
      this.#unsaid = true;
      clearTimeout(this.#hush);
      this.#hush = setTimeout(this.#say, HUSH);
    }
    this.#search.ask(query);
    if (this.#tally.sums) void this.#tally.ask(query);
  }

  #type = (query: string): void => {
    const anew = performance.now() - this.#typed > BURST;
    this.#ask(query);
    if (anew) history.pushState(null, "", address(query, this.#pane.seq));
    else this.#noting ??= setTimeout(this.#note, NOTED);
    this.#paint();
  };

  /** Brings the address after what was typed. Not at each key: a browser refuses too many changes within a while. */
  #note = (): void => {
    if (this.#noting === undefined) return;
    this.#forgetNote();
    history.replaceState(null, "", address(this.#search.query, this.#pane.seq));
  };

  /** The address is another one by now. */
  #forgetNote(): void {
    clearTimeout(this.#noting);
    this.#noting = undefined;
  }

  /** Asks something that was chosen as a whole, and not typed. */
  #choose = (query: string): void => {
    if (query === this.#search.query) return;
    this.#note();
    history.pushState(null, "", address(query, this.#pane.seq));
    this.#ask(query);
    // What is typed next goes on from here, and Back leads to here.
    this.#typed = Number.NEGATIVE_INFINITY;
    this.#paint();
    this.#say();
  };

  #turn(name: Name, value: string): void {
    this.#choose(toggled(this.#search.query, name, value));
  }

  #decide = (decision: Decision, item: Item): void => {
    void this.#carryOut(decision, [item.seq]);
  };

  #undoLast = (): void => {
    const seqs = this.#undoable;
    this.#undoable = [];
    if (seqs.length > 0) void this.#carryOut("undo", seqs);
  };

  async #carryOut(decision: Decision, seqs: number[]): Promise<void> {
    await attempt(async () => {
      const words = carriedOut(decision, await carryOut(decision, seqs));
      if (decision !== "delete") {
        announce(words);
        return;
      }
      this.#undoable = seqs;
      offer(words, { action: "undo-last", label: text("undo"), run: this.#undoLast });
    });
    await this.#reload();
  }

  #fits(deed: Deed): boolean {
    if (this.#selection.everything) return deed !== "undo" && this.#selection.size(this.#found ?? 1) > 0;
    // What is being deleted is beyond that.
    const decision = deed === "hide" ? "delete" : deed;
    return this.#selection.fits(decision, this.#search.rows, this.#search.version);
  }

  async #run(deed: Deed): Promise<boolean> {
    const { query, rows } = this.#search;
    const selection = this.#selection;
    const seqs = selection.fitting(deed === "hide" ? "delete" : deed, rows);
    const done = await this.#bulk.start(
      deed,
      selection.everything
        ? {
            count: this.#found === null ? null : selection.size(this.#found),
            of: { query, except: selection.except },
          }
        : { count: seqs.length, of: { seqs } },
    );
    if (deed === "delete") {
      this.#undoable = this.#bulk.deleted;
      if (done && selection.everything) selection.none();
      this.#paint();
    }
    return done;
  }

  /** An export takes what is marked: so what is selected is marked, and the way there is gone. */
  async #export(): Promise<void> {
    if (!this.#fits("mark") || (await this.#run("mark"))) location.hash = "#export";
  }

  #toggle = (item: Item, extend: boolean): void => {
    this.#selection.toggle(item, extend, this.#search.rows);
    this.#paint();
  };

  #show = (item: Item): void => {
    this.#go(item.seq);
  };

  #go(seq: number | null, replace = false): void {
    this.#note();
    const hash = address(this.#search.query, seq);
    if (replace) location.replace(hash);
    else location.hash = hash;
  }

  #move = (from: number | null, step: number): Item | null => {
    const { rows } = this.#search;
    const start = from === null ? -1 : this.#search.place(from);
    const to = Math.min(Math.max(start + step, 0), rows.length - 1);
    const item = rows[to]?.item;
    if (!item) return null;
    if (to === rows.length - 1) this.#search.more();
    this.#reach(item.seq);
    return item;
  };

  /** Leads to a ticket, wherever in the list it is. */
  #reach(seq: number, still = false): void {
    this.#going = seq;
    this.#current = seq;
    this.#paint();
    this.#going = null;
    // What was in sight is held now, and not once the focus moved the page.
    this.#virtual.settle();
    document.querySelector<HTMLElement>(`.feed article[data-seq="${seq}"]`)?.focus({ preventScroll: still });
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
    const until = nextFinal(
      this.#search.rows.map(({ item }) => item),
      now,
    );
    if (until !== null) this.#finality = setTimeout(() => void this.#reload(), until - now + 250);
  }
}

/** What lies over the list while it is scrolled: a ticket that gets the focus is not hidden behind it. */
function cover(): void {
  const tools = document.querySelector<HTMLElement>(".tools");
  if (!tools) return;
  const height = getComputedStyle(tools).position === "sticky" ? tools.offsetHeight : 0;
  tools.parentElement?.style.setProperty("--covered", `${height}px`);
}
