"""Puts what Counterfoil writes to Python packages that other people wrote.

    tools.py VECTORS MATERIAL VERIFIER [BAGIT-SUITE]

VECTORS is tests/vectors, MATERIAL the folder of fresh material, VERIFIER the folder of verify_bundle.py. Prints a
JSON line for each thing that was checked: {tool, what, cases, passed, faults}. Leaves in MATERIAL what the tools made
themselves (theirs-python.json) and the bundles as directories (unpacked, altered), for others to look at.
"""

import base64
import hashlib
import io
import json
import logging
import pathlib
import random
import shutil
import sys
import warnings
import zipfile
import zlib
from importlib import metadata
from unittest import mock

import bagit
import rfc8785
from backup_identity import backup_identity, derive
from jwcrypto import common, jwk, jws
from mnemonic import Mnemonic

warnings.simplefilter("ignore", DeprecationWarning)
from pymerkle import InmemoryTree  # noqa: E402

logging.disable(logging.CRITICAL)
PACKAGES = ["bagit", "jwcrypto", "mnemonic", "pymerkle", "rfc8785"]
# Of the conformance suite, the bag that the package accepts although the suite calls it invalid: blanks before the
# colons of its declaration. Our reader refuses it.
LENIENT = ["bagit-with-invalid-whitespace"]


class Row:
    """What one tool checked: cases, and those that did not pass."""

    def __init__(self, tool, what):
        if tool in PACKAGES:
            tool = f"PyPI {tool} {metadata.version(tool)}"
        self.row = {"tool": tool, "what": what, "cases": 0, "passed": 0, "faults": []}

    def case(self, passed, name):
        self.row["cases"] += 1
        self.row["passed"] += bool(passed)
        if not passed:
            self.row["faults"].append(str(name))

    def print(self):
        print(json.dumps(self.row), flush=True)


def golden(vectors):
    """Each bundle of tests/vectors: its path, the check that it must fail, the audience to expect."""
    for entry in json.loads((vectors / "index.json").read_bytes()):
        if entry["file"].startswith("bundle/"):
            yield vectors / entry["file"], entry["failed_check"], entry["expected_audience"]


def unpack(vectors, material):
    """Every valid bundle, golden and fresh, as a directory, and a copy in which one byte of one file is different."""
    bundles = [path for path, check, _ in golden(vectors) if check is None]
    bundles += sorted((material / "bundles").iterdir())
    for index, path in enumerate(bundles):
        with zipfile.ZipFile(path) as archive:
            folder = material / "unpacked" / path.stem
            archive.extractall(folder)
        names = sorted(name for name in archive.namelist() if not name.endswith("bundle.jws"))
        copy = material / "altered" / path.stem
        shutil.copytree(folder, copy)
        victim = copy / names[index % len(names)]
        content = bytearray(victim.read_bytes())
        content[len(content) // 2] ^= 1
        victim.write_bytes(content)


def directories(material, kind):
    for folder in sorted((material / kind).iterdir()):
        yield from folder.iterdir()


def holds(folder):
    try:
        bagit.Bag(str(folder)).validate()
    except (bagit.BagError, OSError, ValueError):
        return False
    return True


def check_bags(material):
    row = Row("bagit", "bags of golden and fresh bundles accepted; with one byte altered, refused")
    for folder in directories(material, "unpacked"):
        row.case(holds(folder), folder)
    for folder in directories(material, "altered"):
        row.case(not holds(folder), f"{folder}, altered")
    row.print()


def check_suite(suite):
    row = Row("bagit", f"says of the BagIt suite what the suite says, but for {', '.join(LENIENT)}, which it accepts")
    for kind in ("valid", "invalid"):
        for folder in sorted((suite / kind).iterdir()):
            row.case(holds(folder) == (kind == "valid" or folder.name in LENIENT), folder)
    row.print()


def coordinate(key):
    return jwk.JWK(kty="OKP", crv="Ed25519", x=key)


def verified(compact, key):
    token = jws.JWS()
    token.allowed_algs = ["EdDSA", "Ed25519"]
    try:
        token.deserialize(compact)
        token.verify(key)
    except common.JWException:
        return None
    return token


def check_statements(material):
    row = Row("jwcrypto", "statements of all seven types accepted; with one character altered, refused")
    for statement in json.loads((material / "statements.json").read_bytes()):
        compact, key = statement["compact"], coordinate(statement["x"])
        token = verified(compact, key)
        row.case(token is not None and token.jose_header["typ"] == statement["typ"], compact)
        middle = len(compact) // 2
        other = "A" if compact[middle] != "A" else "B"
        altered = compact[:middle] + other + compact[middle + 1 :]
        row.case(verified(altered, key) is None, altered)
    row.print()


def check_canonical(material):
    row = Row("rfc8785", "random values and lines of both logs are canonical; with a blank added, they are not")
    for line in (material / "canonical.jsonl").read_bytes().splitlines():
        row.case(rfc8785.dumps(json.loads(line)) == line, line)
        row.case(rfc8785.dumps(json.loads(line + b" ")) != line + b" ", line)
    row.print()


def check_roots(material):
    row = Row("pymerkle", "root of a tree at every size from 0, and of every bundle that begins a log")
    tree = json.loads((material / "tree.json").read_bytes())
    theirs = InmemoryTree(algorithm="sha256")
    row.case(theirs.get_state(0) == base64.b64decode(tree["roots"][0]), "size 0")
    for size, (leaf, root) in enumerate(zip(tree["leaves"], tree["roots"][1:], strict=True), 1):
        theirs.append_entry(base64.b64decode(leaf))
        row.case(theirs.get_state(size) == base64.b64decode(root), f"size {size}")
    for folder in directories(material, "unpacked"):
        if json.loads((folder / "frontier.json").read_bytes()):
            continue
        root = base64.b64decode((folder / "checkpoint").read_text().split("\n")[2])
        lines = (folder / "data" / "records.jsonl").read_bytes().split(b"\n")[:-1]
        row.case(InmemoryTree.init_from_entries(lines, algorithm="sha256").get_state() == root, folder)
        lines[-1] += b" "
        row.case(InmemoryTree.init_from_entries(lines, algorithm="sha256").get_state() != root, f"{folder}, altered")
    row.print()


def did_key(public):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, text = int.from_bytes(b"\xed\x01" + public, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return f"did:key:z{text}"


def check_words(material):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    words = Row("mnemonic", "24 words, their entropy and their seed are those of the package, and back")
    keys = Row("mnemonic", "the log's key and the backup's age identity come from the words alone")
    theirs = Mnemonic("english")
    for root in json.loads((material / "words.json").read_bytes()):
        entropy, text = bytes.fromhex(root["entropy"]), root["words"]
        seed = theirs.to_seed(text, "")
        words.case(theirs.check(text) and bytes(theirs.to_entropy(text)) == entropy, text)
        words.case(theirs.to_mnemonic(entropy) == text and seed.hex() == root["seed"], text)
        first, *rest = text.split()
        swapped = " ".join([*rest, first])
        words.case(swapped == text or not theirs.check(swapped) or theirs.to_entropy(swapped) != entropy, swapped)
        secret = Ed25519PrivateKey.from_private_bytes(derive(seed, "log", bytes.fromhex(root["log"])))
        keys.case(did_key(secret.public_key().public_bytes_raw()) == root["log_did"], text)
        keys.case(backup_identity(text) == root["backup_identity"], text)
    words.print()
    keys.print()


def unpacked(data):
    """The files of a container by name; nothing where it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return {name: container.read(name) for name in container.namelist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return None


def check_verifier(vectors, material):
    import verify_bundle

    def verdict(data, audience=None):
        try:
            list(verify_bundle.verify(data, audience))
        except verify_bundle.Invalid as invalid:
            return str(invalid).split(":")[0]
        return None

    def judge(what):
        row = Row("verify_bundle.py", f"names the failed check of every golden bundle, {what}")
        for path, check, audience in golden(vectors):
            found = verdict(path.read_bytes(), audience)
            row.case(found == check, f"{path}: {found}")
        row.print()

    judge("asking bagit and jwcrypto too")
    with mock.patch("importlib.util.find_spec", lambda name: None):
        judge("with cryptography alone")
    what = "accepts every fresh bundle; refuses each with one bit altered, unless all its files unpack as before"
    row = Row("verify_bundle.py", what)
    dice = random.Random(material.name)
    for path in sorted((material / "bundles").iterdir()):
        data = path.read_bytes()
        row.case(verdict(data) is None, path)
        for _ in range(100):
            bit = dice.randrange(len(data) * 8)
            altered = bytearray(data)
            altered[bit // 8] ^= 1 << bit % 8
            # Deflate can say the same bytes in several ways: a bundle rests on its files, not on how they are packed.
            holds = verdict(bytes(altered)) is not None or unpacked(altered) == unpacked(data)
            row.case(holds, f"{path}, bit {bit}")
    row.print()


def make(material):
    """Statements and words of the tools' own making."""
    statements, words = [], []
    for number in range(20):
        key = jwk.JWK.generate(kty="OKP", crv="Ed25519")
        did = did_key(base64.urlsafe_b64decode(key.export_public(as_dict=True)["x"] + "="))
        for algorithm in ("EdDSA", "Ed25519"):
            header = {"alg": algorithm, "kid": f"{did}#{did[8:]}", "typ": "counterfoil-auth+jwt"}
            token = jws.JWS(json.dumps({"number": number, "text": "\u20ac\U0001f600\u2028"}))
            token.allowed_algs = [algorithm]
            token.add_signature(key, algorithm, json.dumps(header), None)
            statements.append({"did": did, "compact": token.serialize(compact=True), "number": number})
    english = Mnemonic("english")
    for _ in range(40):
        text = english.generate(256)
        seed = hashlib.pbkdf2_hmac("sha512", text.encode(), b"mnemonic", 2048)
        words.append({"words": text, "entropy": bytes(english.to_entropy(text)).hex(), "seed": seed.hex()})
    theirs = json.dumps({"statements": statements, "words": words})
    (material / "theirs-python.json").write_text(theirs)


def main():
    vectors, material, verifier = map(pathlib.Path, sys.argv[1:4])
    sys.path.insert(0, str(verifier))
    unpack(vectors, material)
    check_bags(material)
    if sys.argv[4:]:
        check_suite(pathlib.Path(sys.argv[4]))
    check_statements(material)
    check_canonical(material)
    check_roots(material)
    check_words(material)
    check_verifier(vectors, material)
    make(material)


if __name__ == "__main__":
    main()
