"""The sample's bank: two statements, what their lines are, and money that nobody could be found for yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.demo import money
from server.demo.payments import SamplePayment
from server.demo.seeder import Seeder
from shared.core.clock import parse_instant
from shared.core.command import Command
from shared.core.ids import derived_id
from shared.finance.bank_commands import line_id
from shared.finance.bank_words import Goal
from shared.finance.statement_layouts import READY
from shared.finance.statement_reading import fingerprints, read_statement
from shared.finance.vocabulary import Method
from shared.people.vocabulary import Role

STUDIO, STUDIO_PAID = "STUDIO", 45_000
"""How subscribers name their transfers, and what each of them sent in minor units."""
SUBSCRIBERS_PAID = 3
_RULES = dict(READY[0][2]) | {"date_format": "YYYY-MM-DD"}
_FIRST_UNTIL, _SECOND_UNTIL = timedelta(days=10), timedelta(days=3)
_FEES_TAKEN = 2_500
_HEAD = "Date,Description,Reference,Amount"
_LINES_OF_ONE = 9


@dataclass(frozen=True)
class _Line:
    """One movement as the bank writes it; `taken` is the payment at the desk that it is."""

    day: date
    words: str
    reference: str
    amount: int
    taken: Command | None = None

    @property
    def wanted(self) -> int:
        """What the desk wrote down."""
        return int(self.taken.payload["amount"]) if self.taken is not None else self.amount

    def written(self) -> str:
        """The line of the file."""
        sign = "-" if self.amount < 0 else ""
        return f"{self.day},{self.words},{self.reference},{sign}{abs(self.amount) // 100}.{abs(self.amount) % 100:02}"


def put_statements(seeder: Seeder, taken: Sequence[tuple[Command, SamplePayment]], now: datetime) -> set[str]:
    """Import two statements and match the first's lines; returns the ids of the payments that they vouch for."""
    transfers = [_transfer(*pair) for pair in taken if _is_transfer(pair[1])]
    until = [(now - ago).date() for ago in (_FIRST_UNTIL, _SECOND_UNTIL)]
    first = [one for one in transfers if one.day <= until[0]]
    # The sponsor's transfer, of which its bank kept something, and what came last.
    first = [one for one in first if one.amount != one.wanted] + first[-_LINES_OF_ONE:]
    second = [one for one in transfers if until[0] < one.day <= until[1]][-_LINES_OF_ONE:]
    repeated = first[-1:]
    first.append(_Line(until[0], "ACCOUNT MAINTENANCE FEE", "", -1_500))
    ids = _brought(seeder, "sample-1", first, now - _FIRST_UNTIL + timedelta(hours=3))
    matched = _match(seeder, ids, first)
    _aside(seeder, ids[first[-1].words])
    second = [*repeated, *second, *_without_owner(until[1])]
    ids = _brought(seeder, "sample-2", second, now - _SECOND_UNTIL + timedelta(hours=3))
    _place_some(seeder, ids, now)
    return matched


def _is_transfer(payment: SamplePayment) -> bool:
    return payment.tenders[0][0] is Method.BANK_TRANSFER


def _transfer(command: Command, payment: SamplePayment) -> _Line:
    """Return how a transfer that was shown at the desk stands on the statement; a sponsor's bank keeps its fees."""
    day = parse_instant(command.observed_at).date()
    reference = str(command.payload["tenders"][0]["reference"])
    name = (payment.payer or payment.shares[0][0].name).upper()
    missing = _FEES_TAKEN if payment.role == "sponsor" else 0
    return _Line(day, f"TRANSFER {name}", reference, payment.amount - missing, command)


def _without_owner(day: date) -> list[_Line]:
    """Return what fits no payment of the desk: for a club of four, of nobody known, and for the open studio."""
    studio = [_Line(day, f"{STUDIO} {at + 1}", f"STU-{at + 1:03}", STUDIO_PAID) for at in range(SUBSCRIBERS_PAID)]
    return [
        *studio,
        _Line(day, "ODA RIVER YOUTH CLUB SCHOOL FEES", "ORY-77", 260_000),
        _Line(day, "CASH DEPOSIT KUMASI MAIN", "", 35_000),
        _Line(day, "MOBILE TRANSFER 055 000 0000", "M-88121", 18_000),
    ]


def _brought(seeder: Seeder, name: str, lines: Sequence[_Line], at: datetime) -> dict[str, str]:
    """Import a statement; returns the lines' ids by their words and references."""
    statement = derived_id("sample-statement", name)
    content = "\n".join([_HEAD, *(one.written() for one in lines)]) + "\n"
    asked = {"file_name": f"{name}.csv", "layout_name": READY[0][1], "rules": _RULES, "currency": money.CURRENCY}
    balances = {"opening": 1_250_000, "closing": 1_250_000 + sum(one.amount for one in lines)}
    seeder.clock.set(at)
    command = seeder.command("ImportStatement", statement, {**asked, **balances, "content": content})
    seeder.send(seeder.staff(Role.BURSAR), [command], "Accounts office")
    rows = read_statement(content, _RULES, money.CURRENCY, at.date().isoformat()).rows
    return {
        row.words + row.reference: line_id(statement, mark) for row, mark in zip(rows, fingerprints(rows), strict=True)
    }


def _match(seeder: Seeder, ids: Mapping[str, str], lines: Sequence[_Line]) -> set[str]:
    made = []
    for one in lines:
        if one.taken is not None:
            goals = [{"goal": str(Goal.PAYMENT), "id": one.taken.target_id}]
            differs = one.amount != one.wanted
            reason = {"reason": "The sponsor's bank kept its charges."} if differs else {}
            made.append(seeder.command("MatchMoney", ids[one.words + one.reference], {"goals": goals, **reason}))
    seeder.send(seeder.staff(Role.BURSAR), made, "Accounts office")
    return {one.taken.target_id for one in lines if one.taken is not None}


def _aside(seeder: Seeder, of_line: str) -> None:
    asked = {"aside": True, "reason": "What the bank takes for the account."}
    seeder.send(seeder.staff(Role.BURSAR), [seeder.command("SetLineAside", of_line, asked)], "Accounts office")


def _place_some(seeder: Seeder, ids: Mapping[str, str], now: datetime) -> None:
    """Put half of the club's money on two of its members, and ask that what came by mistake goes back."""
    seeder.clock.set(now - timedelta(days=2))
    owing = [one for one in money.sample_owing(seeder.plan) if one.place % 8 == 0 and not one.parts][:2]
    shares = [
        {"person_id": one.person_id, "amount": 65_000, "goes_to": [{"entry_id": one.charge_id, "amount": 65_000}]}
        for one in owing
    ]
    club = ids["ODA RIVER YOUTH CLUB SCHOOL FEES" + "ORY-77"]
    placed = {"line_id": club, "amount": 130_000, "paid_for": shares, "payer_name": "Oda River Youth Club"}
    wrong = {"line_id": ids["MOBILE TRANSFER 055 000 0000" + "M-88121"], "amount": 18_000}
    made = [
        seeder.command("PlaceMoney", derived_id("sample-placed", "club"), placed),
        seeder.command("AskReturn", derived_id("sample-return"), {**wrong, "reason": "Meant for a shop next door."}),
    ]
    seeder.send(seeder.staff(Role.BURSAR), made, "Accounts office")
