// Runs one of the other detectors over texts, as tests/bench/python/detect.py does. The first argument names it.
import { createInterface } from "node:readline";

const points = (text, unit) => Array.from(text.slice(0, unit)).length;

async function secretlint() {
  const { lintSource } = await import("@secretlint/core");
  const { creator } = await import("@secretlint/secretlint-rule-preset-recommend");
  const config = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator, options: {} }] };
  const names = [
    ["aws", "AWS_KEY"],
    ["github", "GITHUB_TOKEN"],
    ["slack", "SLACK"],
    ["openai", "OPENAI_KEY"],
    ["privatekey", "PRIVATE_KEY"],
    ["npm", "NPM_TOKEN"],
    ["sendgrid", "SENDGRID_KEY"],
    ["shopify", "SHOPIFY_TOKEN"],
    ["linear", "LINEAR_KEY"],
    ["anthropic", "ANTHROPIC_KEY"],
    ["gcp", "GOOGLE_API_KEY"],
    ["basicauth", "URL_CREDENTIALS"],
    ["database", "URL_CREDENTIALS"],
  ];
  return async (text) => {
    const source = { filePath: "text.txt", content: text, contentType: "text" };
    const result = await lintSource({ source, options: { config, noPhysicFilePath: true } });
    return result.messages.map(({ ruleId, range }) => {
      const name = names.find(([part]) => ruleId.includes(part));
      return { type: name ? name[1] : "API_KEY", start: points(text, range[0]), end: points(text, range[1]) };
    });
  };
}

async function redactPii() {
  const { SyncRedactor } = (await import("redact-pii")).default ?? (await import("redact-pii"));
  const redactor = new SyncRedactor();
  const names = {
    EMAIL_ADDRESS: "EMAIL",
    PHONE_NUMBER: "PHONE",
    CREDIT_CARD_NUMBER: "CREDIT_CARD",
    IP_ADDRESS: "IP",
    US_SOCIAL_SECURITY_NUMBER: "US_SSN",
    URL: "URL",
    PERSON_NAME: "PERSON",
    STREET_ADDRESS: "ADDRESS",
    ZIPCODE: "ZIP_CODE",
    DIGITS: "DIGITS",
    CREDENTIALS: "KEYWORD_SECRET",
  };
  return async (text) => {
    // It gives a text back and no places: what stands between the same pieces was taken out.
    const redacted = redactor.redact(text);
    const parts = redacted.split(/\b(PERSON_NAME|EMAIL_ADDRESS|PHONE_NUMBER|CREDIT_CARD_NUMBER|IP_ADDRESS|US_SOCIAL_SECURITY_NUMBER|URL|STREET_ADDRESS|ZIPCODE|DIGITS|CREDENTIALS|USERNAME|PASSWORD)\b/);
    const spans = [];
    let place = parts[0].length;
    for (let index = 1; index < parts.length; index += 2) {
      const next = parts[index + 1];
      const end = index + 2 >= parts.length ? text.length - next.length : next === "" ? place : text.indexOf(next, place);
      if (end < place) break;
      const type = names[parts[index]] ?? parts[index];
      spans.push({ type, start: points(text, place), end: points(text, end) });
      place = end + next.length;
    }
    return spans;
  };
}

const run = await { secretlint, "redact-pii": redactPii }[process.argv[2]]();
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  if (asked.speed) {
    const begun = process.cpuUsage();
    for (const text of asked.speed) await run(text);
    const used = process.cpuUsage(begun);
    answer = { seconds: (used.user + used.system) / 1e6 };
  } else {
    answer = { spans: await run(asked.text) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
