"""Derives holds anew where two entries of one person are merged or taken apart: from the ledgers as they are then.

The holds of the one who goes are lifted first (`server/learning/holds.py`). Two movers share the rest, because what was
moved last is put back first: one looks after all money has moved, the other after all of it has gone back.
"""

from collections.abc import Iterable, Mapping

from server.core.entities import Body
from server.core.person_moves import Kept, Merge, PersonMove
from server.finance.ground import day_of, ledgers_of
from server.finance.overdue_service import Aim, Look, looked_at, policy_of, write_holds
from server.learning import holds as hold_rows
from shared.learning.holds import LIFTED, STANDING, hold_id


def _holds(merge: Merge, person_id: str) -> list[Body]:
    return hold_rows.holds_of(merge.batch.db, merge.organisation_id, [person_id]).get(person_id, [])


def _stood(merge: Merge) -> list[Body]:
    """Return the holds of the one who goes that stood until this merge lifted them."""
    return [one for one in _holds(merge, merge.from_id) if (one["state"], one["revision"]) == (LIFTED, merge.revision)]


def _derive(merge: Merge, person_ids: Iterable[str], held_before: Iterable[str]) -> None:
    """Lay, change and lift what the policy wants of these people's ledgers.

    Where the institute lays holds by hand alone, only who was held before is held again.
    """
    batch, before = merge.batch, set(held_before)
    today, policy = day_of(batch, batch.now), policy_of(batch.db, batch.organisation_id)
    ledgers = ledgers_of(batch, person_ids)
    looks: list[Look] = []
    for person_id in sorted(ledgers.names):
        aim = Aim(today, policy, lay=bool(policy["automatic"]) or person_id in before, remind=False)
        looks += looked_at(batch.db, batch.organisation_id, ledgers, [person_id], aim)
    write_holds(batch, looks, today, merge.revision)


def _carry_lifts(merge: Merge) -> list[str]:
    """What someone lifted by hand until a day stays lifted until then, where the one who stays has no hold of it."""
    today = day_of(merge.batch, merge.batch.now)
    has = {one["what"] for one in _holds(merge, merge.to_id) if one["state"] == STANDING or one["until"]}
    lifted = [
        {**one, "id": hold_id(merge.to_id, one["what"]), "person_id": merge.to_id, "revision": merge.revision}
        for one in _holds(merge, merge.from_id)
        if one["state"] == LIFTED and (one["until"] or "") >= today and one["what"] not in has
    ]
    known = hold_rows.HOLD_KIND.read(merge.batch, (one["id"] for one in lifted))
    hold_rows.write(
        merge.batch,
        [one for one in lifted if one["id"] not in known],
        [one for one in lifted if one["id"] in known],
    )
    return [str(one["id"]) for one in lifted]


def _look(merge: Merge) -> Kept:
    carried = _carry_lifts(merge)
    stood = _stood(merge)
    standing = any(one["state"] == STANDING for one in _holds(merge, merge.to_id))
    _derive(merge, [merge.to_id], [merge.to_id] if stood or standing else [])
    since = {one["what"]: one["since"] for one in stood}
    now = [one for one in _holds(merge, merge.to_id) if one["state"] == STANDING]
    older = [{**one, "since": since[one["what"]]} for one in now if since.get(one["what"], one["since"]) < one["since"]]
    if older:
        hold_rows.write(merge.batch, (), older)
    return {"carried": carried}


def _forget_lifts(merge: Merge, kept: Kept) -> None:
    found = hold_rows.HOLD_KIND.read(merge.batch, kept["carried"]).values()
    own = [one for one in found if one["state"] == LIFTED and one["person_id"] == merge.to_id]
    if own:
        hold_rows.write(merge.batch, (), [{**one, "until": None, "revision": merge.revision} for one in own])


def _remember(merge: Merge) -> Kept:
    standing = [one for one in _holds(merge, merge.to_id) if one["state"] == STANDING]
    stood = {merge.from_id: _stood(merge), merge.to_id: standing}
    return {"held": [person_id for person_id, own in stood.items() if own], "since": _sinces(stood)}


def _sinces(stood: Mapping[str, list[Body]]) -> dict[str, str]:
    return {str(one["id"]): str(one["since"]) for own in stood.values() for one in own}


def _look_back(merge: Merge, kept: Kept) -> None:
    _derive(merge, [merge.from_id, merge.to_id], kept["held"])
    since = kept["since"]
    now = hold_rows.HOLD_KIND.read(merge.batch, since).values()
    older = [
        {**one, "since": since[one["id"]]}
        for one in now
        if one["state"] == STANDING and one["since"] > since[one["id"]]
    ]
    if older:
        hold_rows.write(merge.batch, (), older)


FIRST = PersonMove("holds taken apart", _remember, _look_back)
"""Stands before all that moves money, so that it looks last where a merge is taken apart."""
LAST = PersonMove("holds joined", _look, _forget_lifts)
"""Stands after all that moves money."""
