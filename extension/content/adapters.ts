// What the adapter of this page says of it: data that a file registered before this one left. To a page on a host
// without an adapter come the marks of software that people host themselves, once it is at rest or the person comes to a
// field; once one is found, the background sends what belongs to it after.

import { deliver, nonce } from "./deliver";
import { attribute, closest } from "./dom";

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
  /** Parameters of its addresses that hold what was searched for, with bars between them. */
  readonly q?: string;
}

const DATA = Symbol.for("cf.data");
/** The marks of families call this when they come. */
const LOOK = Symbol.for("cf.look");
const world = globalThis as { [DATA]?: Adapter[]; [LOOK]?: typeof adapter };
let told: string | undefined;
let asking: ReturnType<typeof deliver>;

/** What finds in an address what was searched for: by the adapters' parameters, or those that most engines use. */
export function parameters(): RegExp {
  const names = world[DATA]?.map(({ q }) => q).find((q) => q) ?? "q|query";
  return new RegExp(`[?&#](${names})=[^&#]+`, "g");
}

/** The first element that matches. */
export function first(css: string | undefined): Element | null {
  try {
    return css ? document.querySelector(css) : null;
  } catch {
    return null;
  }
}

/** The element or the nearest one around it that matches, across shadow roots. */
export function nearest(element: Element | null, css: string | undefined): Element | null {
  try {
    return css ? closest(element, css) : null;
  } catch {
    return null;
  }
}

/** What the page shows as the model's name. */
export function modelOf({ d, e }: Pick<Adapter, "d" | "e">): string | null {
  const named = d?.map(first).find((element) => element);
  const name = named && (e ? attribute(named, e) : (named.textContent ?? "")).trim();
  return name?.slice(0, 80) || null;
}

/** Whether the page is of an adapter's software: any is, where nothing is said. */
export function isOf({ m }: Pick<Adapter, "m">): boolean {
  return !m || first(m) !== null;
}

/**
 * The adapter of this page at this moment. Where none is known yet, the background is asked for the marks of all
 * families, once; and where marks alone are known, for what belongs to them.
 */
export function adapter(): Adapter | undefined {
  const found = world[DATA]?.find(isOf);
  const id = found?.i ?? "";
  if (!found?.v && told !== id) {
    told = id;
    asking = deliver({ type: "family", family: { v: 1, nonce: nonce(), id } });
  }
  return found;
}

/** Settles once whatever the background was asked for is here, which may be never. */
export async function arrived(): Promise<void> {
  let last: typeof asking;
  while (last !== asking) {
    last = asking;
    await last;
  }
}

world[LOOK] = adapter;
