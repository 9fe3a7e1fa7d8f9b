"""What a code that somebody types on coming does: it is kept, and taken where it can be; a wrong one stops nothing."""

from collections.abc import Sequence

from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, rejected
from server.core.entities import Body
from server.finance.code_taking import Codes
from server.finance.earning_kinds import TYPED_KIND
from server.finance.ground import day_of, unknown
from shared.core.text import text
from shared.people.typed_codes import (
    PAYLOADS,
    TYPED_CODE,
    CodePlace,
    CodeState,
    may_type_code,
    payload_of,
    typed_body,
    typed_code_id,
    why_words,
)


def type_codes(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Keep what people typed. The outcome's details tell what became of it: `state`, and `sentence` where refused."""
    codes = Codes(batch, [(item.payload.person_id, item.payload.code) for item in items])
    known = TYPED_KIND.read(batch, (item.target.id for item in items))
    decisions: list[Decision] = []
    for item in items:
        asked, before = item.payload, known.get(item.target.id)
        wanted_id = typed_code_id(str(asked.place), asked.place_id or "", asked.person_id)
        if not item.accepted and not may_type_code(item.author, asked.person_id):
            words = text("Your role doesn't give codes for others. Ask the office.")
            decisions.append(rejected(item, "not_allowed", words))
        elif before is not None:
            decisions.append(agreed(before["revision"], **told(before)))
        elif not codes.knows(asked.person_id) or item.target.id != wanted_id:
            decisions.append(unknown(TYPED_CODE))
        else:
            said = asked.model_dump(mode="json")
            body = _kept(batch, codes, item.target.id, item.command.id, said)
            known[item.target.id] = body
            decisions.append(applied(item.command.id, **told(body)))
    return decisions


def _kept(batch: Batch, codes: Codes, target_id: str, revision: str, said: Body, since: str = "") -> Body:
    person_id, code = str(said["person_id"]), str(said["code"])
    reason = ""
    if codes.same_before(person_id, code) is None:
        fault = codes.take(person_id, code, revision, since)
        reason = fault.code if fault else ""
    body = typed_body(target_id, revision, said, day_of(batch, batch.now), reason)
    TYPED_KIND.insert(batch, [body])
    return body


def told(body: Body) -> dict[str, str]:
    """Return what somebody is told of a code: its state, and the sentence where it wasn't taken."""
    refused = body["state"] == CodeState.REFUSED
    return {"state": str(body["state"]), "sentence": why_words(str(body["reason"])) if refused else ""}


def keep_of_application(batch: Batch, revision: str, application: Body, code: str) -> Body:
    """Keep the code that an application came with, once; money that came since it was begun was its own fee."""
    person_id = str(application["person_id"])
    said = payload_of(person_id, code, CodePlace.APPLICATION, str(application["id"]))
    target_id = typed_code_id(said["place"], str(application["id"]), person_id)
    before = TYPED_KIND.read(batch, [target_id]).get(target_id)
    codes = Codes(batch, [(person_id, code)])
    return before or _kept(batch, codes, target_id, revision, said, str(application["started_at"]))


COMMANDS = (CommandType("TypeCode", PAYLOADS["TypeCode"], type_codes),)
