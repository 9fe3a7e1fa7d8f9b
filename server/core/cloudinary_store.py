"""Keeps files at Cloudinary as raw, authenticated assets: nobody is given one without a signature of ours."""

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal
from urllib.parse import quote, urlencode

from server.core.direct_links import Arrival, DirectLink, Landing, is_for_clients
from server.core.range_reading import reading
from server.core.remote_files import object_name, store_away

if TYPE_CHECKING:
    from requests import Response

_WAIT = (5, 30)
_OK, _MISSING, _PARTIAL = 200, 404, 206
_UNSIGNED = frozenset({"file", "cloud_name", "resource_type", "api_key", "signature"})
_PUBLIC_ID = re.compile(r"[A-Za-z0-9/_.-]{1,255}")
_SIGNED_SECONDS = 3_600
"""How long Cloudinary believes the time in a signed call."""
_MOST_AT_ONCE = 100_000_000
"""What it takes in one request; larger files come through the server."""
_LENGTH = re.compile(r"bytes \d+-\d+/(\d+)")


def to_sign(parameters: Mapping[str, str]) -> str:
    """Return the text that is signed: names in order, empty ones left out, `&` inside a value as `%26`."""
    kept = {name: value for name, value in parameters.items() if name not in _UNSIGNED and value != ""}
    return "&".join(f"{name}={value.replace('&', '%26')}" for name, value in sorted(kept.items()))


def signature(parameters: Mapping[str, str], secret: str, algorithm: str = "sha1") -> str:
    """Return the signature of a call: a plain hash of its parameters with the secret behind (Cloudinary's rule)."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    digest.update((to_sign(parameters) + secret).encode())
    return digest.hexdigest()


def answer_is_signed(answer: Mapping[str, Any], secret: str, algorithm: str = "sha1") -> bool:
    """Tell whether an answer to an upload comes from who knows the secret."""
    told = {"public_id": str(answer.get("public_id", "")), "version": str(answer.get("version", ""))}
    wanted = signature(told, secret, algorithm).encode()
    return hmac.compare_digest(wanted, str(answer.get("signature", "")).encode())


@dataclass(frozen=True)
class CloudinaryPlace:
    """Which cloud, and with what it is opened."""

    address: str
    cloud: str
    api_key: str
    api_secret: str
    algorithm: Literal["sha1", "sha256"] = "sha1"


class CloudinaryStore:
    """Files by institute and hash; `now` gives seconds since 1970, which every signed call carries."""

    def __init__(self, place: CloudinaryPlace, now: Callable[[], float] = time.time) -> None:
        self._place, self._now = place, now
        self._base = f"{place.address.rstrip('/')}/v1_1/{quote(place.cloud, safe='')}/raw"

    def put(self, organisation_id: str, sha256: str, finished: Path) -> None:
        """Send the finished file; one that is there already is left alone."""
        if self.exists(organisation_id, sha256):
            return
        fields = self._signed(object_name(organisation_id, sha256), overwrite="false")
        with finished.open("rb") as file:
            answer = self._ask("POST", "upload", fields, files={"file": (sha256, file)})
        told = _content(answer)
        if answer.status_code != _OK or not answer_is_signed(told, self._place.api_secret, self._place.algorithm):
            raise store_away(f"an upload was answered with {answer.status_code}")

    def open(self, organisation_id: str, sha256: str) -> BinaryIO:
        """Open the file; ranges of it come as they are read."""
        return self._opened(object_name(organisation_id, sha256), self.size(organisation_id, sha256))

    def size(self, organisation_id: str, sha256: str) -> int:
        """Ask how long the file is."""
        found = self._size(object_name(organisation_id, sha256))
        if found is None:
            raise FileNotFoundError(sha256)
        return found

    def exists(self, organisation_id: str, sha256: str) -> bool:
        """Ask for the file."""
        return self._download(object_name(organisation_id, sha256), 0, 1) is not None

    def remove(self, organisation_id: str, sha256: str) -> None:
        """Delete the file."""
        self._remove(object_name(organisation_id, sha256))

    def link(self, organisation_id: str, sha256: str, life: timedelta, _named: Mapping[str, str]) -> str:
        """Sign an address of a download that ends; an address of Cloudinary's delivery has no end, so it is none."""
        ends = str(int(self._now() + life.total_seconds()))
        fields = self._signed(object_name(organisation_id, sha256), attachment="true", expires_at=ends)
        return f"{self._base}/download?{urlencode(fields)}"

    @property
    def landing(self) -> Landing | None:
        """The same cloud, under names that no file is given out by."""
        if not is_for_clients(self._place.address):
            return None
        return Landing(_MOST_AT_ONCE, self._post_link, self._size, self._opened, self._remove)

    def _post_link(self, arrival: Arrival, life: timedelta) -> DirectLink:
        """Sign a form. What it may bring can't be bound by it, so that is looked at when it has come.

        A signed call lives for an hour from the time it names: one that shall live shorter names an earlier one.
        """
        made = int(self._now() + life.total_seconds()) - _SIGNED_SECONDS
        fields = self._signed(arrival.name, made, overwrite="false")
        return DirectLink("POST", f"{self._base}/upload", fields=fields)

    def _size(self, name: str) -> int | None:
        """Ask how long an asset is, by asking for its first byte."""
        answer = self._download(name, 0, 1)
        if answer is None:
            return None
        found = _LENGTH.fullmatch(answer.headers.get("content-range", ""))
        if found is None:
            raise store_away("a download had no length")
        return int(found.group(1))

    def _opened(self, name: str, size: int) -> BinaryIO:
        return reading(size, lambda at, length: self._range(name, at, length))

    def _remove(self, name: str) -> None:
        answer = self._ask("POST", "destroy", self._signed(name, invalidate="true"))
        if answer.status_code != _OK:
            raise store_away(f"a removal was answered with {answer.status_code}")

    def _range(self, name: str, at: int, length: int) -> bytes:
        answer = self._download(name, at, length)
        if answer is None or len(answer.content) != length:
            raise store_away("a download was cut short")
        return answer.content

    def _download(self, name: str, at: int, length: int) -> "Response | None":
        fields = self._signed(name)
        wanted = {"Range": f"bytes={at}-{at + length - 1}"}
        answer = self._ask("GET", "download", fields, headers=wanted)
        if answer.status_code == _MISSING:
            return None
        if answer.status_code != _PARTIAL:
            raise store_away(f"a download was answered with {answer.status_code}")
        return answer

    def _signed(self, public_id: str, made: int | None = None, **more: str) -> dict[str, str]:
        """Return the fields of a call about an asset, signed; `made` is the time that it names, now for None."""
        if _PUBLIC_ID.fullmatch(public_id) is None:
            raise FileNotFoundError(public_id)
        timestamp = str(int(self._now()) if made is None else made)
        fields = {"public_id": public_id, "timestamp": timestamp, "type": "authenticated", **more}
        proof = signature(fields, self._place.api_secret, self._place.algorithm)
        return {**fields, "api_key": self._place.api_key, "signature": proof}

    def _ask(self, method: str, act: str, fields: dict[str, str], **more: Any) -> "Response":
        import requests

        place: dict[str, Any] = {"params": fields} if method == "GET" else {"data": fields}
        try:
            return requests.request(method, f"{self._base}/{act}", timeout=_WAIT, allow_redirects=False,
                                    **place, **more)  # fmt: skip
        except requests.RequestException as fault:
            raise store_away(type(fault).__name__) from fault


def _content(answer: "Response") -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
