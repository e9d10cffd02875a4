// The requests of the pages: each with the patience that it needs, and one place that hears of a locked profile.

import { Failed, ask as send } from "../platform/browser";
import type { Reply, Request } from "../platform/messages";

/** Longest wait for what reads or writes the whole log or stretches a passphrase, in milliseconds. */
const PATIENCE = 120_000;

const PATIENT: ReadonlySet<Request["type"]> = new Set([
  "check",
  "repair",
  "draft",
  "approve",
  "backup_piece",
  "restore_piece",
  "restore_finish",
  "unlock",
  "passphrase",
]);

let locked: () => void = () => undefined;

/** Calls back whenever a request fails because the profile is locked. */
export function onLocked(hear: () => void): void {
  locked = hear;
}

/**
 * Asks the background and waits for its answer.
 *
 * @throws {Failed} with the background's code, or `no_answer` when none came in time.
 */
export async function ask<T extends Reply["type"]>(
  request: Request,
  expected: T,
): Promise<Extract<Reply, { type: T }>> {
  try {
    return await (PATIENT.has(request.type) ? send(request, expected, PATIENCE) : send(request, expected));
  } catch (error) {
    if (error instanceof Failed && error.code === "locked") locked();
    throw error;
  }
}
