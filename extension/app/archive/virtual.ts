// Only the rows near the viewport are in the document, however many there are.
//
// Rows stay in the flow and have their natural height, so none ever lies over another: only where rows are left out, a
// margin stands for them. That is measured where a row was in sight before, and estimated where not. The offsets of all
// rows are one array that is summed up anew from the first change on: for 100,000 rows that is a tenth of a millisecond,
// and a tree of sums would be more to understand. The page itself scrolls, so that a list has no second scrollbar and a
// wheel never gets caught. Browsers draw elements of up to 17 million CSS pixels, which 100,000 rows of 170 are; a list is
// loaded fifty rows at a time, by scrolling, and stays below.
//
// What a browser does itself to keep the place while something above it grows differs between browsers and stops where
// margins change; so the style sheet takes it away, and a row in sight is held here.

import type { Row } from "./search";

/** How far beyond the viewport there are rows, in CSS pixels; and how much of that must be left before more are painted. */
const AHEAD = 900;
const SPARE = 300;
/** Height of a row before one was measured. */
const GUESS = 130;

/** A row that is painted, and the space of those left out before it. */
export interface Placed {
  index: number;
  space: number;
}

export class Virtual {
  readonly #paint: () => void;
  readonly #feed: () => HTMLElement | null;
  #seqs: number[] = [];
  /** Where each row begins, from the beginning of the list; the last is the end of it. */
  #offsets: number[] = [0];
  #version = -1;
  /** Heights with the gap behind, by record. */
  #heights = new Map<number, number>();
  #guess = 0;
  /** The first row whose offset may be wrong. */
  #dirty = 0;
  /** The rows that are painted, and where the viewport began in the list when they were. */
  #from = 0;
  #to = 0;
  #top = 0;
  #width = 0;
  #pinned: number | null = null;
  #held: Array<{ seq: number; top: number }> = [];
  #frame = 0;

  /** @param feed the element with the rows, once it is painted. */
  constructor(paint: () => void, feed: () => HTMLElement | null) {
    this.#paint = paint;
    this.#feed = feed;
    addEventListener("scroll", this.#later, { passive: true });
    addEventListener("resize", this.#later, { passive: true });
  }

  /** The rows within the viewport, for what is asked of them only when somebody sees them. */
  get seen(): [number, number] {
    return [this.#at(this.#top), Math.min(this.#at(this.#top + innerHeight) + 1, this.#seqs.length)];
  }

  /** Whether the last row is near. */
  get ending(): boolean {
    return this.#to >= this.#seqs.length;
  }

  /** A row that is painted wherever the viewport is, so that the focus can go to it, or stay on it. */
  pin(seq: number | null): void {
    this.#pinned = seq;
  }

  /** The rows to paint, in their order, and the space behind the last. Called with each paint, before it. */
  placed(rows: Row[], version: number): { rows: Placed[]; behind: number } {
    this.#lay(rows, version);
    this.#hold();
    this.#from = this.#at(this.#top - AHEAD);
    this.#to = Math.min(this.#at(this.#top + innerHeight + AHEAD) + 1, rows.length);
    const indices: number[] = [];
    const pinned = this.#pinned === null ? -1 : this.#seqs.indexOf(this.#pinned);
    if (pinned >= 0 && pinned < this.#from) indices.push(pinned);
    for (let index = this.#from; index < this.#to; index += 1) indices.push(index);
    if (pinned >= this.#to) indices.push(pinned);
    let end = 0;
    const placed = indices.map((index) => {
      const start = this.#offset(index);
      const space = start - end;
      end = this.#offset(index + 1);
      return { index, space };
    });
    return { rows: placed, behind: this.#offset(rows.length) - end };
  }

  /** Measures what was painted, and puts a row that was in sight back where it was. Called after each paint. */
  settle(): void {
    const feed = this.#feed();
    if (!feed?.checkVisibility()) {
      this.#held = [];
      return;
    }
    const width = feed.clientWidth;
    if (width !== this.#width) {
      // Every text breaks otherwise now.
      this.#width = width;
      this.#heights.clear();
      this.#guess = 0;
      this.#dirty = 0;
    }
    this.#measure(feed);
    for (const { seq, top } of this.#held) {
      const row = feed.querySelector(`article[data-seq="${seq}"]`);
      if (!row) continue;
      const moved = row.getBoundingClientRect().top - top;
      if (Math.abs(moved) >= 1) scrollBy({ top: moved, behavior: "instant" });
      break;
    }
    this.#held = [];
    this.#look(feed);
    if (!this.#covered()) this.#later();
  }

  #measure(feed: HTMLElement): void {
    const rows = [...feed.querySelectorAll<HTMLElement>("article[data-seq]")];
    const first = rows[0];
    if (!first) return;
    const gap = Number.parseFloat(getComputedStyle(first).marginBlockEnd) || 0;
    let sum = 0;
    for (const row of rows) {
      const seq = Number(row.dataset["seq"]);
      const height = row.getBoundingClientRect().height + gap;
      sum += height;
      const known = this.#heights.get(seq);
      if (known !== undefined && Math.abs(known - height) < 0.5) continue;
      this.#heights.set(seq, height);
      const index = Number(row.getAttribute("aria-posinset")) - 1;
      this.#dirty = Math.min(this.#dirty, Math.max(0, index));
    }
    // Once: an estimate that moved with each measurement would move the whole list.
    if (this.#guess === 0) {
      this.#guess = sum / rows.length;
      this.#dirty = 0;
    }
    this.#sum();
  }

  /** Takes the order of the rows over, from the first that differs. */
  #lay(rows: Row[], version: number): void {
    if (version === this.#version) return;
    this.#version = version;
    let same = 0;
    while (same < rows.length && this.#seqs[same] === rows[same]?.item.seq) same += 1;
    this.#seqs.length = same;
    for (let index = same; index < rows.length; index += 1) this.#seqs.push(rows[index]?.item.seq ?? 0);
    this.#dirty = Math.min(this.#dirty, same);
    this.#sum();
  }

  #sum(): void {
    const guess = this.#guess || GUESS;
    const { length } = this.#seqs;
    let offset = this.#offset(this.#dirty);
    for (let index = this.#dirty; index < length; index += 1) {
      this.#offsets[index] = offset;
      offset += this.#heights.get(this.#seqs[index] ?? 0) ?? guess;
    }
    this.#offsets[length] = offset;
    this.#offsets.length = length + 1;
    this.#dirty = length;
  }

  #offset(index: number): number {
    return this.#offsets[index] ?? this.#offsets.at(-1) ?? 0;
  }

  /** The row that lies there. */
  #at(offset: number): number {
    let [low, high] = [0, this.#seqs.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#offset(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return Math.min(low, Math.max(0, this.#seqs.length - 1));
  }

  #look(feed: HTMLElement): void {
    this.#top = Math.max(0, -feed.getBoundingClientRect().top);
  }

  /** Notes where the rows in sight are, unless the beginning of the list is: there, what is new is to be seen. */
  #hold(): void {
    const feed = this.#feed();
    if (!feed?.checkVisibility()) return;
    this.#look(feed);
    // Painted twice before it is settled: what was in sight before the first counts.
    if (this.#top === 0 || this.#held.length > 0) return;
    for (const row of feed.querySelectorAll<HTMLElement>("article[data-seq]")) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom <= 0 || top >= innerHeight) continue;
      const held = { seq: Number(row.dataset["seq"]), top };
      // Where texts break otherwise, as beside an open record, the one that is looked at stays rather than the first.
      if (row.ariaCurrent === "true" || row.contains(document.activeElement)) this.#held.unshift(held);
      else this.#held.push(held);
    }
  }

  #covered(): boolean {
    const last = this.#seqs.length;
    return (
      this.#from <= this.#at(this.#top - SPARE) &&
      this.#to >= Math.min(this.#at(this.#top + innerHeight + SPARE) + 1, last)
    );
  }

  #later = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const feed = this.#feed();
      if (!feed?.checkVisibility()) return;
      this.#look(feed);
      if (!this.#covered() || feed.clientWidth !== this.#width) this.#paint();
    });
  };
}
