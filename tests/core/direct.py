"""Direct uploads in tests: servers whose files lie at a simulated provider, and a client that follows a link."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from server.core.direct_links import landing_name
from tests.core.uploads import Caller, sha
from tests.providers.cloudinary import Cloud, running_cloudinary
from tests.providers.s3 import Bucket, running_s3
from tests.serving import TestServer, server_settings


@dataclass
class Provider:
    """Where the files lie: an S3 bucket or Cloudinary, by what it holds and what it refused."""

    settings: dict[str, str]
    bucket: Bucket | None = None
    cloud: Cloud | None = None

    @property
    def held(self) -> dict[str, bytes]:
        """The provider's own objects by name; a test may change them."""
        return self.bucket.objects if self.bucket else self.cloud.assets if self.cloud else {}

    @property
    def landed(self) -> dict[str, bytes]:
        """What nobody has looked at yet."""
        return {name: content for name, content in self.held.items() if name.startswith("incoming/")}

    @property
    def kept(self) -> dict[str, bytes]:
        """Files, by their hash."""
        return {name[-64:]: content for name, content in self.held.items() if not name.startswith("incoming/")}

    @property
    def refused(self) -> list[str]:
        """Why requests were refused; that something isn't there is no refusal."""
        told = self.bucket.refused if self.bucket else self.cloud.refused if self.cloud else []
        return [one for one in told if one != "NoSuchKey"]

    def move_clock(self, seconds: int) -> None:
        if self.bucket is not None:
            self.bucket.offset += timedelta(seconds=seconds)
        if self.cloud is not None:
            self.cloud.ahead += seconds


@contextmanager
def provider(kind: str) -> Iterator[Provider]:
    """A simulated provider, and the settings of a server that keeps its files there."""
    if kind == "s3":
        with running_s3() as (address, bucket):
            told = {"s3_endpoint": address, "s3_bucket": "campus", "s3_access_key": "AKIDTEST"}
            yield Provider({"file_store": "s3", "s3_secret_key": "s3cr3t/of+the-test", **told}, bucket=bucket)
    else:
        with running_cloudinary() as (address, cloud):
            told = {"cloudinary_url": address, "cloudinary_cloud": "campus", "cloudinary_api_key": "1234"}
            yield Provider({"file_store": "cloudinary", "cloudinary_api_secret": "abcd", **told}, cloud=cloud)


def server_at(folder: Path, database: Any, place: Provider, **more: Any) -> TestServer:
    """A server with its files at a provider."""
    return TestServer(server_settings(folder, database, **place.settings, **more))


def begun(caller: Caller, name: str, content: bytes) -> str:
    """Begin an upload that may go to the store; returns its id."""
    told = caller.begin(name, content)
    assert told.status == 201, told.body
    assert told.data["direct"] is True
    return str(told.data["id"])


def link(caller: Caller, upload_id: str) -> dict[str, Any]:
    told = caller.ask("POST", f"/api/v1/uploads/{upload_id}/link")
    assert told.status == 201, told.body
    assert told.headers["cache-control"] == "no-store"
    return dict(told.data)


def follow(told: dict[str, Any], content: bytes, **changed: Any) -> int:
    """Send a file as a link says, but for what is `changed` in it; returns the provider's status."""
    told = {**told, **changed}
    if told["method"] == "PUT":
        headers = {**told["headers"], "Content-Length": str(len(content))}
        return requests.put(told["url"], content, headers=headers, timeout=60, allow_redirects=False).status_code
    return requests.post(told["url"], told["fields"], files={"file": content}, timeout=60).status_code


def arrived(caller: Caller, upload_id: str) -> Any:
    return caller.ask("POST", f"/api/v1/uploads/{upload_id}/arrived")


def landing(caller: Caller, upload_id: str) -> str:
    return landing_name(caller.server.organisation_id, upload_id)


def states(caller: Caller) -> list[tuple[str, str]]:
    """State and code of the institute's uploads, in the order they were begun."""
    with caller.server.context.database.read() as db:
        sql = "SELECT state, code FROM upload WHERE organisation_id = :o ORDER BY id"
        return [(str(row[0]), str(row[1])) for row in db.rows(sql, o=caller.server.organisation_id)]


def links(caller: Caller) -> int:
    """How many links are still to be settled."""
    with caller.server.context.database.read() as db:
        sql = "SELECT count(*) FROM upload_link WHERE organisation_id = :o"
        row = db.one(sql, o=caller.server.organisation_id)
        return int(row[0]) if row else 0


def rows(caller: Caller, content: bytes) -> int:
    """How many rows of stored files there are of a content."""
    with caller.server.context.database.read() as db:
        sql = "SELECT count(*) FROM stored_file WHERE organisation_id = :o AND sha256 = :sha256"
        row = db.one(sql, o=caller.server.organisation_id, sha256=sha(content))
        return int(row[0]) if row else 0
