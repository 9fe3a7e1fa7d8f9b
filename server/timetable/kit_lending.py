"""What lending does: give a piece out, take it back, lift a block, and settle what two desks did at once."""

from collections.abc import Mapping, Sequence

import orjson

from server.core import conflicts
from server.core.batch import Batch, CommandType, Decision, Item, agreed, applied, held, rejected
from server.core.entities import Body, missing
from server.core.sql import SetSql
from server.timetable.kit_ground import KitGround, in_the_way, not_allowed, read_ground, unknown_person
from server.timetable.kit_kinds import DESK, ITEM_KIND, LOAN_KIND, PHOTO_KIND
from shared.core.conflict import Conflict
from shared.core.outcome import Verdict
from shared.core.text import text
from shared.timetable.kit_commands import PAYLOADS
from shared.timetable.kit_permissions import may_lend_kit, may_manage_kit
from shared.timetable.kit_projections import lifted, loan_from, photo_from, returned, with_loan
from shared.timetable.kit_rules import due_refusal, is_out, lend_refusal, out_refusal, photo_refusal
from shared.timetable.kit_vocabulary import BORROWER, KIT_ITEM, KIT_LOAN, LoanState, PhotoSide

_OUT_OF = SetSql(
    f"SELECT {LOAN_KIND.selected()} FROM {{ids}} i {{by}} kit_loan t ON t.item_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :organisation_id AND t.state = 'out' ORDER BY t.out_at, t.id"
)


def loans_out_of(batch: Batch, item_ids: Sequence[str]) -> dict[str, list[Body]]:
    """Return by piece the loans that haven't ended, the earliest first."""
    ids = orjson.dumps(sorted(set(item_ids))).decode()
    found: dict[str, list[Body]] = {}
    for row in batch.db.rows(_OUT_OF, organisation_id=batch.organisation_id, ids=ids):
        body = LOAN_KIND.body_of(row)
        found.setdefault(body["item_id"], []).append(body)
    return found


def lend(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Give pieces out; one that another desk gave out meanwhile becomes a conflict of both loans."""
    present = ITEM_KIND.read(batch, (item.target.id for item in items))
    standings = batch.standings(items, {key: body["revision"] for key, body in present.items()})
    ground = read_ground(batch, (item.payload.person_id for item in items), present)
    out = loans_out_of(batch, list(present))
    loans: list[Body] = []
    photos: list[Body] = []
    written: list[Body] = []
    decisions: list[Decision] = []
    for item, standing in zip(items, standings, strict=True):
        body = present.get(item.target.id)
        if body is None:
            decisions.append(missing(batch, item, KIT_ITEM))
            continue
        refusal = _lend_refusal(batch, item, body, ground, stale=standing.stale)
        if refusal is not None:
            decisions.append(refusal)
            continue
        borrower = ground.people[item.payload.person_id]
        loan = loan_from(item.command, item.author.name) | {"person_name": borrower.name}
        theirs = out.get(body["id"], [])
        same = next((one for one in theirs if _is_same(one, loan)), None)
        if same is not None:
            decisions.append(agreed(body["revision"], existing_id=same["id"]))
            continue
        loans.append(loan)
        photos += filter(None, [photo_from(item.command, loan, PhotoSide.OUT)])
        if theirs:
            decisions.append(_two_loans(batch, item, body, theirs, loan))
        else:
            written.append(with_loan(body, loan, item.command.id))
            decisions.append(applied(item.command.id, loan_id=loan["id"]))
    LOAN_KIND.insert(batch, loans)
    PHOTO_KIND.insert(batch, photos)
    ITEM_KIND.update(batch, written)
    return decisions


def _is_same(one: Body, other: Body) -> bool:
    return bool(one["person_id"] == other["person_id"] and one["due_at"] == other["due_at"])


def _lend_refusal(batch: Batch, item: Item, body: Body, ground: KitGround, *, stale: bool) -> Decision | None:
    payload = item.payload
    if not item.accepted and not may_lend_kit(item.author):
        return not_allowed(item)
    fault = photo_refusal(payload.photo)
    if fault is not None:
        return rejected(item, *fault)
    borrower = ground.people.get(payload.person_id)
    if borrower is None:
        return unknown_person(KIT_LOAN)
    if item.accepted:
        return None
    at_desk = bool(batch.origin.device_id)
    if body["loan_id"] is not None and not (at_desk and stale):
        return rejected(item, *out_refusal(body, ground.zone))
    if (fault := due_refusal(payload.due_at, ground.at(item))) and fault.code == "due_in_past":
        return rejected(item, *fault)
    bookings = ground.bookings.get(body["id"], ())
    fault = lend_refusal(body, borrower, payload.due_at, bookings, ground.at(item), ground.names)
    if fault is None:
        return None
    return in_the_way(batch, item, fault, f"{body['name']} {body['number']}")


def _two_loans(batch: Batch, item: Item, body: Body, theirs: Sequence[Body], loan: Body) -> Decision:
    """Keep both loans of a piece until someone says who has it; the first one stands meanwhile."""
    first = next((one for one in theirs if one["id"] == body["loan_id"]), theirs[0])
    subject = ITEM_KIND.subject(body, "loan")
    subject = conflicts.Subject(subject.kind, subject.entity_id, "loan", subject.title, DESK)
    known = conflicts.find_open(batch, KIT_ITEM, body["id"], "loan")
    before = None if known else conflicts.side_from_log(batch, first["revision"], _side(first))
    new = conflicts.side_of(batch, item, _side(loan))
    conflict_id = conflicts.open_conflict(batch, subject, before, new, (BORROWER,), "two_loans")
    message = text("{item} was lent at another desk too. Both loans are kept until someone chooses.", item=body["name"])
    details = {"fields": (BORROWER,), "loan_id": loan["id"]}
    return Decision(Verdict.CONFLICT, body["revision"], conflict_id, "kit_lent_twice", message, details)


def _side(loan: Body) -> Body:
    return {BORROWER: loan["person_name"], "loan_id": loan["id"], "due_at": loan["due_at"]}


def take_back(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Take pieces back; a second return of the same loan adds nothing but its words."""
    present = ITEM_KIND.read(batch, (item.target.id for item in items))
    loans = LOAN_KIND.read(batch, (item.payload.loan_id for item in items))
    out = loans_out_of(batch, list(present))
    photos: list[Body] = []
    written: list[Body] = []
    ended: list[Body] = []
    decisions: list[Decision] = []
    for item in items:
        body, loan = present.get(item.target.id), loans.get(item.payload.loan_id)
        decision = _return_refusal(batch, item, body, loan)
        if decision is None and body is not None and loan is not None:
            decision = applied(item.command.id, loan_id=loan["id"])
            ended.append(returned(loan, item.command, item.author.name))
            photos += filter(None, [photo_from(item.command, loan, PhotoSide.IN)])
            if body["loan_id"] == loan["id"]:
                others = [one for one in out.get(body["id"], ()) if one["id"] != loan["id"]]
                written.append(with_loan(body, others[0] if others else None, item.command.id))
        decisions.append(decision or missing(batch, item, KIT_ITEM))
    LOAN_KIND.update(batch, ended)
    PHOTO_KIND.insert(batch, photos)
    ITEM_KIND.update(batch, written)
    return decisions


def _return_refusal(batch: Batch, item: Item, body: Body | None, loan: Body | None) -> Decision | None:
    if body is None:
        return missing(batch, item, KIT_ITEM)
    if not item.accepted and not may_lend_kit(item.author):
        return not_allowed(item)
    fault = photo_refusal(item.payload.photo)
    if fault is not None:
        return rejected(item, *fault)
    at_desk = bool(batch.origin.device_id)
    if loan is None and at_desk and not item.accepted:
        message = text("The loan hasn't been accepted yet. The office decides about both.")
        return held("waits_for_creation", message, KIT_LOAN, DESK, f"{body['name']} {body['number']}")
    if loan is None or loan["item_id"] != body["id"] or (not is_out(loan) and not at_desk):
        return rejected(
            item, "kit_not_out", text("{item} isn't out. There is nothing to take back.", item=body["name"])
        )
    if is_out(loan):
        return None
    return _second_return(batch, item, loan)


def _second_return(batch: Batch, item: Item, loan: Body) -> Decision:
    """Another desk took it back, too: what is said about its condition there is kept beside the first."""
    words = item.payload.condition.strip()
    if loan["state"] != LoanState.BACK or not words or words == loan["condition_in"]:
        return agreed(loan["revision"], loan_id=loan["id"])
    subject = LOAN_KIND.subject(loan)
    known = conflicts.find_open(batch, KIT_LOAN, loan["id"], "fields")
    theirs = {"condition_in": loan["condition_in"]}
    before = None if known else conflicts.side_from_log(batch, loan["revision"], theirs)
    new = conflicts.side_of(batch, item, {"condition_in": words})
    conflict_id = conflicts.open_conflict(batch, subject, before, new, ("condition_in",))
    return Decision(Verdict.CONFLICT, item.target.base, conflict_id, details={"fields": ("condition_in",)})


def lift(batch: Batch, items: Sequence[Item]) -> list[Decision]:
    """Let late returns block no longer."""
    loans = LOAN_KIND.read(batch, (item.target.id for item in items))
    written: list[Body] = []
    decisions: list[Decision] = []
    for item in items:
        loan = loans.get(item.target.id)
        if loan is None:
            decisions.append(missing(batch, item, KIT_LOAN))
        elif not item.accepted and not may_manage_kit(item.author):
            decisions.append(
                rejected(item, "not_allowed", text("Your role doesn't lift blocks. Ask whoever keeps kit."))
            )
        elif loan["lifted_by"]:
            decisions.append(agreed(loan["revision"]))
        elif is_out(loan):
            words = text("It isn't back yet. Take it back, then lift the block.")
            decisions.append(rejected(item, "kit_still_out", words))
        else:
            written.append(lifted(loan, item.command, item.author.name))
            decisions.append(applied(item.command.id))
    LOAN_KIND.update(batch, written)
    return decisions


def settle_item(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Let the chosen loan be the one that took place; the others of the conflict that are out were mistaken."""
    body = ITEM_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    sides = {side.command_id: str(side.values["loan_id"]) for side in conflict.sides}
    chosen = sides.get(choices.get(BORROWER, ""))
    if body is None or chosen is None:
        return
    loans = LOAN_KIND.read(batch, sides.values())
    wrong = [one for key, one in loans.items() if key != chosen and is_out(one)]
    mistaken = {"state": str(LoanState.MISTAKEN), "revision": item.command.id}
    LOAN_KIND.update(batch, [{**one, **mistaken} for one in wrong])
    kept = loans.get(chosen)
    standing = kept if kept is not None and is_out(kept) else None
    if body["loan_id"] in (None, *sides.values()) and body["loan_id"] != (standing or {"id": None})["id"]:
        ITEM_KIND.update(batch, [with_loan(body, standing, item.command.id)])


def settle_loan(batch: Batch, item: Item, conflict: Conflict, choices: Mapping[str, str]) -> None:
    """Write the chosen words about the condition."""
    loan = LOAN_KIND.read(batch, [conflict.entity_id]).get(conflict.entity_id)
    sides = {side.command_id: side.values for side in conflict.sides}
    words = sides.get(choices.get("condition_in", ""), {}).get("condition_in")
    if loan is not None and words is not None and words != loan["condition_in"]:
        LOAN_KIND.update(batch, [{**loan, "condition_in": words, "revision": item.command.id}])


COMMANDS = (
    CommandType("LendKit", PAYLOADS["LendKit"], lend),
    CommandType("ReturnKit", PAYLOADS["ReturnKit"], take_back),
    CommandType("LiftKitBlock", PAYLOADS["LiftKitBlock"], lift),
)
