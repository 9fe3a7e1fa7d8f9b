"""How a page's acts ask the server: the line to it or a sentence, reads that are asked anew, and lists page by page."""

from collections.abc import Mapping
from typing import Any

from desktop.core.api_client import ApiClient
from desktop.core.desk import Desk
from shared.core.errors import CampusError


def client_of(desk: Desk, away: str) -> ApiClient:
    """Return the line to the server; without one CampusError `server_unreachable` says the sentence `away`."""
    if desk.client is None:
        raise CampusError("server_unreachable", away)
    return desk.client


def read_anew(client: ApiClient, path: str, parameters: Mapping[str, Any] | None = None) -> Any:
    """Ask for a path although an answer may be kept, and return the whole answer; it blocks: use a worker."""
    client.refresh_reads(path)
    return client.get(path, parameters)


def page_of(
    client: ApiClient, path: str, wanted: Mapping[str, str], page: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """Return a page (from 1 on) of `limit` rows of what is filtered, and how many rows there are; it blocks."""
    answer = read_anew(client, path, {**wanted, "page": page, "limit": limit})
    return answer["data"], int(answer["pagination"]["totalCount"])
