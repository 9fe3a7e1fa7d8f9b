"""People as synced rows: what travels, what is stored for searching, and who sees it."""

from collections.abc import Mapping
from typing import Any

from server.core.entities import Body, EntityKind
from server.people.tables import PERSON
from shared.people import rules, vocabulary
from shared.people.commands import EDITABLE


def derived(body: Body) -> Mapping[str, Any]:
    """Return the columns that are stored for searching and for uniqueness."""
    return {
        "sort_name": rules.sort_text(body)[:320],
        "search_text": rules.fold(rules.search_text(body)),
        "email_folded": rules.fold(body["email"]) if body.get("email") else None,
        "number_folded": rules.fold(body["number"]) if body.get("number") else None,
        "phone_digits": rules.phone_digits(body["phone"]) if body.get("phone") else None,
    }


def title_of(body: Body) -> str:
    """Return name and number, as messages name a person."""
    return " ".join(part for part in (body["given_name"], body.get("family_name"), body.get("number")) if part)


PERSON_KIND = EntityKind(
    kind=vocabulary.PERSON,
    table=PERSON,
    body_columns=(*EDITABLE, "state", "roles", "provisional", "merged_into"),
    scopes=lambda body: (f"profile:{body['id']}", f"person:{body['id']}"),
    title=title_of,
    json_columns=frozenset({"roles"}),
    derive=derived,
    derived_columns=("sort_name", "search_text", "email_folded", "number_folded", "phone_digits"),
)
