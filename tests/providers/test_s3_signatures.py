"""The simulator of S3 itself: it knows Amazon's published example, and refuses what others let pass."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import requests

from server.core.s3_presigning import Signer
from tests.providers.s3 import ALGORITHM, UNSIGNED, Bucket, canonical_query, running_s3, signature_of, signing_key

KEY_ID, SECRET = "AKIDTEST", "s3cr3t/of+the-test"
NAME = "campus/ab/abc"


@pytest.fixture
def s3():
    with running_s3() as (address, bucket):
        yield address, bucket


def test_the_published_example_has_the_published_signature():
    """Amazon's example of a GET with a range ("Signature Calculations for the Authorization Header")."""
    key = signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524", "us-east-1")
    empty = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": empty,
        "x-amz-date": "20130524T000000Z",
    }
    found = signature_of(
        "GET", "/test.txt", "", headers, "host;range;x-amz-content-sha256;x-amz-date", empty, "20130524T000000Z",
        "20130524/us-east-1/s3/aws4_request", key,
    )  # fmt: skip
    assert found == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"


def test_our_own_links_have_the_published_signature():
    """Amazon's example of a link ("Authenticating Requests: Using Query Parameters")."""
    signer = Signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
    when = datetime(2013, 5, 24, tzinfo=UTC)
    url = "https://examplebucket.s3.amazonaws.com/test.txt"
    found = signer.signed("GET", url, {}, timedelta(seconds=86_400), when)
    assert found == (
        f"{url}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3"
        "%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


def _link(address, bucket, *, secret=SECRET, key_id=KEY_ID, seconds=300, kind="application/pdf", when=None):
    """A link that lets someone put one file of one kind."""
    when = when or bucket.now().strftime("%Y%m%dT%H%M%SZ")
    scope = f"{when[:8]}/us-east-1/s3/aws4_request"
    signed = "content-type;host"
    told = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{key_id}/{scope}",
        "X-Amz-Date": when,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": signed,
    }
    query = canonical_query("&".join(f"{name}={requests.utils.quote(value, safe='')}" for name, value in told.items()))
    headers = {"host": address.removeprefix("http://"), "content-type": kind}
    key = signing_key(secret, when[:8], "us-east-1")
    proof = signature_of("PUT", f"/{NAME}", query, headers, signed, UNSIGNED, when, scope, key)
    return f"{address}/{NAME}?{query}&X-Amz-Signature={proof}"


def _put(link, kind="application/pdf"):
    return requests.put(link, b"content", headers={"content-type": kind}, timeout=60).status_code


def test_a_link_as_it_must_be_is_taken(s3):
    assert _put(_link(*s3)) == 200
    assert s3[1].objects == {"ab/abc": b"content"}


def test_the_six_attacks_are_refused(s3):
    address, bucket = s3
    good = _link(address, bucket)
    tampered = good[:-1] + ("0" if good[-1] != "0" else "1")
    old = (bucket.now() - timedelta(hours=1)).strftime("%Y%m%dT%H%M%SZ")
    assert _put(tampered) == 403
    assert _put(_link(address, bucket, secret="another")) == 403
    assert _put(_link(address, bucket, key_id="AKIDOTHER")) == 403
    assert _put(good, kind="text/html") == 403
    assert _put(_link(address, bucket, when=old)) == 403
    assert _post(address, bucket, b"x" * 101) == 400
    assert bucket.refused == [
        "SignatureDoesNotMatch", "SignatureDoesNotMatch", "InvalidAccessKeyId", "SignatureDoesNotMatch",
        "AccessDenied", "EntityTooLarge",
    ]  # fmt: skip
    assert bucket.objects == {}
    assert _post(address, bucket, b"x" * 100) == 204


def _post(address: str, bucket: Bucket, content: bytes) -> int:
    when = bucket.now().strftime("%Y%m%dT%H%M%SZ")
    credential = f"{KEY_ID}/{when[:8]}/us-east-1/s3/aws4_request"
    policy = {
        "expiration": (bucket.now() + timedelta(minutes=5)).isoformat(),
        "conditions": [["eq", "$key", "ab/form"], ["content-length-range", 1, 100]],
    }
    packed = base64.b64encode(json.dumps(policy).encode()).decode()
    proof = hmac.new(signing_key(SECRET, when[:8], "us-east-1"), packed.encode(), hashlib.sha256).hexdigest()
    told = {
        "key": "ab/form",
        "policy": packed,
        "x-amz-credential": credential,
        "x-amz-date": when,
        "x-amz-signature": proof,
    }
    return requests.post(f"{address}/campus", data=told, files={"file": content}, timeout=60).status_code
