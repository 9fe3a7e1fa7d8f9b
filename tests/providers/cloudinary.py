"""A server that answers as Cloudinary does for raw, authenticated assets, and refuses a call that isn't signed right.

Written from Cloudinary's description of signed calls; the published vector checks it.
"""

import hashlib
import hmac
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson

_HOUR = 3_600
_NOT_SIGNED = {"file", "api_key", "signature", "resource_type", "cloud_name"}


@dataclass
class Cloud:
    """What the server holds; `ahead` moves its clock, in seconds."""

    name: str = "campus"
    api_key: str = "1234"
    secret: str = "abcd"
    assets: dict[str, bytes] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    ahead: float = 0.0
    forge_answers: bool = False

    def fault(self, told: Mapping[str, str]) -> str | None:
        """Say why a call is refused, or None."""
        if told.get("api_key") != self.api_key:
            return "unknown api_key"
        signed = "&".join(
            f"{name}={told[name].replace('&', '%26')}"
            for name in sorted(told)
            if name not in _NOT_SIGNED and told[name]
        )
        wanted = hashlib.sha1((signed + self.secret).encode(), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(wanted, told.get("signature", "")):
            return "Invalid Signature"
        now = time.time() + self.ahead
        if "expires_at" in told:
            # A link lives as long as it says, whenever it was made.
            return "Link expired" if now > int(told["expires_at"]) else None
        if abs(now - int(told.get("timestamp", "0"))) > _HOUR:
            return "Stale request"
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        parts, cloud = urlsplit(self.path), self.server.cloud
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if len(body) < int(self.headers.get("content-length") or 0):
            self.close_connection = True
            return
        kind = self.headers.get("content-type", "")
        file = b""
        told = dict(parse_qsl(parts.query, keep_blank_values=True))
        if kind.startswith("multipart/form-data"):
            whole = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
            fields: Any = whole.get_payload()
            given = {
                one.get_param("name", header="content-disposition"): one.get_payload(decode=True) for one in fields
            }
            file = given.pop("file")
            told |= {name: value.decode() for name, value in given.items()}
        elif body:
            told |= dict(parse_qsl(body.decode(), keep_blank_values=True))
        problem = cloud.fault(told)
        if problem is not None:
            cloud.refused.append(problem)
            self._answer(401, {"error": {"message": problem}})
            return
        self._act(parts.path, told, file)

    do_GET = do_POST = _serve  # noqa: N815 - the library's names

    def _act(self, path: str, told: dict[str, str], file: bytes) -> None:
        cloud, public_id = self.server.cloud, told["public_id"]
        base = f"/v1_1/{cloud.name}/raw"
        if path == f"{base}/upload":
            cloud.assets.setdefault(public_id, file)
            signed = f"public_id={public_id}&version=7{'x' if cloud.forge_answers else cloud.secret}"
            proof = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
            self._answer(200, {"public_id": public_id, "version": 7, "bytes": len(file), "signature": proof})
        elif path == f"{base}/destroy":
            found = cloud.assets.pop(public_id, None)
            self._answer(200, {"result": "ok" if found is not None else "not found"})
        elif path == f"{base}/download" and public_id in cloud.assets:
            self._give(cloud.assets[public_id])
        else:
            self._answer(404, {"error": {"message": "Resource not found"}})

    def _give(self, content: bytes) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", ""))
        first, last = (int(asked[1]), int(asked[2])) if asked else (0, len(content) - 1)
        last = min(last, len(content) - 1)
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(last + 1 - first))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.end_headers()
        self.wfile.write(content[first : last + 1])

    def _answer(self, status: int, told: dict[str, Any]) -> None:
        body = orjson.dumps(told)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    cloud: Cloud


@contextmanager
def running_cloudinary() -> Iterator[tuple[str, Cloud]]:
    """A server on a free port of loopback: its address and what it holds."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.cloud = Cloud()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
