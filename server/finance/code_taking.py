"""Decides about codes against the people who gave them, held meanwhile, and writes down who was brought by whom."""

from collections.abc import Iterable, Sequence

from server.core.batch import Batch
from server.core.entities import Body
from server.core.sql import SetSql
from server.finance.earning_kinds import AFFILIATE_KIND, REFERRAL_KIND
from server.finance.ground import Ledgers, day_of, ledgers_of, packed, read_ledgers
from shared.core.errors import CampusError
from shared.finance.earning_commands import referral_id
from shared.finance.earning_rules import TERMS, referral_fault, with_referral_code
from shared.finance.vocabulary import EntryKind
from shared.people.typed_codes import tidy_code

_WITH_CODE = SetSql(
    f"SELECT {AFFILIATE_KIND.selected()} FROM {{ids}} i {{by}} affiliate t ON t.code = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o AND t.state = 'active' ORDER BY t.id"
)
_GIVEN = SetSql(
    f"SELECT {REFERRAL_KIND.selected()} FROM {{ids}} i {{by}} referral t ON t.person_id = i.id"  # noqa: S608 - our own names
    " WHERE t.organisation_id = :o ORDER BY t.id"
)
_PEOPLE = SetSql("SELECT p.id, p.email FROM {ids} i {by} person p ON p.id = i.id WHERE p.organisation_id = :o")


def by_code(batch: Batch, codes: Iterable[str]) -> list[Body]:
    """Return the affiliates who have these codes, as they are kept, and haven't retired."""
    rows = batch.db.rows(_WITH_CODE, o=batch.organisation_id, ids=packed(codes))
    return [AFFILIATE_KIND.body_of(row) for row in rows]


class Codes:
    """What people who give codes come with; what one item takes the next one sees."""

    def __init__(self, batch: Batch, given: Sequence[tuple[str, str]], *, held: bool = True) -> None:
        """Read what is needed for (person, code) pairs; the people are `held` until the transaction ends.

        Where nothing is written nobody is held: a transaction that only reads can't lock.
        """
        self._batch = batch
        ids = [person_id for person_id, _code in given]
        places = {"o": batch.organisation_id, "ids": packed(ids)}
        if held:
            self._ledgers = ledgers_of(batch, ids)
        else:
            entries, allocations = read_ledgers(batch.db, batch.organisation_id, places["ids"])
            self._ledgers = Ledgers({}, {one["id"]: one for one in entries}, allocations)
        self._people = {row[0]: {"id": row[0], "email": row[1]} for row in batch.db.rows(_PEOPLE, **places)}
        referrals = map(REFERRAL_KIND.body_of, batch.db.rows(_GIVEN, **places))
        self._given = {str(one["person_id"]): one for one in referrals}
        self._affiliates = by_code(batch, (tidy_code(code) for _person_id, code in given))

    def knows(self, person_id: str) -> bool:
        """Tell whether somebody is here."""
        return person_id in self._people

    def same_before(self, person_id: str, code: str) -> Body | None:
        """Return the referral of somebody who gave this very code before."""
        before, affiliate = self._given.get(person_id), with_referral_code(self._affiliates, code)
        return before if before and affiliate and before["affiliate_id"] == affiliate["id"] else None

    def fault(self, person_id: str, code: str, since: str = "") -> CampusError | None:
        """Return why a code isn't taken from somebody; money that came from the instant `since` on doesn't count."""
        entries = self._ledgers.of(person_id)[0]
        paid = any(one["kind"] == EntryKind.PAYMENT and not (since and str(one["made_at"]) >= since) for one in entries)
        affiliate = with_referral_code(self._affiliates, code)
        return referral_fault(affiliate, self._people[person_id], person_id in self._given, paid)

    def take(self, person_id: str, code: str, revision: str, since: str = "") -> CampusError | None:
        """Write down whose code brought somebody, or return why it isn't taken."""
        fault = self.fault(person_id, code, since)
        affiliate = with_referral_code(self._affiliates, code)
        if fault is not None or affiliate is None:
            return fault
        body = {
            "id": referral_id(person_id),
            "revision": revision,
            "person_id": person_id,
            "affiliate_id": affiliate["id"],
            "given_on": day_of(self._batch, self._batch.now),
            **{name: affiliate[name] for name in TERMS},
        }
        REFERRAL_KIND.insert(self._batch, [body])
        self._given[person_id] = body
        return None
