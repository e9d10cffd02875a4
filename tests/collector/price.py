"""Computes what a collector owes for a bundle, from the bundle and the receipt alone, with Python's own library.

    python3 price.py BUNDLE.zip RECEIPT.json

Prints the accepted records and the sum, and ends with 1 where the receipt says otherwise. Judgements of the collector
(others_duplicate, quality, fraud) are taken as the receipt gives them; so are, in a bundle that does not begin with
the first record of its log, duplicates of earlier bundles and caps. Signatures are not checked here: docs/verify.md
shows with what.
"""

import base64
import datetime
import json
import re
import sys
import zipfile

JUDGED = {"others_duplicate", "quality", "fraud"}


def payload(compact):
    part = compact.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def same(text):
    """What texts have in common that count as the same."""
    words = re.split("[ \t\n\f\r]+", text)
    ascii_lower = str.maketrans({chr(c): chr(c + 32) for c in range(65, 91)})
    return " ".join(word for word in words if word).translate(ascii_lower)


def covers(language_range, tag):
    language_range, tag = language_range.lower(), tag.lower()
    return tag == language_range or tag.startswith(language_range + "-")


def objection(offer, day, record):
    if record["kind"] not in offer["kinds"]:
        return "kind"
    if offer["sites"] and record.get("site") not in offer["sites"]:
        return "site"
    if offer["languages"] and not any(covers(r, record.get("lang", "")) for r in offer["languages"]):
        return "lang"
    time, length = record.get("time"), {"day": 10, "month": 7, "none": 0}[offer["time_precision"]]
    if (time is not None) if length == 0 else (time is None or len(time) != length or time > day[:length]):
        return "time"
    if not offer["caps"]["min_codepoints"] <= len(record["text"]) <= offer["caps"]["max_codepoints"]:
        return "size"
    return None


def main(bundle, receipt):
    with zipfile.ZipFile(bundle) as files:
        read = {name.split("/", 1)[1]: files.read(name) for name in files.namelist()}
    offer, approval = (payload(read[name].decode()) for name in ("offer.jws", "bundle.jws"))
    with open(receipt, encoding="utf-8") as file:
        receipt = payload(json.load(file)["entries"][0])
    claimed = {}
    for span in receipt["rejected"]:
        claimed.update(dict.fromkeys(range(span["from"], span["to"]), span["code"]))
    day = datetime.datetime.fromtimestamp(approval["iat"], datetime.timezone.utc).strftime("%Y-%m-%d")
    whole = approval["start"] == 0
    seen, accepted, found = set(), [], {}
    # Lines end in a line feed and nothing else.
    for line in read["data/records.jsonl"].decode().split("\n")[:-1]:
        record = json.loads(line)
        says, key = claimed.get(record["seq"]), same(record["text"])
        code = objection(offer, day, record)
        if code is None and (key in seen or (not whole and says == "duplicate")):
            code = "duplicate"
        if code is None and says in JUDGED:
            code = says
        if code is None:
            full = len(accepted) >= min(offer["caps"]["per_bundle"], offer["caps"]["per_person"])
            code = "cap" if full or (not whole and says == "cap") else None
        if code is None:
            seen.add(key)
            accepted.append(record)
        else:
            found[record["seq"]] = code
    total = 0
    for rule in offer["rules"]:
        units = sum(
            1 if rule["per"] == "record" else len(record["text"])
            for record in accepted
            if record["kind"] == rule["kind"]
        )
        total += units * int(rule["amount"]) // rule["n"]
    print(len(accepted), total, offer["asset"])
    agrees = (len(accepted), str(total), found) == (receipt["accepted"], receipt["amount"], claimed)
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
