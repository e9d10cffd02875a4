// Puts questions, a line each, to the probe as WebAssembly, and writes its answers in the same order.
//
//     node ask.mjs MODULE QUESTIONS ANSWERS

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [module, questions, answers] = process.argv.slice(2);
const { reply } = createRequire(import.meta.url)(module);
const lines = readFileSync(questions, "utf8").trimEnd().split("\n");

// A trap is an answer as well: one that no case expects.
const ask = (line) => {
  try {
    return reply(line);
  } catch (error) {
    return JSON.stringify({ refused: `trap: ${error}` });
  }
};

writeFileSync(answers, `${lines.map(ask).join("\n")}\n`);
