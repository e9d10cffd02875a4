"""Turns the 24 words of a log, read from standard input, into the age identity that opens its backups.

    backup_identity.py < words.txt > identity.txt

Needs the package `mnemonic`, for BIP-39. The rest is HKDF-SHA256 (RFC 5869) and Bech32 (BIP-173), as
docs/formats.md asks: salt `counterfoil/v1`, info `backup-age` and a zero byte.
"""

import hmac
import sys

from mnemonic import Mnemonic

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def derive(seed, label, *fields):
    """32 bytes that are for one purpose only."""
    info = label.encode() + b"\0" + b"".join(len(field).to_bytes(2, "big") + field for field in fields)
    key = hmac.digest(b"counterfoil/v1", seed, "sha256")
    return hmac.digest(key, info + b"\1", "sha256")


def bech32(prefix, data):
    bits = len(data) * 8
    padding = -bits % 5
    number = int.from_bytes(data, "big") << padding
    values = [number >> shift & 31 for shift in range(bits + padding - 5, -1, -5)]
    spread = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = 1
    for value in spread + values + [0] * 6:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    values += [(check ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(ALPHABET[value] for value in values)


def backup_identity(words):
    return bech32("age-secret-key-", derive(Mnemonic.to_seed(words), "backup-age")).upper()


def main():
    words = " ".join(sys.stdin.read().lower().split())
    if len(words.split()) != 24 or not Mnemonic("english").check(words):
        sys.exit("these are not 24 words that fit together")
    print(backup_identity(words))


if __name__ == "__main__":
    main()
