// How many records a query finds, by kind, site and month: summed over the answers on the way to the log's end.

import type { CountedView } from "../../platform/messages";
import { ask } from "../../ui/ask";

/** The sums so far. */
export interface Sums {
  query: string;
  total: number;
  kinds: Map<string, number>;
  sites: Map<string, number>;
  /** By month, as `2026-11`, and kind. */
  months: Map<string, Map<string, number>>;
  looked: number;
  of: number;
  /** Whether the whole log is in them. */
  complete: boolean;
}

export class Tally {
  readonly #changed: () => void;
  readonly #turnOf: () => Promise<void>;
  /** What is known; of the question before until something is known of this one. */
  sums: Sums | null = null;
  failure: unknown = null;
  #query: string | null = null;
  #turn = 0;

  /**
   * @param changed called after each answer.
   * @param turnOf what is waited for before each question: nobody waits for counts while records are looked for.
   */
  constructor(changed: () => void, turnOf: () => Promise<void>) {
    this.#changed = changed;
    this.#turnOf = turnOf;
  }

  /** Counts what a query finds; anew where it is counted already and the log `changed`. */
  async ask(query: string, changed = false): Promise<void> {
    if (query === this.#query && !changed && this.failure === null) return;
    const turn = ++this.#turn;
    const anew = this.sums?.query !== query;
    this.#query = query;
    this.failure = null;
    let sums = empty(query);
    let before: number | null = null;
    try {
      do {
        await this.#turnOf();
        if (turn !== this.#turn) return;
        const { view }: { view: CountedView } = await ask({ type: "count", query, before }, "counted");
        if (turn !== this.#turn) return;
        sums = add(sums, view);
        before = view.next;
        // What was counted before stands until it is counted anew.
        if (anew || sums.complete) this.sums = sums;
        this.#changed();
      } while (before !== null);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.failure = error;
      this.#changed();
    }
  }

  /** Nothing that was read stays here. */
  forget(): void {
    this.#turn += 1;
    this.#query = null;
    this.sums = null;
    this.failure = null;
  }
}

function empty(query: string): Sums {
  const [kinds, sites] = [new Map<string, number>(), new Map<string, number>()];
  return { query, total: 0, kinds, sites, months: new Map(), looked: 0, of: 0, complete: false };
}

function add(sums: Sums, view: CountedView): Sums {
  for (const { name, count } of view.kinds) plus(sums.kinds, name, count);
  for (const { name, count } of view.sites) plus(sums.sites, name, count);
  for (const { month, kind, count } of view.months) {
    const kinds = sums.months.get(month) ?? new Map<string, number>();
    plus(kinds, kind, count);
    sums.months.set(month, kinds);
  }
  return {
    ...sums,
    total: sums.total + view.total,
    looked: sums.looked + view.looked,
    of: view.of,
    complete: view.next === null,
  };
}

function plus(map: Map<string, number>, name: string, count: number): void {
  map.set(name, (map.get(name) ?? 0) + count);
}

/** What there is most of, first. */
export function most(map: Map<string, number>): Array<[string, number]> {
  return [...map].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
}

/** The sum over a map's values. */
export function total(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
