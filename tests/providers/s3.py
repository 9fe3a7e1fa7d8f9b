"""A server that speaks as much S3 as we use, and refuses every request whose AWS signature 4 isn't right.

Written from Amazon's description of the signature, not from the client that we use; the published example of a signed
GET checks it (tests/providers/test_s3_signatures.py).
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
_SKEW = timedelta(minutes=15)
_CREDENTIAL = re.compile(r"([^/]+)/(\d{8})/([^/]+)/s3/aws4_request")
_HEADER = re.compile(rf"{ALGORITHM} Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{{64}})")
_SMALLEST_PART = 5 << 20


class RefusedError(Exception):
    """A request that the server doesn't carry out: status and S3's word for why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


def signing_key(secret: str, day: str, region: str) -> bytes:
    """The key of a day and a region."""
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def canonical_query(query: str, *, but: str = "") -> str:
    """The query as it is signed: encoded, in order, without the signature itself."""
    pairs = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != but]
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(pairs))


def signature_of(
    method: str, path: str, query: str, headers: Mapping[str, str], signed: str, payload: str, when: str, scope: str,
    key: bytes,
) -> str:  # fmt: skip
    """The signature that a request must have."""
    lines = "".join(f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in signed.split(";"))
    canonical = "\n".join((method, quote(unquote(path), safe="/-_.~"), query, lines, signed, payload))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return hmac.new(key, f"{ALGORITHM}\n{when}\n{scope}\n{digest}".encode(), hashlib.sha256).hexdigest()


@dataclass
class Bucket:
    """What the server holds, whom it knows, and the faults it is told to make."""

    name: str = "campus"
    region: str = "us-east-1"
    keys: dict[str, str] = field(default_factory=lambda: {"AKIDTEST": "s3cr3t/of+the-test"})
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    offset: timedelta = timedelta()
    """How far this server's clock is ahead."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC) + self.offset

    def check(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> None:
        """Raise RefusedError unless the request is signed as it must be."""
        told = dict(parse_qsl(query, keep_blank_values=True))
        if "X-Amz-Signature" in told:
            self._check_link(method, path, query, told, headers)
        else:
            self._check_header(method, path, query, headers, body)

    def _check_header(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> None:
        found = _HEADER.fullmatch(headers.get("authorization", ""))
        if found is None:
            raise RefusedError(403, "AccessDenied")
        when, payload = headers.get("x-amz-date", ""), headers.get("x-amz-content-sha256", "")
        if payload not in (UNSIGNED, hashlib.sha256(body).hexdigest()):
            raise RefusedError(400, "XAmzContentSHA256Mismatch")
        if abs(self.now() - _instant(when)) > _SKEW:
            raise RefusedError(403, "RequestTimeTooSkewed")
        must = {"host", *(name for name in headers if name.startswith("x-amz-"))}
        if not must <= set(found[2].split(";")):
            raise RefusedError(403, "AccessDenied")
        key, scope = self._key(found[1], when)
        wanted = signature_of(method, path, canonical_query(query), headers, found[2], payload, when, scope, key)
        if not hmac.compare_digest(wanted, found[3]):
            raise RefusedError(403, "SignatureDoesNotMatch")

    def _check_link(
        self, method: str, path: str, query: str, told: Mapping[str, str], headers: Mapping[str, str]
    ) -> None:
        if "authorization" in headers:
            # Only one way of saying who one is.
            raise RefusedError(400, "InvalidArgument")
        when, seconds = told.get("X-Amz-Date", ""), int(told.get("X-Amz-Expires", "0"))
        if not 1 <= seconds <= 604_800:
            raise RefusedError(400, "AuthorizationQueryParametersError")
        key, scope = self._key(told.get("X-Amz-Credential", ""), when)
        signed = told.get("X-Amz-SignedHeaders", "")
        wanted = signature_of(
            method, path, canonical_query(query, but="X-Amz-Signature"), headers, signed, UNSIGNED, when, scope, key
        )
        if not hmac.compare_digest(wanted, told["X-Amz-Signature"]):
            raise RefusedError(403, "SignatureDoesNotMatch")
        if self.now() > _instant(when) + timedelta(seconds=seconds):
            raise RefusedError(403, "AccessDenied")
        if not {"host", *(name for name in headers if name.startswith("x-amz-"))} <= set(signed.split(";")):
            raise RefusedError(403, "AccessDenied")

    def check_form(self, fields: Mapping[str, str], size: int) -> None:
        """Raise RefusedError unless a posted form fits its signed policy."""
        key, _ = self._key(fields.get("x-amz-credential", ""), fields.get("x-amz-date", ""))
        packed = fields.get("policy", "")
        wanted = hmac.new(key, packed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, fields.get("x-amz-signature", "")):
            raise RefusedError(403, "SignatureDoesNotMatch")
        policy = json.loads(base64.b64decode(packed))
        if self.now() > datetime.fromisoformat(policy["expiration"]):
            raise RefusedError(403, "AccessDenied")
        for condition in policy["conditions"]:
            if isinstance(condition, list) and condition[0] == "content-length-range":
                if size > int(condition[2]):
                    raise RefusedError(400, "EntityTooLarge")
            elif fields.get(condition[1].removeprefix("$").lower()) != condition[2]:
                raise RefusedError(403, "AccessDenied")

    @staticmethod
    def check_content(headers: Mapping[str, str], body: bytes) -> None:
        """Raise RefusedError where the body isn't what its checksum says."""
        wanted = headers.get("x-amz-checksum-sha256")
        if wanted is not None and wanted != base64.b64encode(hashlib.sha256(body).digest()).decode():
            raise RefusedError(400, "BadDigest")

    def named(self, path: str) -> str:
        """The name of what a path means within this bucket."""
        if not path.startswith(f"/{self.name}/"):
            raise RefusedError(404, "NoSuchBucket")
        return path.split("/", 2)[2]

    def _key(self, credential: str, when: str) -> tuple[bytes, str]:
        found = _CREDENTIAL.fullmatch(credential)
        if found is None or found[2] != when[:8] or found[3] != self.region:
            raise RefusedError(400, "AuthorizationHeaderMalformed")
        secret = self.keys.get(found[1])
        if secret is None:
            raise RefusedError(403, "InvalidAccessKeyId")
        return signing_key(secret, found[2], found[3]), credential.partition("/")[2]


def _instant(when: str) -> datetime:
    try:
        return datetime.strptime(when, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise RefusedError(400, "AuthorizationHeaderMalformed") from None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        bucket, parts = self.server.bucket, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        bucket.asked.append(f"{self.command} {self.path}")
        if len(body) < int(self.headers.get("content-length") or 0):
            # What was cut on its way is none.
            self.close_connection = True
            return
        if bucket.faults:
            self._fault(bucket.faults.pop(0))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            if self.command == "POST" and "multipart/form-data" in headers.get("content-type", ""):
                self._form(headers["content-type"], body)
                return
            bucket.check(self.command, parts.path, parts.query, headers, body)
            bucket.check_content(headers, body)
            self._act(bucket.named(unquote(parts.path)), dict(parse_qsl(parts.query, keep_blank_values=True)), body)
        except RefusedError as problem:
            bucket.refused.append(problem.code)
            self._answer(problem.status, _xml(f"<Error><Code>{problem.code}</Code></Error>"))

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _serve  # noqa: N815 - the library's names

    def _fault(self, fault: str) -> None:
        if fault == "cut":
            self.close_connection = True
        elif fault == "html":
            self._answer(500, b"<html>Internal error</html>", kind="text/html")
        elif fault == "redirect":
            self._answer(307, b"", location="http://203.0.113.9/elsewhere")
        else:
            self._answer(int(fault), b"")

    def _form(self, kind: str, body: bytes) -> None:
        whole = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        parts: Any = whole.get_payload()
        told = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in parts}
        content = told.pop("file")
        self.server.bucket.check_form({str(k).lower(): v.decode() for k, v in told.items()}, len(content))
        self.server.bucket.objects[told["key"].decode()] = content
        self._answer(204)

    def _act(self, name: str, query: dict[str, str], body: bytes) -> None:
        bucket = self.server.bucket
        if self.command == "PUT" and "uploadId" in query:
            bucket.uploads[query["uploadId"]][int(query["partNumber"])] = body
            self._answer(200, etag=_etag(body))
        elif self.command == "PUT":
            bucket.objects[name] = body
            self._answer(200, etag=_etag(body))
        elif self.command == "POST" and "uploads" in query:
            upload_id = f"upload-{len(bucket.uploads) + 1}"
            bucket.uploads[upload_id] = {}
            told = f"<Bucket>{bucket.name}</Bucket><Key>{name}</Key><UploadId>{upload_id}</UploadId>"
            self._answer(200, _xml(f"<InitiateMultipartUploadResult>{told}</InitiateMultipartUploadResult>"))
        elif self.command == "POST":
            self._complete(name, bucket.uploads[query["uploadId"]])
        elif self.command == "DELETE":
            bucket.objects.pop(name, None)
            self._answer(204)
        else:
            self._give(name)

    def _complete(self, name: str, parts: dict[int, bytes]) -> None:
        ordered = [parts[number] for number in sorted(parts)]
        if any(len(part) < _SMALLEST_PART for part in ordered[:-1]):
            # S3 says so with status 200: the answer has begun before it knows.
            self._answer(200, _xml("<Error><Code>EntityTooSmall</Code></Error>"))
            return
        self.server.bucket.objects[name] = b"".join(ordered)
        told = f"<Location>x</Location><Bucket>b</Bucket><Key>{name}</Key><ETag>{_etag(ordered[0])}</ETag>"
        self._answer(200, _xml(f"<CompleteMultipartUploadResult>{told}</CompleteMultipartUploadResult>"))

    def _give(self, name: str) -> None:
        content = self.server.bucket.objects.get(name)
        if content is None:
            raise RefusedError(404, "NoSuchKey")
        changed = "Sat, 21 Nov 2026 08:30:00 GMT"
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
        if asked is None:
            self._answer(200, content, etag=_etag(content), last_modified=changed)
            return
        first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
        told = f"bytes {first}-{last}/{len(content)}"
        self._answer(206, content[first : last + 1], etag=_etag(content), last_modified=changed, content_range=told)

    def _answer(self, status: int, body: bytes = b"", kind: str = "application/xml", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-").title(), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    bucket: Bucket


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _xml(content: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{content}'.encode()


@contextmanager
def running_s3() -> Iterator[tuple[str, Bucket]]:
    """A server on a free port of loopback: its address and what it holds."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.bucket = Bucket()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.bucket
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
