"""What schemathesis is given to ask the collector with: bundles, withdrawals, terms and tokens that hold.

Made up from the description alone, all of them would be refused, and what the description says of the answers would
go unseen. INTERFACE_MATERIAL names a JSON file {"bundles": [base64], "tokens": [compact], "terms": [hex],
"withdrawals": [compact]}. Everything is chosen by counting, so that a seed gives the same run.
"""

import base64
import hashlib
import itertools
import json
import os
import pathlib
import re

import schemathesis
from hypothesis import strategies

MATERIAL = json.loads(pathlib.Path(os.environ["INTERFACE_MATERIAL"]).read_bytes())
BUNDLES = [base64.b64decode(bundle) for bundle in MATERIAL["bundles"]]
DIGEST = re.compile("[0-9a-f]{64}")
CALLS = itertools.count()
TERMS = itertools.cycle(MATERIAL["terms"])
WITHDRAWALS = itertools.cycle(MATERIAL["withdrawals"])
TOKENS = iter(MATERIAL["tokens"])

schemathesis.openapi.media_type("application/zip", strategies.sampled_from(BUNDLES) | strategies.binary(max_size=4096))


@schemathesis.serializer("application/zip")
def as_it_is(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.auth(refresh_interval=None).apply_to(path="/v1/account")
class Token:
    """A token is good for one request."""

    def get(self, case, context):
        return next(TOKENS)

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(CALLS)
    # To the collector each request is of another person: how often one may ask is tested elsewhere.
    case.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    named = (case.path_parameters or {}).get("sha256")
    is_digest = isinstance(named, str) and DIGEST.fullmatch(named)
    if case.operation.label == "PUT /v1/bundles/{sha256}" and is_digest and case.body in BUNDLES and number % 4:
        case.path_parameters["sha256"] = hashlib.sha256(case.body).hexdigest()
    if case.operation.label == "GET /v1/terms/{sha256}" and is_digest and number % 2:
        case.path_parameters["sha256"] = next(TERMS)
    is_withdrawal = isinstance(case.body, dict) and set(case.body) == {"revocation"}
    if case.operation.label == "POST /v1/revocations" and is_withdrawal and number % 4 == 0:
        case.body["revocation"] = next(WITHDRAWALS)
    if case.operation.label == "POST /hand-over" and isinstance(case.body, dict) and number % 2:
        case.body["bundle"] = BUNDLES[number % len(BUNDLES)]
