"""Numbers of tills that are missing or voided, each with why: what people wrote, or what the server knows.

What somebody wrote goes first, the latest of it; then what became of a payment with that number; then whether the till
is lost. All tills are read by the same few statements.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.core.database import Db
from shared.core.text import text
from shared.finance.report_rules import Row
from shared.finance.report_vocabulary import GapReason
from shared.finance.report_words import reason_words
from shared.finance.till_rules import receipt_number

_TILLS = """
SELECT t.id, t.name, t.code, t.state, coalesce(d.state, ''), coalesce(d.last_seen_at, ''),
(SELECT coalesce(max(r.sequence), 0) FROM receipt r WHERE r.organisation_id = :o AND r.till_id = t.id)
FROM till t LEFT JOIN device d ON d.organisation_id = t.organisation_id AND d.id = t.device_id
WHERE t.organisation_id = :o ORDER BY t.series
"""
_MISSING = """
SELECT till_id, before + 1, sequence - 1 FROM (SELECT r.till_id, r.sequence,
coalesce(lag(r.sequence) OVER (PARTITION BY r.till_id ORDER BY r.sequence), 0) AS before
FROM receipt r WHERE r.organisation_id = :o) found WHERE sequence > before + 1 ORDER BY till_id, sequence
"""
_VOIDED = """
SELECT r.till_id, r.sequence, coalesce(max(n.words), '') FROM payment y
JOIN receipt r ON r.organisation_id = y.organisation_id AND r.id = y.receipt_id
LEFT JOIN ledger_entry e ON e.organisation_id = y.organisation_id AND e.payment_id = y.id AND e.kind = 'reversal'
LEFT JOIN account_note n ON n.organisation_id = e.organisation_id AND n.entry_id = e.id
WHERE y.organisation_id = :o AND y.state = 'voided' GROUP BY r.till_id, r.sequence
"""
_LOGGED = """
SELECT l.verdict, l.detail FROM command_log l
WHERE l.organisation_id = :o AND l.type = 'TakePayment' AND l.verdict IN ('held', 'rejected') AND l.detail IS NOT NULL
"""
_EXPLAINED = """
SELECT x.till_id, x.first, x.last, x.reason, x.words, coalesce(h.given_name, ''), coalesce(h.family_name, ''), x.made_at
FROM gap_explanation x LEFT JOIN person h ON h.organisation_id = x.organisation_id AND h.id = x.author_id
WHERE x.organisation_id = :o ORDER BY x.made_at, x.id
"""
Range = tuple[int, int]


@dataclass
class _Series:
    """What is known of one till's series."""

    id: str
    name: str
    code: str
    state: str
    device_state: str
    last_seen: str
    reached: int
    missing: list[Range] = field(default_factory=list)
    voided: dict[int, str] = field(default_factory=dict)
    told: dict[int, str] = field(default_factory=dict)
    written: list[tuple[int, int, str, str, str]] = field(default_factory=list)
    """(first, last, reason, words, who wrote it), the earliest first."""


def missing_numbers(db: Db, organisation_id: str) -> list[Row]:
    """Return the missing and the voided numbers of every till, in the order of the series."""
    tills: dict[str, _Series] = {}
    for *facts, reached in db.rows(_TILLS, o=organisation_id):
        till_id, name, code, state, device_state, last_seen = facts
        tills[till_id] = _Series(till_id, name, code, state, device_state, last_seen, int(reached))
    for till_id, first, last in db.rows(_MISSING, o=organisation_id):
        tills[till_id].missing.append((int(first), int(last)))
    for till_id, sequence, words in db.rows(_VOIDED, o=organisation_id):
        tills[till_id].voided[int(sequence)] = words
    for till_id, first, last, reason, words, *name, made_at in db.rows(_EXPLAINED, o=organisation_id):
        who = text("{name}, {day}", name=" ".join(filter(None, name)) or "–", day=made_at[:10])
        tills[till_id].written.append((int(first), int(last), reason, words, who))
    _add_told(tills, db.rows(_LOGGED, o=organisation_id))
    return [row for till in tills.values() for row in _rows(till)]


def _add_told(tills: Mapping[str, _Series], rows: Iterable[Any]) -> None:
    for verdict, detail in rows:
        receipt = json.loads(detail)["payload"].get("receipt") or {}
        till, sequence = tills.get(receipt.get("till_id", "")), receipt.get("sequence")
        if till is None or not isinstance(sequence, int):
            continue
        if sequence > till.reached:
            till.missing.append((till.reached + 1, sequence))
            till.reached = sequence
        if any(first <= sequence <= last for first, last in till.missing):
            till.told[sequence] = verdict


def _rows(till: _Series) -> list[Row]:
    gaps = [_row(till, first, last) for gap in till.missing for first, last in _parts(till, gap)]
    for sequence, words in till.voided.items():
        shown = words or text("The payment was taken back. The receipt is kept.")
        gaps.append(_line(till, sequence, sequence, GapReason.VOID, shown, ""))
    return sorted(gaps, key=lambda row: int(row["first_sequence"]))


def _parts(till: _Series, gap: Range) -> list[Range]:
    """Cut a gap so that each part has one reason."""
    first, last = gap
    cuts = {first}
    for begins, ends in (*((one, one) for one in till.told), *((one[0], one[1]) for one in till.written)):
        cuts |= {at for at in (begins, ends + 1) if first < at <= last}
    begins_at = sorted(cuts)
    return list(zip(begins_at, [*(at - 1 for at in begins_at[1:]), last], strict=True))


def _row(till: _Series, first: int, last: int) -> Row:
    written = [one for one in till.written if one[0] <= first and last <= one[1]]
    if written:
        _first, _last, reason, words, who = written[-1]
        return _line(till, first, last, reason, words, who)
    verdict = till.told.get(first) if first == last else None
    if verdict == "held":
        return _line(till, first, last, verdict, text("The payment is kept for the office to decide."), "")
    if verdict == "rejected":
        return _line(till, first, last, verdict, text("The payment was refused. It is kept with the reason."), "")
    if till.device_state == "lost":
        words = text("The computer of this till is lost. What it hadn't sent is gone with it.")
        return _line(till, first, last, GapReason.TILL_LOST, words, "")
    at = f"{till.last_seen[:10]} {till.last_seen[11:16]}".strip() or "–"
    words = text("Not here yet. The till was last in touch on {at}.", at=at)
    return _line(till, first, last, "not_arrived", words, "")


def _line(till: _Series, first: int, last: int, reason: str, words: str, who: str) -> Row:
    return {
        "id": f"{till.id}:{first}:{reason}",
        "name": till.name,
        "till_id": till.id,
        "first_sequence": first,
        "last_sequence": last,
        "first": receipt_number(till.code, first),
        "last": receipt_number(till.code, last),
        "count": last - first + 1,
        "reason": reason_words(reason),
        "why": str(reason),
        "words": words,
        "by": who,
    }
