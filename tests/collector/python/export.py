"""Loads a collector's export with mlcroissant and with pandas, which must find the same records.

    export.py FOLDER RECORDS

FOLDER holds croissant.json and records.jsonl, RECORDS is how many there are. A file of which one byte is different
must be refused. Prints the columns.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import mlcroissant
import pandas


def plain(value):
    # Texts are loaded as bytes.
    return value.decode() if isinstance(value, bytes) else value


def loaded(folder):
    dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
    assert not dataset.metadata.issues.errors, dataset.metadata.issues.report()
    assert not dataset.metadata.issues.warnings, dataset.metadata.issues.report()
    return [
        {name.removeprefix("records/"): plain(value) for name, value in record.items()}
        for record in dataset.records("records")
    ]


def main(folder, count):
    folder = pathlib.Path(folder)
    records = loaded(folder)
    assert len(records) == int(count), len(records)
    frame = pandas.read_json(folder / "records.jsonl", lines=True, dtype=False)
    assert frame.to_dict("records") == records, (frame, records)
    lines = (folder / "records.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert [json.loads(line) for line in lines] == records
    with tempfile.TemporaryDirectory() as copy:
        copy = pathlib.Path(copy)
        shutil.copy(folder / "croissant.json", copy)
        content = bytearray((folder / "records.jsonl").read_bytes())
        place = content.index(b'"text":"') + len(b'"text":"')
        content[place] ^= 1
        (copy / "records.jsonl").write_bytes(content)
        try:
            loaded(copy)
        except mlcroissant.GenerationError as error:
            assert "Hash of downloaded file" in str(error.__cause__), repr(error.__cause__)
        else:
            raise AssertionError("an altered file was loaded")
    print(*frame.columns)


if __name__ == "__main__":
    main(*sys.argv[1:])
