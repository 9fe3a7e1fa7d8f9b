"""Keeps files on a server that speaks S3, each under institute and hash, never under a name that a person gave."""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from server.core.direct_links import Arrival, DirectLink, Landing, is_for_clients
from server.core.range_reading import reading
from server.core.remote_files import object_name, store_away
from server.core.s3_presigning import Signer
from shared.core.errors import CampusError
from shared.core.text import text

_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "NotFound"})
_CONNECT_SECONDS, _READ_SECONDS = 5, 30
_PART = 16 << 20
_MOST_AT_ONCE = 5 << 30
"""What S3 takes in one request."""


@dataclass(frozen=True)
class S3Place:
    """Where the bucket is, and with what it is opened. `certificate_file` names an authority of one's own.

    `cdn` is the address of a CDN that asks the store under the store's own name, without a slash at the end.
    """

    endpoint: str
    bucket: str
    region: str
    access_key: str
    secret_key: str
    certificate_file: Path | None = None
    cdn: str = ""


class S3Store:
    """Files as `<institute>/<first two digits>/<hash>` in one bucket; every request is signed (AWS signature 4).

    `now` gives seconds since 1970, which links for uploads carry.
    """

    def __init__(self, place: S3Place, now: Callable[[], float] = time.time) -> None:
        address = urlsplit(place.endpoint)
        if address.scheme not in {"http", "https"} or not address.hostname or address.path.strip("/"):
            message = text("{address} isn't the address of a store. Write it like https://s3.example.org.",
                           address=place.endpoint)  # fmt: skip
            raise CampusError("settings_invalid", message)
        from minio import Minio

        self._bucket, self._cdn, self._now = place.bucket, place.cdn, now
        self._signer = Signer(place.access_key, place.secret_key, place.region)
        self._is_for_clients = is_for_clients(place.endpoint)
        self._client = Minio(
            address.netloc,
            access_key=place.access_key,
            secret_key=place.secret_key,
            secure=address.scheme == "https",
            region=place.region,
            http_client=_lines(place.certificate_file),
        )

    def put(self, organisation_id: str, sha256: str, finished: Path) -> None:
        """Send the finished file, in parts where it is large; one that is there already is left alone."""
        name = object_name(organisation_id, sha256)
        if self._size(name) is not None:
            return
        with _told_when_away():
            self._client.fput_object(self._bucket, name, str(finished), part_size=_PART, num_parallel_uploads=1)

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
        return self._size(object_name(organisation_id, sha256)) is not None

    def remove(self, organisation_id: str, sha256: str) -> None:
        """Delete the file."""
        self._remove(object_name(organisation_id, sha256))

    def link(self, organisation_id: str, sha256: str, life: timedelta, named: Mapping[str, str]) -> str:
        """Sign an address of the bucket's; with a CDN its name stands in place of the store's, the path as it is."""
        answered: dict[str, str | list[str] | tuple[str]] = {
            f"response-{name.lower()}": value for name, value in named.items()
        }
        name = object_name(organisation_id, sha256)
        with _told_when_away():
            url = self._client.presigned_get_object(self._bucket, name, life, response_headers=answered)
        if not self._cdn:
            return url
        parts = urlsplit(url)
        return f"{self._cdn}{parts.path}?{parts.query}"

    @property
    def landing(self) -> Landing | None:
        """The same bucket, under names that no file is given out by; none where clients would come unencrypted."""
        if not self._is_for_clients:
            return None
        return Landing(_MOST_AT_ONCE, self._put_link, self._size, self._opened, self._remove)

    def _put_link(self, arrival: Arrival, life: timedelta) -> DirectLink:
        """Sign a PUT that binds the size, the type and, where the server looks at it, the hash of what comes."""
        with _told_when_away():
            plain = self._client.get_presigned_url("PUT", self._bucket, arrival.name, life)
        digest = base64.b64encode(bytes.fromhex(arrival.sha256)).decode()
        headers = {
            "Content-Length": str(arrival.size),
            "Content-Type": arrival.media,
            "x-amz-checksum-sha256": digest,
        }
        url = self._signer.signed(
            "PUT", plain.partition("?")[0], headers, life, datetime.fromtimestamp(self._now(), UTC)
        )
        return DirectLink("PUT", url, headers)

    def _opened(self, name: str, size: int) -> BinaryIO:
        return reading(size, lambda at, length: self._range(name, at, length))

    def _remove(self, name: str) -> None:
        with _told_when_away():
            self._client.remove_object(self._bucket, name)

    def _size(self, name: str) -> int | None:
        from minio.error import S3Error

        with _told_when_away():
            try:
                return int(self._client.stat_object(self._bucket, name).size or 0)
            except S3Error as problem:
                if problem.code in _MISSING:
                    return None
                raise

    def _range(self, name: str, at: int, length: int) -> bytes:
        with _told_when_away():
            answer = self._client.get_object(self._bucket, name, offset=at, length=length)
            try:
                content = answer.read()
            finally:
                answer.close()
                answer.release_conn()
        if len(content) != length:
            raise store_away("half an answer")
        return bytes(content)


@contextmanager
def _told_when_away() -> Iterator[None]:
    """Turn what the store or the line to it says into CampusError `file_store_away`."""
    from minio.error import MinioException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (MinioException, HTTPError, OSError, json.JSONDecodeError) as fault:
        raise store_away(str(fault)) from fault


def _lines(certificate_file: Path | None) -> Any:
    from urllib3 import PoolManager, Retry, Timeout

    # No redirects: an answer that sends us elsewhere is none. Two repeats, of what may be repeated, with pauses.
    kept: dict[str, Any] = {"ca_certs": str(certificate_file)} if certificate_file else {}
    return PoolManager(
        timeout=Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        retries=Retry(total=2, redirect=0, backoff_factor=0.2, status_forcelist=[502, 503, 504]),
        **kept,
    )
