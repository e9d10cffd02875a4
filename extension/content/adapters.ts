// What the adapter of this page says of it: data that a file registered before this one left. A page on a host
// without an adapter has the marks of software that people host themselves; once one is found, the background sends
// what belongs to it after.

import { deliver, nonce } from "./deliver";
import { climb } from "./dom";

/** An adapter as `crate/adapter` writes it for pages: selectors of a list are one, separated by commas. */
export interface Adapter {
  /** Its id. */
  readonly i: string;
  /** It is whole, not the marks alone. */
  readonly v?: 1;
  /** A page of its software has one of these. */
  readonly m?: string;
  /** Nothing is taken in a page that has one. */
  readonly p?: string;
  /** Nothing is taken in a field that lies in one. */
  readonly a?: string;
  /** The composer. */
  readonly f?: string;
  /** What sends. */
  readonly s?: string;
  /** What never sends. */
  readonly n?: string;
  /** The key that sends. */
  readonly k?: "enter" | "mod-enter" | "none";
  /** Fields of the kinds that depend on the place, in their order; empty for every field. */
  readonly c?: readonly string[];
  /** Where the model is named, and by which attribute. */
  readonly d?: readonly string[];
  readonly e?: string;
}

const DATA = Symbol.for("counterfoil.adapters");
const world = globalThis as { [DATA]?: Adapter[] };
let told: string | undefined;

/** The first element that matches. */
export function first(css: string | undefined): Element | null {
  try {
    return css ? document.querySelector(css) : null;
  } catch {
    return null;
  }
}

/** The element or the nearest one around it that matches, across shadow roots. */
export function nearest(element: Element | null, css: string | undefined): Element | undefined {
  try {
    return css ? climb(element, 64).find((at) => at.matches(css)) : undefined;
  } catch {
    return undefined;
  }
}

/** The adapter of this page at this moment. */
export function adapter(): Adapter | undefined {
  const found = world[DATA]?.find(({ m }) => !m || first(m));
  if (found && !found.v && told !== found.i) {
    told = found.i;
    deliver({ type: "family", family: { v: 1, nonce: nonce(), id: told } });
  }
  return found;
}
