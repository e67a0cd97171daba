"""Packages of functions: one zip each, stored under the digest of the program in it."""

import hashlib
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BUCKET = "switchboard-functions"
# A fixed time makes the same program the same zip.
EPOCH = (1980, 1, 1, 0, 0, 0)
EXECUTABLE = 0o755 << 16


def upload(s3, binaries: dict[str, str]) -> dict[str, dict[str, str]]:
    """Uploads what is not there yet. Returns the location of each function's package by its name."""
    s3.create_bucket(Bucket=BUCKET)
    present = set(stored_keys(s3))
    with ThreadPoolExecutor() as pool:
        keys = dict(zip(binaries, pool.map(lambda item: upload_one(s3, present, *item), binaries.items())))
    return {name: {"Bucket": BUCKET, "Key": key} for name, key in keys.items()}


def upload_one(s3, present: set[str], name: str, binary: str) -> str:
    """Uploads one program unless its package is present. Returns its key."""
    program = Path(binary).read_bytes()
    key = f"{name}/{hashlib.sha256(program).hexdigest()}.zip"
    if key not in present:
        s3.put_object(Bucket=BUCKET, Key=key, Body=package(program))
    return key


def package(program: bytes) -> bytes:
    """A zip that holds the program as `bootstrap`. It is not compressed: it travels within one machine."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        entry = zipfile.ZipInfo("bootstrap", EPOCH)
        entry.external_attr = EXECUTABLE
        archive.writestr(entry, program)
    return buffer.getvalue()


def upload_template(s3, endpoint: str, template: dict) -> str:
    """Stores the template, which is too long for a request of CloudFormation's. Returns its address."""
    key = "template.json"
    s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(template).encode())
    return f"{endpoint}/{BUCKET}/{key}"


def remove_unused(s3, locations: dict[str, dict[str, str]]) -> None:
    """Deletes packages of programs that are deployed no longer."""
    used = {location["Key"] for location in locations.values()}
    for key in stored_keys(s3):
        if key.endswith(".zip") and key not in used:
            s3.delete_object(Bucket=BUCKET, Key=key)


def stored_keys(s3) -> list[str]:
    """Every key of the bucket."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]
