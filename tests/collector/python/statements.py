"""Verifies with jwcrypto every statement that a person and a collector gave each other, and what they say of each other.

    statements.py STATEMENTS.json

STATEMENTS is {"collector": did, "person": did, "bundles": [path], "descriptions": [compact], "offers": [compact],
"account": [compact], "revocations": [compact], "tokens": [compact]}. Each statement is also altered, and held against
the other's key: then it must be refused. Prints how many there are of each kind, and ends with 1 where something does
not hold.
"""

import base64
import collections
import hashlib
import json
import pathlib
import sys
import zipfile

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from jwcrypto import common, jwk, jws

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The kinds that have to be there, or the run shows too little.
KINDS = {
    "counterfoil-collector+jwt",
    "counterfoil-offer+jwt",
    "counterfoil-consent+jwt",
    "counterfoil-bundle+jwt",
    "counterfoil-account+jwt receipt",
    "counterfoil-account+jwt payout",
    "counterfoil-account+jwt ack received",
    "counterfoil-account+jwt ack done",
    "counterfoil-revocation+jwt",
    "counterfoil-auth+jwt",
}


def key_of(did):
    number = 0
    for letter in did.removeprefix("did:key:z"):
        number = number * 58 + ALPHABET.index(letter)
    prefix, key = number.to_bytes(34, "big")[:2], number.to_bytes(34, "big")[2:]
    assert prefix == b"\xed\x01", did
    return jwk.JWK(kty="OKP", crv="Ed25519", x=common.base64url_encode(key))


def opened(compact, did):
    """Header and payload, if the key of this identity signed them."""
    token = jws.JWS()
    token.allowed_algs = ["EdDSA", "Ed25519"]
    try:
        token.deserialize(compact)
        token.verify(key_of(did))
    except common.JWException:
        return None
    return token.jose_header, json.loads(token.payload)


def altered(compact):
    """The statement with one character of each of its three parts changed."""
    parts = compact.split(".")
    for index, part in enumerate(parts):
        middle = len(part) // 2
        other = part[:middle] + ("A" if part[middle] != "A" else "B") + part[middle + 1 :]
        yield ".".join([*parts[:index], other, *parts[index + 1 :]])


def digest(text):
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def cosigned(receipt, checkpoint):
    """Whether the cosignature of a receipt (tlog-cosignature) is one over this checkpoint."""
    name, _, key = receipt["note_key"].split("+", 2)
    key = base64.b64decode(key)
    line = receipt["cosignature"].split(" ")
    signature = base64.b64decode(line[2])
    time = int.from_bytes(signature[4:12], "big")
    body = checkpoint[: checkpoint.index(b"\n\n") + 1]
    message = f"cosignature/v1\ntime {time}\n".encode() + body
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[12:], message)
    return key[0] == 4 and line[1] == name


def main(path):
    said = json.loads(pathlib.Path(path).read_bytes())
    collector, person = said["collector"], said["person"]
    counts = collections.Counter()

    def check(compact, typ, did):
        found = opened(compact, did)
        assert found is not None, f"not accepted: {compact}"
        header, payload = found
        assert header == {"alg": "EdDSA", "kid": f"{did}#{did.removeprefix('did:key:')}", "typ": typ}, header
        assert payload.get("iss", payload.get("did", did)) == did, payload
        for other in altered(compact):
            assert opened(other, did) is None, f"altered and accepted: {other}"
        assert opened(compact, person if did == collector else collector) is None
        kind = [typ, payload.get("type"), payload.get("status")]
        counts[" ".join(word for word in kind if word)] += 1
        return payload

    for compact in said["descriptions"]:
        check(compact, "counterfoil-collector+jwt", collector)
    offers = {}
    for compact in said["offers"]:
        check(compact, "counterfoil-offer+jwt", collector)
        offers[digest(compact)] = compact
    for compact in said["tokens"]:
        assert check(compact, "counterfoil-auth+jwt", person)["aud"] == collector
    revocations = {}
    for compact in said["revocations"]:
        revocations[digest(compact)] = check(compact, "counterfoil-revocation+jwt", person)
    bundles = {}
    for bundle in said["bundles"]:
        with zipfile.ZipFile(bundle) as files:
            read = {name.split("/", 1)[1]: files.read(name) for name in files.namelist()}
        approval = check(read["bundle.jws"].decode(), "counterfoil-bundle+jwt", person)
        consent = check(read["consent.jws"].decode(), "counterfoil-consent+jwt", person)
        assert offers[digest(read["offer.jws"])] == read["offer.jws"].decode()
        for papers in (approval, consent):
            assert papers["aud"] == collector
            assert papers["offer_sha256"] == digest(read["offer.jws"])
            assert papers["notice_sha256"] == digest(read["notice.txt"])
        assert approval["consent_sha256"] == digest(read["consent.jws"])
        assert approval["records_sha256"] == digest(read["data/records.jsonl"])
        bundles[digest(read["bundle.jws"])] = read
    previous = None
    for seq, compact in enumerate(said["account"]):
        entry = check(compact, "counterfoil-account+jwt", collector)
        assert (entry["seq"], entry["sub"], entry.get("prev_sha256")) == (seq, person, previous), entry
        previous = digest(compact)
        if entry["type"] == "receipt":
            read = bundles.pop(entry["bundle_sha256"])
            assert entry["checkpoint_sha256"] == digest(read["checkpoint"])
            assert entry["offer_sha256"] == digest(read["offer.jws"])
            assert cosigned(entry, read["checkpoint"])
        if entry["type"] == "ack":
            assert entry["revocation_sha256"] in revocations
    assert not bundles, "a bundle without a receipt"
    assert set(counts) == KINDS, set(counts) ^ KINDS
    for kind, count in sorted(counts.items()):
        print(count, kind)


if __name__ == "__main__":
    main(*sys.argv[1:])
