// Which records are meant: some of those that are shown, or everything that the query finds, but for some.

import type { Item } from "../../platform/messages";
import type { Decision } from "../../ui/ticket";
import type { Row } from "./search";

/** Records that `decide_all` can leave as they are. */
const EXCEPT = 10_000;

export class Selection {
  /** The records that are meant; where `everything` is, those that are not. */
  #named = new Set<number>();
  everything = false;
  /** Where a range begins. */
  #anchor: number | null = null;
  /** Grows with each change. */
  #version = 0;
  /** Which decisions change something, as it was found for these versions of selection and list: it is looked at with
   * each paint, and takes a look at every record. */
  #fits: { own: number; rows: number; decisions: Set<Decision> } | null = null;

  /** How many are meant, of so many that the query finds. */
  size(found: number): number {
    return this.everything ? Math.max(0, found - this.#named.size) : this.#named.size;
  }

  has(seq: number): boolean {
    return this.#named.has(seq) !== this.everything;
  }

  /** What is left as it is, where everything else is meant. */
  get except(): number[] {
    return this.everything ? [...this.#named] : [];
  }

  /** Turns a record over; with `extend`, all from the last one that was turned over take its side. */
  toggle(item: Item, extend: boolean, rows: Row[]): void {
    this.#version += 1;
    const select = !this.has(item.seq);
    const place = (seq: number | null) => rows.findIndex((row) => row.item.seq === seq);
    const to = place(item.seq);
    const from = extend && this.#anchor !== null ? place(this.#anchor) : to;
    const range = from < 0 ? rows.slice(to, to + 1) : rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const { item: each } of range) {
      if (select !== this.everything) {
        if (!this.everything || this.#named.size < EXCEPT) this.#named.add(each.seq);
      } else this.#named.delete(each.seq);
    }
    this.#anchor = item.seq;
  }

  /** All these, and no others. */
  shown(rows: Row[]): void {
    this.#version += 1;
    this.everything = false;
    this.#named = new Set(rows.map(({ item }) => item.seq));
  }

  /** Everything that the query finds, also what is not shown. */
  all(): void {
    this.#version += 1;
    this.everything = true;
    this.#named.clear();
  }

  none(): void {
    this.#version += 1;
    this.everything = false;
    this.#named.clear();
    this.#anchor = null;
  }

  /** What is acted on is in sight: what is named and not shown any more is let go. */
  keep(rows: Row[]): void {
    if (this.everything || this.#named.size === 0) return;
    this.#version += 1;
    const shown = new Set(rows.map(({ item }) => item.seq));
    this.#named = new Set([...this.#named].filter((seq) => shown.has(seq)));
  }

  /** Whether a decision changes any of the records that are named. */
  fits(decision: Decision, rows: Row[], version: number): boolean {
    if (this.everything || this.#named.size === 0) return false;
    if (this.#fits?.own !== this.#version || this.#fits.rows !== version) {
      const decisions = new Set<Decision>();
      for (const { item } of rows)
        if (this.#named.has(item.seq)) for (const each of decisionsOf(item)) decisions.add(each);
      this.#fits = { own: this.#version, rows: version, decisions };
    }
    return this.#fits.decisions.has(decision);
  }

  /** Of the records that are named, those that a decision changes. */
  fitting(decision: Decision, rows: Row[]): number[] {
    if (this.everything) return [];
    return rows
      .filter(({ item }) => this.#named.has(item.seq) && decisionsOf(item).includes(decision))
      .map(({ item }) => item.seq);
  }
}

/** What changes a record that stands so. */
function decisionsOf({ review }: Item): Decision[] {
  if (review.state === "deleting") return ["undo"];
  return [review.state === "marked" ? "keep" : "mark", "delete"];
}
