"""What of the people area follows a merged person: the account, the photo, the profile, letters of admission, holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.core.database import Db
from server.core.entities import Body, EntityKind
from server.core.person_moves import Kept, Merge, Owned, PersonMove, moved_rows
from server.people.photo_service import PHOTO_KIND
from server.people.profile_service import PRIVATE_KIND, PROFILE_KIND
from shared.core.text import plural
from shared.people.merge_rules import PHOTO, Side
from shared.people.photos import photo_id
from shared.people.profile_fields import names_of, row_id
from shared.people.vocabulary import PRIVATE_PROFILE, PROFILE

_HAS = "SELECT 1 FROM {table} WHERE organisation_id = :o AND person_id = :p"
_GIVE = "UPDATE {table} SET person_id = :new WHERE organisation_id = :o AND person_id = :old"
_LINKS = "SELECT provider_id, subject FROM identity_link WHERE organisation_id = :o AND person_id = :p"
_LINK = """
UPDATE identity_link SET person_id = :new WHERE organisation_id = :o AND person_id = :old
AND provider_id = :provider AND subject = :subject
"""
_KNOWN = """
SELECT source, external_id FROM external_id WHERE organisation_id = :o AND kind = 'person' AND entity_id = :p
"""
_KNOW = """
UPDATE external_id SET entity_id = :new WHERE organisation_id = :o AND kind = 'person' AND entity_id = :old
AND source = :source AND external_id = :external_id
"""
STAYS: Mapping[str, str] = {
    "sign_in": "they end with the merge",
    "reset_code": "nobody signs in by the entry that goes",
    "factor_code": "it is spent within minutes",
    "sign_in_attempt": "it is spent within minutes",
    "identity_flow": "it is spent within minutes",
    "security_event": "the security log only grows",
    "audit_link": "the audit log only grows",
    "data_export": "it tells of that entry alone, and goes within days",
    "erasure": "an anonymised entry isn't merged",
    "quarantine": "it says who sent what the door refused",
    "device": "it says who used a computer",
    "person_merge": "it is the record itself",
    "receipt_text": "a receipt says for ever to whom it was given",
    "invoice": "an invoice says for ever to whom it was written",
    "finance_request": "it is decided for whom it was asked; the ledger itself moves",
    "consent_entry": "the log says who answered; whoever stays is asked",
    "kept_answer": "it is spent within days",
    "person": "the entries themselves are merged field by field",
    "person_role": "the entries themselves are merged field by field",
}
"""Tables whose rows stay with the entry that goes, and why."""


def _owns(db: Db, organisation_id: str, table: str, person_id: str) -> bool:
    return db.one(_HAS.format(table=table), o=organisation_id, p=person_id) is not None


# -------------------------------------------------------------------------------------------------- one row for each


def _move_account(merge: Merge) -> Kept:
    """A password and a second factor follow where the one who stays has none: nobody gets two ways in."""
    db, o = merge.batch.db, merge.organisation_id
    moved: list[str] = []
    if not _owns(db, o, "credential", merge.to_id):
        moved += [one for one in ("credential",) if _owns(db, o, one, merge.from_id)]
    if not _owns(db, o, "factor", merge.to_id):
        moved += [one for one in ("factor", "recovery_code") if _owns(db, o, one, merge.from_id)]
    moved += [
        one
        for one in ("letter_wish", "legal_hold")
        if _owns(db, o, one, merge.from_id) and not _owns(db, o, one, merge.to_id)
    ]
    for table in moved:
        db.run(_GIVE.format(table=table), o=o, old=merge.from_id, new=merge.to_id)
    have = {row[0] for row in db.rows(_LINKS, o=o, p=merge.to_id)}
    links = [list(row) for row in db.rows(_LINKS, o=o, p=merge.from_id) if row[0] not in have]
    known = [list(row) for row in db.rows(_KNOWN, o=o, p=merge.from_id)]
    _give_keys(merge, links, known, merge.from_id, merge.to_id)
    return {"tables": moved, "links": links, "known": known}


def _give_keys(merge: Merge, links: Sequence[Any], known: Sequence[Any], old: str, new: str) -> None:
    db, o = merge.batch.db, merge.organisation_id
    for provider, subject in links:
        db.run(_LINK, o=o, old=old, new=new, provider=provider, subject=subject)
    for source, external_id in known:
        db.run(_KNOW, o=o, old=old, new=new, source=source, external_id=external_id)


def _put_account_back(merge: Merge, kept: Kept) -> None:
    for table in kept["tables"]:
        merge.batch.db.run(_GIVE.format(table=table), o=merge.organisation_id, old=merge.to_id, new=merge.from_id)
    _give_keys(merge, kept["links"], kept["known"], merge.to_id, merge.from_id)


def _account_counts(db: Db, organisation_id: str, person_id: str) -> dict[str, int]:
    rows = db.rows(_LINKS, o=organisation_id, p=person_id)
    return {"identity_link": len(rows)} if rows else {}


ACCOUNT = PersonMove(
    "account",
    _move_account,
    _put_account_back,
    ("credential", "factor", "recovery_code", "identity_link", "external_id", "letter_wish", "legal_hold"),
    _account_counts,
)

# ------------------------------------------------------------------------------------------- photo and what one tells


def _one(merge: Merge, kind: EntityKind, entity_id: str) -> Body | None:
    return kind.read(merge.batch, [entity_id]).get(entity_id)


def _write(merge: Merge, kind: EntityKind, before: Body | None, after: Body | None) -> None:
    """Bring a row from what it is to what it shall be; None for no row."""
    if after is None:
        if before is not None:
            kind.delete(merge.batch, [before], merge.revision)
    elif before is None:
        kind.insert(merge.batch, [{**after, "revision": merge.revision}])
    elif before != after:
        kind.update(merge.batch, [{**after, "revision": merge.revision}])


def _move_row(merge: Merge, kind: EntityKind, ids: tuple[str, str], after: Body | None) -> Kept:
    """Write the row of the one who stays, take the other's away, and return both as they were."""
    stays, goes = _one(merge, kind, ids[0]), _one(merge, kind, ids[1])
    if goes is None:
        return None
    _write(merge, kind, stays, after)
    _write(merge, kind, goes, None)
    return {"kind": kind.kind, "stays": stays, "goes": goes, "merged": after}


def _put_row_back(merge: Merge, kept: Kept) -> None:
    kind = _KINDS[kept["kind"]]
    now = _one(merge, kind, kept["merged"]["id"]) if kept["merged"] else None
    if now is not None and _plain(now) == _plain(kept["merged"]):
        _write(merge, kind, now, kept["stays"])
    if _one(merge, kind, kept["goes"]["id"]) is None:
        _write(merge, kind, None, kept["goes"])


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "revision"}


def _move_photo(merge: Merge) -> Kept:
    ids = photo_id(merge.to_id), photo_id(merge.from_id)
    stays, goes = _one(merge, PHOTO_KIND, ids[0]), _one(merge, PHOTO_KIND, ids[1])
    if goes is None:
        return None
    chosen = merge.item.payload.choices.get(PHOTO) == Side.GOES and goes["jpeg_base64"]
    empty = stays is None or not stays["jpeg_base64"]
    after = {**goes, "id": ids[0], "person_id": merge.to_id} if chosen or empty else stays
    return _move_row(merge, PHOTO_KIND, ids, after)


def _move_told(merge: Merge) -> Kept:
    """What only one of the two told stays; where both told something, the words of the one who stays do."""
    found = []
    for kind in (PROFILE_KIND, PRIVATE_KIND):
        ids = row_id(kind.kind, merge.to_id), row_id(kind.kind, merge.from_id)
        stays, goes = _one(merge, kind, ids[0]), _one(merge, kind, ids[1])
        if goes is None:
            continue
        names = names_of(kind.kind)
        filled = {name: (stays or {}).get(name) or goes[name] for name in names}
        found.append(_move_row(merge, kind, ids, {"id": ids[0], "person_id": merge.to_id, **(stays or {}), **filled}))
    return found


def _put_told_back(merge: Merge, kept: Kept) -> None:
    for one in kept:
        _put_row_back(merge, one)


_KINDS = {kind.kind: kind for kind in (PHOTO_KIND, PROFILE_KIND, PRIVATE_KIND)}
MOVES = (
    ACCOUNT,
    PersonMove("photo", _move_photo, _put_row_back, (PHOTO_KIND.kind,)),
    PersonMove("profile", _move_told, _put_told_back, (PROFILE, PRIVATE_PROFILE)),
    moved_rows(
        "admission",
        lambda n: plural(
            "{n} invitation or request is gone by now.", "{n} invitations or requests are gone by now.", n
        ),
        Owned("invitation"),
        Owned("registration"),
        Owned("upload"),
    ),
)
