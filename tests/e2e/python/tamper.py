"""Writes a copy of a bundle in which one bit of one file is different.

    tamper.py BUNDLE.zip COPY.zip FILE [--mend]

FILE is relative to the bundle's directory. With --mend the manifests are computed anew, as a forger would who
knows BagIt but has not the key. The copy is a sound archive: CRCs are right.
"""

import hashlib
import sys
import zipfile


def main():
    source, copy, victim = sys.argv[1:4]
    mend = "--mend" in sys.argv[4:]
    with zipfile.ZipFile(source) as archive:
        files = {info.filename: (info, archive.read(info)) for info in archive.infolist()}
    top = next(iter(files)).split("/")[0]

    def put(name, data):
        info, _ = files[f"{top}/{name}"]
        files[f"{top}/{name}"] = (info, data)

    def get(name):
        return files[f"{top}/{name}"][1]

    data = bytearray(get(victim))
    # In the middle, the lowest bit: of a text that stays text.
    data[len(data) // 2] ^= 1
    put(victim, bytes(data))
    if mend:
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            names = [line.split("  ", 1)[1] for line in get(manifest).decode().splitlines()]
            lines = [f"{hashlib.sha256(get(name)).hexdigest()}  {name}\n" for name in names]
            put(manifest, "".join(lines).encode())
    with zipfile.ZipFile(copy, "w") as archive:
        for info, content in files.values():
            fresh = zipfile.ZipInfo(info.filename, info.date_time)
            fresh.create_system = info.create_system
            archive.writestr(fresh, content, info.compress_type)
            # Writing gives a file permissions where it has none; the directory of the archive is written last.
            fresh.external_attr = info.external_attr


if __name__ == "__main__":
    main()
