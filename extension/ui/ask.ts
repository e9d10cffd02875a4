// The requests of the pages: each with the patience that it needs, and one place that hears of a locked profile.

import { type Asked, Failed, ask as send, type Told } from "../platform/browser";

/** Longest wait for what reads or writes the whole log or stretches a passphrase, in milliseconds. */
const PATIENCE = 120_000;
/** Longest wait for what asks a collector over the network. */
const NETWORK = 60_000;
/** A bundle is sent after a random while, and may be large. */
const SENDING = 180_000;

/** Longest wait for a step over the archive: it is bounded in records, and waits for its turn to write. */
const STEP = 60_000;

const PATIENT: Partial<Record<Asked["type"], number>> = {
  check: PATIENCE,
  repair: PATIENCE,
  draft: PATIENCE,
  draft_offer: PATIENCE,
  approve: PATIENCE,
  approve_offer: PATIENCE,
  backup_piece: PATIENCE,
  restore_piece: PATIENCE,
  restore_finish: PATIENCE,
  conversation: STEP,
  decide_all: STEP,
  hide_in: STEP,
  unlock: PATIENCE,
  passphrase: PATIENCE,
  look_collector: NETWORK,
  add_collector: NETWORK,
  refresh_collector: NETWORK,
  withdraw: NETWORK,
  take_statements: NETWORK,
  statements: NETWORK,
  send: SENDING,
};

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
export async function ask<T extends Told["type"]>(
  request: Asked,
  expected: T,
): Promise<Extract<Told, { type: T }>> {
  try {
    return await send(request, expected, PATIENT[request.type]);
  } catch (error) {
    if (error instanceof Failed && error.code === "locked") locked();
    throw error;
  }
}
