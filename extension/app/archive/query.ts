// The text of a query, as far as a page has to touch it: what is pressed is put into the text that is typed, so that
// there is one truth. What a query means is the background's to say.

const PART = /-?(?:["“”„«»][^"“”„«»]*(?:["“”„«»]|$)|\S+)/gu;
const OPEN = /^-?["“”„«»][^"“”„«»]*$/u;
const FILTER = /^(site|kind|on|is):(.+)$/iu;

/** Filters that are pressed. Of a time there is one at most: two would have to be true at once. */
export type Name = "site" | "kind" | "on" | "is";

/** The parts of a query, as they were written. */
export function parts(query: string): string[] {
  return query.match(PART) ?? [];
}

/** What a query asks for by this name. */
export function asked(query: string, name: Name): string[] {
  return parts(query).flatMap((part) => valuesOf(part, name) ?? []);
}

/** Whether a query asks for this value, alone or among others. */
export function holds(query: string, name: Name, value: string): boolean {
  return asked(query, name).includes(value);
}

/** The query that asks for a value if this one does not, and does not if it does. */
export function toggled(query: string, name: Name, value: string): string {
  if (holds(query, name, value)) return without(query, name, value);
  return added(name === "on" ? without(query, name) : query, `${name}:${value}`);
}

/** The query that asks for this value of the name and no other. */
export function only(query: string, name: Name, value: string): string {
  return added(without(query, name), `${name}:${value}`);
}

/** The query without one of its parts, by its place among them. */
export function dropped(query: string, place: number): string {
  return parts(query).toSpliced(place, 1).join(" ");
}

function added(query: string, part: string): string {
  const all = parts(query);
  // A phrase that is still open would swallow what comes behind it.
  return (OPEN.test(all.at(-1) ?? "") ? [part, ...all] : [...all, part]).join(" ");
}

/** Without a value of the name, or without all of them. */
function without(query: string, name: Name, value?: string): string {
  return parts(query)
    .flatMap((part) => {
      const values = valuesOf(part, name);
      if (!values) return [part];
      const rest = value === undefined ? [] : values.filter((one) => one !== value);
      return rest.length === 0 ? [] : [`${name}:${rest.join(",")}`];
    })
    .join(" ");
}

function valuesOf(part: string, name: Name): string[] | null {
  const [, of, values] = FILTER.exec(part) ?? [];
  if (of?.toLowerCase() !== name || values === undefined) return null;
  return values
    .toLowerCase()
    .split(",")
    .filter((value) => value !== "");
}

/** Where the records of a query, and one of them, are found: the page's own address keeps what was asked. */
export function address(query: string, seq: number | null = null): string {
  const asked = query === "" ? "" : `?q=${encodeURIComponent(query.toWellFormed())}`;
  return `#records${seq === null ? "" : `/${seq}`}${asked}`;
}

/** What such an address asks for, from what stands behind the section's name. */
export function readAddress(rest: string): { query: string; seq: number | null } {
  const at = rest.indexOf("?");
  const path = at < 0 ? rest : rest.slice(0, at);
  const query = at < 0 ? "" : (new URLSearchParams(rest.slice(at)).get("q") ?? "");
  return { query, seq: /^\d+$/.test(path) ? Number(path) : null };
}
