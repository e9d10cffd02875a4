"""Verifies an exported bundle with other people's tools, and nothing of this project.

    verify_bundle.py BUNDLE.zip

Prints one line a check and exits with 0, or prints `invalid: CHECK: why` and exits with 1. The checks bear the
names, and come in the order, of docs/formats.md: zip bag key audience records line range root. A bundle for a collector
has three more, which this script does not know: it refuses such a bundle at `audience`.

bagit (PyPI) checks the bag, jwcrypto the JWS, cryptography the Ed25519 signature of the note; the Merkle tree of
RFC 6962 is computed anew below, from the lines and the frontier.
"""

import base64
import hashlib
import json
import logging
import pathlib
import sys
import tempfile
import zipfile

import bagit
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwcrypto import jwk, jws

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
FIELDS = {
    "aud", "checkpoint_sha256", "end", "iat", "iss", "jti", "records_sha256", "start", "tagmanifest_sha256", "v",
}


class Invalid(Exception):
    """The check that failed, and why."""

    def __init__(self, check, why):
        super().__init__(f"{check}: {why}")


def need(check, holds, why):
    if not holds:
        raise Invalid(check, why)


def sha256(data):
    return hashlib.sha256(data).digest()


def unpack(bundle, folder):
    """Unpacks the archive and gives its only top directory."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            names = archive.namelist()
            need("zip", len(names) == len(set(names)), "a name occurs twice")
            for name in names:
                parts = name.split("/")
                need("zip", not name.startswith("/") and ".." not in parts and "\\" not in name, f"unsafe name {name}")
            need("zip", len({name.split("/")[0] for name in names}) == 1, "more than one top directory")
            need("zip", archive.testzip() is None, "a file does not match its CRC")
            archive.extractall(folder)
            return folder / names[0].split("/")[0]
    except Invalid:
        raise
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, RuntimeError) as error:
        raise Invalid("zip", error) from error
    except Exception as error:  # zlib.error has no common base with the others
        raise Invalid("zip", error) from error


def check_bag(root):
    try:
        bagit.Bag(str(root)).validate()
    except (bagit.BagError, OSError, ValueError) as error:
        raise Invalid("bag", error) from error


def public_key(did):
    """The Ed25519 key of a did:key: base58btc of 0xed 0x01 and 32 bytes."""
    need("key", did.startswith("did:key:z"), "the issuer is no did:key")
    number = 0
    for letter in did.removeprefix("did:key:z"):
        need("key", letter in BASE58, "the did:key is not base58btc")
        number = number * 58 + BASE58.index(letter)
    try:
        decoded = number.to_bytes(34, "big")
    except OverflowError as error:
        raise Invalid("key", "the did:key is too long") from error
    need("key", decoded[:2] == b"\xed\x01", "the did:key is not of Ed25519")
    return decoded[2:]


def open_approval(root):
    """Verifies bundle.jws with the key that it names and gives its payload and that key."""
    compact = (root / "bundle.jws").read_bytes()
    try:
        token = jws.JWS()
        token.allowed_algs = ["EdDSA", "Ed25519"]
        token.deserialize(compact.decode("ascii"))
        claimed = json.loads(base64.urlsafe_b64decode(compact.split(b".")[1] + b"=="))
        key = public_key(claimed["iss"])
        coordinate = base64.urlsafe_b64encode(key).decode().rstrip("=")
        token.verify(jwk.JWK(kty="OKP", crv="Ed25519", x=coordinate))
        header, approval = token.jose_header, json.loads(token.payload)
    except Invalid:
        raise
    except Exception as error:  # jwcrypto's errors and those of its parsers have no common base
        raise Invalid("key", f"bundle.jws: {error}") from error
    multibase = approval["iss"].removeprefix("did:key:")
    need("key", header.get("typ") == "counterfoil-bundle+jwt", "bundle.jws is of another type")
    need("key", header.get("kid") == f"{approval['iss']}#{multibase}", "bundle.jws names another key")
    need("key", set(header) == {"alg", "kid", "typ"}, "bundle.jws has an unknown header field")
    return approval, key, multibase


def open_note(root, key, multibase):
    """Verifies the signed note and gives the size and the root that it states."""
    note = (root / "checkpoint").read_text("utf-8")
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    origin = f"counterfoil/{multibase}"
    lines = text.split("\n")
    need("key", len(lines) == 4 and lines[0] == origin, "the checkpoint is of another log")
    key_hash = sha256(origin.encode() + b"\n\x01" + key)[:4]
    for line in signatures.splitlines():
        name, _, encoded = line.removeprefix("\u2014 ").partition(" ")
        signature = base64.b64decode(encoded)
        if name == origin and signature[:4] == key_hash:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(signature[4:], text.encode())
            except InvalidSignature as error:
                raise Invalid("key", "the checkpoint's signature does not verify") from error
            return int(lines[1]), base64.b64decode(lines[2])
    raise Invalid("key", "the checkpoint is not signed by this key")


def fold(peaks):
    """The root of a compact range: its peaks, largest first, hashed together from the right."""
    if not peaks:
        return sha256(b"")
    root = peaks[-1]
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


def verify(root):
    """Runs the checks and yields a sentence for each that holds."""
    check_bag(root)
    yield "bag", "bagit accepts the directory and every digest in it"

    approval, key, multibase = open_approval(root)
    tags = hashlib.sha256((root / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    need("key", approval.get("tagmanifest_sha256") == tags, "bundle.jws is about another bag")
    note = hashlib.sha256((root / "checkpoint").read_bytes()).hexdigest()
    need("key", approval.get("checkpoint_sha256") == note, "bundle.jws is about another checkpoint")
    size, stated = open_note(root, key, multibase)
    name = f"counterfoil-{multibase[-8:]}-{approval['start']}-{approval['end']}"
    need("key", root.name == name, f"the directory should be {name}")
    yield "key", f"jwcrypto accepts the approval, cryptography the checkpoint, both of {approval['iss']}"

    need("audience", approval["aud"] == "export", f"the audience is {approval['aud']}, not `export`")
    need("audience", set(approval) == FIELDS and approval["v"] == 1, "unknown or missing fields")
    yield "audience", "an export to a file"

    data = (root / "data" / "records.jsonl").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    need("records", approval["records_sha256"] == digest, "the records are not those approved")
    yield "records", f"the bytes approved, sha256 {digest}"

    need("line", data.endswith(b"\n"), "the last line does not end")
    lines = data[:-1].split(b"\n")
    for seq, line in enumerate(lines, start=approval["start"]):
        try:
            record = json.loads(line)
        except ValueError as error:
            raise Invalid("line", f"{seq}: {error}") from error
        # JCS sorts by UTF-16 units and escapes as little as JSON allows, as this does for ASCII names.
        same = json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        need("line", same == line, f"{seq} is not canonical")
        need("line", record["seq"] == seq and record["v"] == 1, f"{seq} is out of order")
    yield "line", f"{len(lines)} canonical lines in order"

    start, end = approval["start"], approval["end"]
    need("range", end - start == len(lines) and size == end, "the lines are not those from start to end")
    yield "range", f"records {start} to {end} of the log"

    frontier = json.loads((root / "frontier.json").read_bytes())
    need("root", len(frontier) == start.bit_count(), "the frontier has not one hash for each bit of start")
    peaks = [base64.b64decode(peak) for peak in frontier]
    for index, line in enumerate(lines, start=start):
        extend(peaks, index, line)
    need("root", fold(peaks) == stated, "the tree over the lines has another root")
    yield "root", f"RFC 6962 root {stated.hex()}"


def main():
    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        try:
            root = unpack(sys.argv[1], pathlib.Path(folder))
            print("ok: zip: one directory, every CRC right")
            for check, sentence in verify(root):
                print(f"ok: {check}: {sentence}")
        except Invalid as invalid:
            print(f"invalid: {invalid}")
            return 1
    print("valid")
    return 0


if __name__ == "__main__":
    sys.exit(main())
