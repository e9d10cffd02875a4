"""Verifies a bundle without a line of Counterfoil's code.

    verify_bundle.py BUNDLE.zip [AUDIENCE]

Prints one line a check and exits with 0, or prints `invalid: CHECK: why` and exits with 1. The checks have the
names, and come in the order, of docs/formats.md: zip bag key audience offer consent notice records line range root.
AUDIENCE is the did:key that the bundle must be for, or `export`.

Needs Python 3.11 and the package `cryptography`, for Ed25519. Where the packages `bagit` and `jwcrypto` are
installed, they are asked for a second opinion.
"""

import base64
import datetime
import hashlib
import importlib.util
import json
import pathlib
import re
import struct
import sys
import tempfile
import zlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAPERS = ["offer.jws", "consent.jws", "notice.txt"]
RECORDS = "data/records.jsonl"
ORDER = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "checkpoint", "frontier.json"]
ORDER += [*PAPERS, "bundle.jws", RECORDS]
MIB = 1 << 20
EXACT = 1 << 53
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class Invalid(Exception):
    """The check that failed, and why."""

    def __init__(self, check, why):
        super().__init__(f"{check}: {why}")


def need(check, holds, why):
    if not holds:
        raise Invalid(check, why)


def sha256(data):
    return hashlib.sha256(data).digest()


def hex256(data):
    return hashlib.sha256(data).hexdigest()


# Text forms of bytes and values: strict, so that each has one text.


def base64_strict(text, url=False):
    data = base64.b64decode(text + "=" * (-len(text) % 4 if url else 0), b"-_" if url else None, validate=True)
    again = base64.b64encode(data, b"-_" if url else None).decode()
    if text != (again.rstrip("=") if url else again):
        raise ValueError("not the one base64 text of these bytes")
    return data


def json_strict(data):
    """One value of integers below 2^53, no member twice, no lone surrogate."""

    def members(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise ValueError("a member is given twice")
        return dict(pairs)

    def integer(text):
        if text == "-0" or abs(int(text)) >= EXACT:
            raise ValueError(f"{text} is not exact")
        return int(text)

    def refuse(text):
        raise ValueError(f"{text} is no integer")

    text = data.decode() if isinstance(data, bytes) else data
    value = json.loads(text, object_pairs_hook=members, parse_int=integer, parse_float=refuse, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def is_count(value, bound=EXACT):
    return type(value) is int and 0 <= value < bound


def is_text(pattern):
    return lambda value: type(value) is str and re.fullmatch(pattern, value) is not None


def is_day_or_month(value):
    try:
        return is_text("[0-9]{4}-[0-9]{2}(-[0-9]{2})?")(value) and bool(
            datetime.date.fromisoformat(value if len(value) == 10 else f"{value}-01")
        )
    except ValueError:
        return False


# The container: every header is determined, so it is written anew from what it says and compared.


def unzip(data):
    need("zip", 22 <= len(data) <= 64 * MIB, "too short or too long for a bundle")
    count, length, start = struct.unpack_from("<HII", data, len(data) - 12)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, length, start, 0)
    need("zip", data.endswith(end) and start + length + 22 == len(data), "the end record is not a bundle's")
    need("zip", 0 < count <= 32, "too many files, or none")
    files, at, place, unpacked = {}, start, 0, 0
    for _ in range(count):
        need("zip", at + 46 <= len(data), "the central directory is cut short")
        method, crc, packed, size, name_length = struct.unpack_from("<H4xIIIH", data, at + 10)
        name = data[at + 46 : at + 46 + name_length]
        common = struct.pack("<5H3I2H", 20, 0, method, 0, 0x21, crc, packed, size, name_length, 0)
        local = b"PK\3\4" + common + name
        central = b"PK\1\2\x14\0" + common + bytes(10) + struct.pack("<I", place) + name
        path = name.decode("ascii", "replace")
        parts = path.split("/")
        need("zip", data.startswith(central, at) and data.startswith(local, place), f"the headers of {path!r}")
        need("zip", len(parts) > 1 and len(path) <= 160, f"the name {path!r}")
        need("zip", all(re.fullmatch(r"[A-Za-z0-9._-]+", part) and part.strip(".") for part in parts), f"{path!r}")
        need("zip", path.lower() not in [known.lower() for known in files], f"{path!r} is there twice")
        need("zip", method in (0, 8) and (method == 8 or packed == size), f"the method of {path!r}")
        unpacked += size
        most = 256 * MIB if parts[1:] == RECORDS.split("/") else MIB
        need("zip", size <= min(most, 200 * packed) and unpacked <= 256 * MIB, f"{path!r} is too large")
        content = data[place + len(local) : place + len(local) + packed]
        if method == 8:
            content = inflate(content, size)
        need("zip", len(content) == size and zlib.crc32(content) == crc, f"the size or CRC of {path!r}")
        files[path] = content
        at, place = at + len(central), place + len(local) + packed
    need("zip", place == start and at == start + length, "bytes between the files")
    need("zip", len({path.split("/")[0] for path in files}) == 1, "more than one directory")
    top = next(iter(files)).split("/")[0]
    files = {path[len(top) + 1 :]: content for path, content in files.items()}
    places = [ORDER.index(name) for name in files if name in ORDER]
    need("zip", places == sorted(places), "the files are in another order")
    return top, files


def inflate(packed, size):
    stream = zlib.decompressobj(-15)
    try:
        content = stream.decompress(packed, size + 1)
    except zlib.error as error:
        raise Invalid("zip", error) from error
    need("zip", stream.eof and not stream.unused_data, "a deflate stream that does not end where it must")
    return content


def check_bag(top, files):
    due = [name for name in ORDER if name not in PAPERS or any(paper in files for paper in PAPERS)]
    need("bag", sorted(files) == sorted(due), "not exactly the files of a bundle")
    manifest = f"{hex256(files[RECORDS])}  {RECORDS}\n"
    day = files["bag-info.txt"][14:24].decode("ascii", "replace")
    listed = sorted(set(due) - {RECORDS, "bundle.jws", "tagmanifest-sha256.txt"})
    for name, text in {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": f"Bagging-Date: {day}\nPayload-Oxum: {len(files[RECORDS])}.1\n",
        "manifest-sha256.txt": manifest,
        "tagmanifest-sha256.txt": "".join(f"{hex256(files[name])}  {name}\n" for name in listed),
    }.items():
        need("bag", files[name] == text.encode(), f"{name} does not say what is there")
    need("bag", len(day) == 10 and is_day_or_month(day), "no such day")
    if importlib.util.find_spec("bagit") is None:
        return "every file is listed with its digest"
    import bagit

    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = pathlib.Path(folder, top, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            bagit.Bag(str(pathlib.Path(folder, top))).validate()
        except bagit.BagError as error:
            raise Invalid("bag", error) from error
    return "every file is listed with its digest, and bagit says so too"


# Keys and signatures: Ed25519 with canonical encodings only, and no point of small order.

PRIME = 2**255 - 19
SMALL_ORDER = [0, 1, PRIME - 1] + [
    int.from_bytes(bytes.fromhex(y), "little")
    for y in (
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    )
]


def is_point(encoded):
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return y < PRIME and y not in SMALL_ORDER


def verifies(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return is_point(key) and is_point(signature[:32])


def public_key(did):
    """The Ed25519 key of a did:key: base58btc of 0xed 0x01 and 32 bytes."""
    text = did.removeprefix("did:key:z") if type(did) is str else ""
    if not text or len(text) > 64 or f"did:key:z{text}" != did or not set(text) <= set(BASE58) or text[0] == "1":
        raise ValueError("not a did:key")
    number = 0
    for letter in text:
        number = number * 58 + BASE58.index(letter)
    decoded = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(decoded) != 34 or decoded[:2] != b"\xed\x01":
        raise ValueError("not a did:key of Ed25519")
    return decoded[2:]


def open_statement(file, kind):
    """Verifies a compact JWS with the key that its header spells out; gives signer and payload."""
    signed, signature = file.decode("ascii").rsplit(".", 1)
    header, payload = (base64_strict(part, url=True) for part in signed.split("."))
    header = json_strict(header)
    if set(header) != {"alg", "kid", "typ"} or header["alg"] not in ("EdDSA", "Ed25519") or header["typ"] != kind:
        raise ValueError(f"its header is not that of a {kind}")
    did = header["kid"].split("#")[0]
    key = public_key(did)
    if header["kid"] != f"{did}#{did.removeprefix('did:key:')}":
        raise ValueError("its key id is not a did:key with itself as the fragment")
    if not verifies(key, signed.encode(), base64_strict(signature, url=True)):
        raise ValueError("its signature does not verify")
    return did, json_strict(payload)


def open_checkpoint(file, did):
    """Verifies a signed note of the log of `did`; gives the size and the root that it states."""
    note = file.decode()
    if len(file) > 128 * 1024 or re.search(r"[\0-\x09\x0b-\x1f]", note):
        raise ValueError("not a note")
    text, blank, signatures = note.rpartition("\n\n")
    text, lines = text + "\n", signatures.split("\n")
    if not blank or lines.pop() != "" or not 0 < len(lines) <= 16:
        raise ValueError("not a note")
    origin = f"counterfoil/{did.removeprefix('did:key:')}"
    key = public_key(did)
    key_id = sha256(origin.encode() + b"\n\x01" + key)[:4]
    own = []
    for line in lines:
        name, encoded = re.fullmatch(r"\u2014 ([^\s+]+) (\S+)", line).groups()
        signature = base64_strict(encoded)
        if len(signature) < 5:
            raise ValueError("a signature that is too short")
        if name == origin and signature[:4] == key_id:
            own.append(signature[4:])
    if not own or not all(len(each) == 64 and verifies(key, text.encode(), each) for each in own):
        raise ValueError("not signed with the key of its log")
    found, size, root = re.fullmatch(r"([^\n]*)\n(0|[1-9][0-9]{0,19})\n([^\n]*)\n", text).groups()
    root = base64_strict(root)
    if found != origin or len(root) != 32:
        raise ValueError("not a checkpoint of this log")
    return int(size), root


def attempt(check, name, work, *arguments):
    try:
        return work(*arguments)
    except Invalid:
        raise
    except (AttributeError, KeyError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Invalid(check, f"{name}: {error}") from error


def check_key(top, files):
    signer, approval = attempt("key", "bundle.jws", open_statement, files["bundle.jws"], "counterfoil-bundle+jwt")
    texts = {"aud", "checkpoint_sha256", "iss", "jti", "records_sha256", "tagmanifest_sha256"}
    papers = {"consent_sha256", "notice_sha256", "offer_sha256"} & set(approval)
    need("key", set(approval) == texts | papers | {"end", "iat", "start", "v"}, "bundle.jws has other members")
    need("key", all(type(approval[name]) is str for name in texts | papers), "bundle.jws has a member of another kind")
    need("key", approval["v"] == 1 and is_count(approval["iat"], 253_402_300_800), "its version or its time")
    start, end = approval["start"], approval["end"]
    need("key", is_count(start) and is_count(end) and start < end, "its range")
    need("key", approval["iss"] == signer, "bundle.jws names another signer than its key")
    checkpoint = attempt("key", "checkpoint", open_checkpoint, files["checkpoint"], signer)
    if "consent.jws" in files:
        try:
            giver, _ = open_statement(files["consent.jws"], "counterfoil-consent+jwt")
        except (AttributeError, LookupError, TypeError, ValueError):
            giver = signer  # what is wrong with it is the business of the check `consent`
        need("key", giver == signer, "the consent is of another key")
    need("key", top.startswith(f"counterfoil-{signer[-8:]}-"), "the directory is named after another key")
    for name, member in (("checkpoint", "checkpoint_sha256"), ("tagmanifest-sha256.txt", "tagmanifest_sha256")):
        need("key", hex256(files[name]) == approval[member], f"{name} is not the one that was signed")
    second = ""
    if importlib.util.find_spec("jwcrypto") is not None:
        second = ", and jwcrypto says so too"
        attempt("key", "jwcrypto", ask_jwcrypto, files["bundle.jws"], public_key(signer))
    return approval, checkpoint, f"bundle.jws and checkpoint are signed by {signer}{second}"


def ask_jwcrypto(compact, key):
    from jwcrypto import common, jwk, jws

    token = jws.JWS()
    token.allowed_algs = ["EdDSA", "Ed25519"]
    try:
        token.deserialize(compact.decode("ascii"))
        token.verify(jwk.JWK(kty="OKP", crv="Ed25519", x=base64.urlsafe_b64encode(key).decode().rstrip("=")))
    except common.JWException as error:
        raise ValueError(error) from error


def check_papers(files, approval, expected):
    collector = approval["aud"]
    if collector != "export":
        attempt("audience", "aud", public_key, collector)
    need("audience", expected in (None, collector), f"the bundle is for {collector}, not for {expected}")
    members = ["offer_sha256", "consent_sha256", "notice_sha256"]
    due = collector != "export"
    need("audience", ("offer.jws" in files) == due, "papers come with a bundle for a collector, and with no other")
    need("audience", all((member in approval) == due for member in members), "papers that are not named, or none named")
    yield "audience", f"for {collector}"
    if not due:
        return
    offer, consent, notice = (files[name] for name in PAPERS)
    signer, payload = attempt("offer", "offer.jws", open_statement, offer, "counterfoil-offer+jwt")
    need("offer", payload.get("v") == 1 and payload.get("iss") == signer == collector, "not the collector's own")
    need("offer", approval["offer_sha256"] == hex256(offer), "bundle.jws names another")
    yield "offer", "signed by the collector"
    signer, payload = attempt("consent", "consent.jws", open_statement, consent, "counterfoil-consent+jwt")
    need("consent", payload.get("v") == 1 and payload.get("iss") == signer == approval["iss"], "not the signer's own")
    need("consent", payload.get("aud") == collector, "given to another collector")
    times = payload.get("iat"), payload.get("exp")
    need("consent", all(map(is_count, times)), "times that are none")
    need("consent", times[0] <= approval["iat"] < times[1], "not in force when the bundle was approved")
    need("consent", payload.get("offer_sha256") == hex256(offer), "given to another offer")
    need("consent", approval["consent_sha256"] == hex256(consent), "bundle.jws names another")
    yield "consent", "given by the signer to this offer, and in force"
    need("notice", payload.get("notice_sha256") == hex256(notice), "the consent was given to another")
    need("notice", approval["notice_sha256"] == hex256(notice), "bundle.jws names another")
    yield "notice", "the one that was consented to"


# The records, and the Merkle tree of RFC 6962 over them.

MEMBERS = {
    "claimed_evidence": is_text("observed|imported|entered"),
    "id": is_text("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    "kind": is_text("search|prompt|post|comment|edit|response|rating"),
    "redactions": lambda value: type(value) is list,
    "salt": lambda value: len(base64_strict(value, url=True)) == 16,
    "seq": is_count,
    "text": lambda value: type(value) is str,
    "v": lambda value: type(value) is int and value == 1,
}
OPTIONAL = {
    "lang": is_text("[A-Za-z0-9-]{2,35}"),
    "site": is_text(r"[a-z0-9._:\[\]-]{1,261}"),
    "thread": is_text("[A-Za-z0-9_-]{1,64}"),
    "time": is_day_or_month,
}


def read_record(line):
    if len(line) > MIB:
        raise ValueError("longer than 1 MiB")
    record = json_strict(line)
    if not set(MEMBERS) <= set(record) <= set(MEMBERS | OPTIONAL):
        raise ValueError("other members than those of a record")
    for name, value in record.items():
        if not (MEMBERS | OPTIONAL)[name](value):
            raise ValueError(f"{name} has a value that is not allowed")
    kinds = [redaction["type"] for redaction in record["redactions"]]
    for redaction in record["redactions"]:
        fits = is_text("[A-Z0-9_]{1,64}")(redaction["type"]) and is_count(redaction["count"], 1 << 32)
        if set(redaction) != {"count", "type"} or not fits or redaction["count"] == 0:
            raise ValueError("a redaction that is not allowed")
    if kinds != sorted(set(kinds)):
        raise ValueError("a kind of redaction twice, or out of order")
    return record


def fold(peaks):
    """The root of a compact range: its peaks, largest first, hashed together from the right."""
    root = peaks[-1] if peaks else sha256(b"")
    for peak in reversed(peaks[:-1]):
        root = sha256(b"\x01" + peak + root)
    return root


def extend(peaks, size, leaf):
    """Appends a leaf to the compact range of `size` leaves, in place."""
    node = sha256(b"\x00" + leaf)
    while size & 1:
        node = sha256(b"\x01" + peaks.pop() + node)
        size >>= 1
    peaks.append(node)


def read_frontier(file, size):
    peaks = [base64_strict(peak) for peak in json_strict(file)]
    if len(peaks) != size.bit_count() or any(len(peak) != 32 for peak in peaks):
        raise ValueError("not one hash for each bit of start")
    return peaks


def verify(data, expected=None):
    """Runs the checks and yields the name of each that holds, with a sentence."""
    top, files = unzip(data)
    yield "zip", f"{len(files)} files in {top}"
    yield "bag", check_bag(top, files)
    approval, (size, root), sentence = check_key(top, files)
    yield "key", sentence
    yield from check_papers(files, approval, expected)

    need("records", approval["records_sha256"] == hex256(files[RECORDS]), "not those that were approved")
    yield "records", f"SHA-256 {approval['records_sha256']}"
    *lines, rest = files[RECORDS].split(b"\n")
    need("line", lines and rest == b"" and len(lines) <= 250_000, "no lines, too many, or one without an end")
    records = [attempt("line", index, read_record, line) for index, line in enumerate(lines, 1)]
    first = records[0]["seq"]
    need("line", [record["seq"] for record in records] == list(range(first, first + len(lines))), "out of order")
    yield "line", f"{len(lines)} records, each after the one before it"

    start, end = approval["start"], approval["end"]
    need("range", (size, first, len(lines)) == (end, start, end - start), "not the records from start to end")
    need("range", top == f"counterfoil-{approval['iss'][-8:]}-{start}-{end}", "the directory names another range")
    peaks = attempt("range", "frontier.json", read_frontier, files["frontier.json"], start)
    yield "range", f"records {start} to {end} of the log"
    for place, line in enumerate(lines, start):
        extend(peaks, place, line)
    need("root", fold(peaks) == root, "the tree over the lines has another root")
    yield "root", f"the root that was signed, {base64.b64encode(root).decode()}"
    if start:
        yield "note", "history before start: not checked"
    yield "note", "revocation: not checked"


def main():
    try:
        for check, sentence in verify(pathlib.Path(sys.argv[1]).read_bytes(), *sys.argv[2:3]):
            print(f"{check}: {sentence}" if check == "note" else f"ok: {check}: {sentence}")
    except Invalid as invalid:
        print(f"invalid: {invalid}")
        return 1
    print("valid")
    return 0


if __name__ == "__main__":
    sys.exit(main())
