// Puts what Counterfoil writes to npm packages that other people wrote.
//
//     node tools.mjs PACKAGES MATERIAL
//
// PACKAGES is the folder with the packages of package.json, MATERIAL the folder of fresh material. Prints a JSON line
// for each thing that was checked: {tool, what, cases, passed, faults}. Leaves in MATERIAL what the tools made
// themselves (theirs-node.json).

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, material] = process.argv.slice(2);
const require = createRequire(join(packages, "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { default: canonicalize } = await load("canonicalize");
const jose = await load("jose");
const read = (name) => readFileSync(join(material, name), "utf8");
const ALGORITHMS = ["EdDSA", "Ed25519"];

const versions = JSON.parse(readFileSync(join(packages, "package.json"), "utf8")).dependencies;
const row = (name, what) => {
  const tool = `npm ${name} ${versions[name]}`;
  const counted = { tool, what, cases: 0, passed: 0, faults: [] };
  return {
    case: (passed, name) => {
      counted.cases += 1;
      if (passed) counted.passed += 1;
      else counted.faults.push(name);
    },
    print: () => process.stdout.write(`${JSON.stringify(counted)}\n`),
  };
};

const verified = async (compact, key) => {
  try {
    return (await jose.compactVerify(compact, key, { algorithms: ALGORITHMS })).protectedHeader;
  } catch (error) {
    if (error instanceof jose.errors.JOSEError) return undefined;
    throw error;
  }
};

const statements = row("jose", "statements of all seven types accepted; with one character altered, refused");
for (const { compact, typ, x } of JSON.parse(read("statements.json"))) {
  const key = await jose.importJWK({ kty: "OKP", crv: "Ed25519", x }, "EdDSA");
  statements.case((await verified(compact, key))?.typ === typ, compact);
  const middle = Math.floor(compact.length / 2);
  const other = compact[middle] === "A" ? "B" : "A";
  const altered = compact.slice(0, middle) + other + compact.slice(middle + 1);
  statements.case((await verified(altered, key)) === undefined, altered);
}
statements.print();

const canonical = row(
  "canonicalize",
  "random values and lines of both logs are canonical; with a blank added, they are not",
);
for (const line of read("canonical.jsonl").split("\n").slice(0, -1)) {
  canonical.case(canonicalize(JSON.parse(line)) === line, line);
  canonical.case(canonicalize(JSON.parse(`${line} `)) !== `${line} `, line);
}
canonical.print();

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const didKey = (x) => {
  const bytes = Buffer.concat([Buffer.from([0xed, 0x01]), Buffer.from(x, "base64url")]);
  let number = BigInt(`0x${bytes.toString("hex")}`);
  let text = "";
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text;
  return `did:key:z${text}`;
};

const made = [];
for (let number = 0; number < 20; number += 1) {
  for (const alg of ALGORITHMS) {
    const { publicKey, privateKey } = await jose.generateKeyPair(alg, { crv: "Ed25519", extractable: true });
    const did = didKey((await jose.exportJWK(publicKey)).x);
    const payload = new TextEncoder().encode(JSON.stringify({ number, text: "\u20ac\u{1f600}\u2028" }));
    const header = { alg, kid: `${did}#${did.slice(8)}`, typ: "counterfoil-auth+jwt" };
    const compact = await new jose.CompactSign(payload).setProtectedHeader(header).sign(privateKey);
    made.push({ did, compact, number });
  }
}
writeFileSync(join(material, "theirs-node.json"), JSON.stringify({ statements: made, words: [] }));
