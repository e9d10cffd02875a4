// One question at a time to the archive, and what is known of its answer. An answer comes within a bounded time with
// what was looked through by then, so a question is asked on until a page is full or the log is at its end.

import type { Counts, Damage, FoundItem, Notice, QueryFault, SearchView } from "../../platform/messages";
import { ask } from "../../ui/ask";

/** Records that are asked for at a time. */
const PAGE = 50;
/** How long a search may take before it is said that it goes on, in milliseconds. */
const PATIENCE = 300;
/** A list that is not longer is read anew as a whole; of a longer one, what comes into sight. */
const SHORT = 200;

/** A record that was found. */
export interface Row extends FoundItem {
  /** Which of the states of the log it shows: an earlier one is asked for anew where it comes into sight. */
  epoch: number;
}

/** A question that is to be asked, and what it is asked for. */
interface Step {
  sort: "first" | "on" | "again";
  before: number | null;
}

export class Search {
  readonly #changed: () => void;
  /** What is asked, and what the rows answer; `null` before the first answer. They differ until one comes. */
  query = "";
  answered: string | null = null;
  /** Newest first, without gaps down to `next`. */
  rows: Row[] = [];
  /** Grows with each change of the rows. */
  version = 0;
  next: number | null = null;
  faults: QueryFault[] = [];
  counts: Counts | null = null;
  notices: Notice[] = [];
  /** What could not be read, by its name. */
  damaged = new Map<string, Damage>();
  looked = 0;
  of = 0;
  failure: unknown = null;
  /** The person would not wait any longer. */
  stopped = false;
  /** Of several questions, only the last one asked is answered. */
  #turn = 0;
  /** Whether the rows are still those of the question before. */
  #fresh = true;
  #goal = PAGE;
  #began = 0;
  #epoch = 0;
  #again: { before: number | null; until: number; whole: boolean } | null = null;
  #pumping: Promise<void> | null = null;
  #slow: ReturnType<typeof setTimeout> | undefined;
  #waiting: Array<() => void> = [];

  /** @param changed called after each answer, and when a search turns out to be slow. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Asks something else. The answers to what was asked before are dropped. */
  ask(query: string): void {
    if (query === this.query && (this.answered === query || this.#pumping !== null)) return;
    this.#turn += 1;
    this.query = query;
    this.#fresh = true;
    this.#again = null;
    this.#goal = PAGE;
    this.#begin();
    void this.#pump();
  }

  /** Whether the first page is not full yet and will be filled. */
  get walking(): boolean {
    return this.#fresh || (this.next !== null && this.rows.length < this.#goal && !this.stopped);
  }

  /** Whether that takes long enough to be said. */
  get slow(): boolean {
    return this.walking && this.failure === null && performance.now() - this.#began >= PATIENCE;
  }

  /** Once nothing is asked any more. */
  async quiet(): Promise<void> {
    while (this.#pumping) await this.#pumping;
  }

  /** Waits no longer. */
  stop(): void {
    this.stopped = true;
    this.#changed();
  }

  /** Asks for more, or goes on where it was stopped. */
  more(): void {
    if (this.next === null || (this.walking && !this.stopped)) return;
    this.#goal = this.stopped ? Math.max(this.#goal, this.rows.length + 1) : this.rows.length + PAGE;
    this.#begin();
    void this.#pump();
  }

  /**
   * The log may have changed: what is newest is asked for anew, and the rest when it comes into sight. Settles with
   * the first answer, also where that was that it failed.
   */
  refresh(): Promise<void> {
    this.#epoch += 1;
    this.failure = null;
    const { rows } = this;
    if (!this.#fresh) {
      const whole = rows.length <= SHORT;
      const until = whole ? (this.next ?? -1) : (rows[0]?.item.seq ?? -1);
      this.#again = { before: null, until, whole };
    }
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve));
    void this.#pump();
    return done;
  }

  /** These rows are in sight: what is known of them from before is asked for anew. */
  see(from: number, to: number): void {
    if (this.#again || this.#fresh || this.failure !== null) return;
    const old = this.rows.slice(from, to).findIndex((row) => row.epoch < this.#epoch);
    const last = this.rows[to - 1];
    if (old < 0 || !last) return;
    const before = this.rows[from + old - 1]?.item.seq ?? null;
    this.#again = { before, until: last.item.seq, whole: false };
    void this.#pump();
  }

  /** The place of a record in the list; -1 where it is not in it. */
  place(seq: number): number {
    const at = this.#below(seq + 1);
    return this.rows[at]?.item.seq === seq ? at : -1;
  }

  /** Nothing that was read stays here; what was asked does. */
  forget(): void {
    this.#turn += 1;
    clearTimeout(this.#slow);
    this.rows = [];
    this.version += 1;
    this.answered = null;
    this.next = null;
    this.counts = null;
    this.notices = [];
    this.faults = [];
    this.damaged.clear();
    this.failure = null;
    this.#fresh = true;
    this.#again = null;
    this.#goal = PAGE;
    this.#begin();
  }

  #begin(): void {
    this.stopped = false;
    this.failure = null;
    this.#began = performance.now();
    clearTimeout(this.#slow);
    this.#slow = setTimeout(() => this.slow && this.#changed(), PATIENCE);
  }

  /**
   * Asks step by step, one at a time: while a person types, the next question waits for the answer under way, which
   * comes within a bounded time, so that questions nobody waits for any more never queue up.
   */
  #pump(): Promise<void> {
    this.#pumping ??= this.#run().finally(() => {
      this.#pumping = null;
      // Asked for between the last look and now.
      if (this.#step()) void this.#pump();
    });
    return this.#pumping;
  }

  async #run(): Promise<void> {
    for (let step = this.#step(); step; step = this.#step()) {
      const turn = this.#turn;
      const epoch = this.#epoch;
      try {
        const { view } = await ask({ type: "find", query: this.query, before: step.before }, "searched");
        if (turn !== this.#turn) continue;
        this.#take(step, view, epoch);
      } catch (error) {
        if (turn !== this.#turn) continue;
        this.failure = error;
        this.#again = null;
      }
      if (this.failure !== null || (!this.#fresh && this.#again === null))
        for (const resolve of this.#waiting.splice(0)) resolve();
      this.#changed();
    }
  }

  #step(): Step | null {
    if (this.failure !== null) return null;
    if (this.#fresh) {
      // Where nothing was found so far, the rows of the question before still stand there.
      return this.#held === null ? { sort: "first", before: null } : { sort: "on", before: this.#held };
    }
    if (this.#again) return { sort: "again", before: this.#again.before };
    return this.walking ? { sort: "on", before: this.next } : null;
  }

  /** Where a question without a shown answer goes on. */
  get #held(): number | null {
    return this.#place?.turn === this.#turn ? this.#place.next : null;
  }
  #place: { turn: number; next: number | null } | null = null;

  #take(step: Step, view: SearchView, epoch: number): void {
    this.of = view.of;
    this.counts = view.counts;
    this.notices = view.notices;
    if (step.sort === "first") this.looked = 0;
    if (step.sort !== "again") this.looked += view.looked;
    if (this.#fresh) {
      const empty = view.items.length === 0 && view.next !== null;
      // For a moment, what was found before is better than nothing.
      if (empty && performance.now() - this.#began < PATIENCE && this.rows.length > 0) {
        this.#place = { turn: this.#turn, next: view.next };
        return;
      }
      this.#fresh = false;
      this.#place = null;
      this.rows = [];
      this.damaged.clear();
      this.answered = this.query;
      this.next = view.next;
    }
    if (this.#again?.whole && step.before === null) this.damaged.clear();
    for (const damage of view.damaged) this.damaged.set(damage.name, damage);
    this.faults = view.faults;
    this.#cover(step.before, view, epoch);
    if (step.sort === "on" || view.next === null) this.next = view.next;
    else if (this.next !== null) this.next = Math.min(this.next, view.next);
    if (step.sort !== "again" || !this.#again) return;
    const over = view.next === null || view.next <= this.#again.until;
    this.#again = over ? null : { ...this.#again, before: view.next };
  }

  /** What an answer says of a stretch of the log replaces what was known of it. */
  #cover(before: number | null, { items, next }: SearchView, epoch: number): void {
    const from = before === null ? 0 : this.#below(before);
    const to = next === null ? this.rows.length : this.#below(next);
    const rows = items.map((found) => ({ ...found, epoch }));
    this.rows.splice(from, Math.max(0, to - from), ...rows);
    this.version += 1;
  }

  /** The first place with a lower number. */
  #below(seq: number): number {
    let [low, high] = [0, this.rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle]?.item.seq ?? 0) < seq) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
