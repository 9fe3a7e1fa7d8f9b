"""What the decisions that both sides share say of each caller, where no route alone shows it: one line for each.

The server asks them for kinds of rows that not everybody gets and for work that two people mark, the desktop for its
pages; each is asked of the caller as the server knows him or her.
"""

from collections.abc import Callable

from shared.admissions import permissions as admissions
from shared.attendance.permissions import takes_registers
from shared.core.actor import Actor
from shared.finance import permissions as finance
from shared.grading.permissions import (
    may_correct_marks,
    may_see_transcript,
    moderates_marks,
    sees_marks,
    sees_parts,
)
from shared.people.merge_rules import may_merge
from shared.people.permissions import may_make_backups, may_manage_institutes
from shared.people.vocabulary import Permission
from tests.authorisation.rules import OWN_ROW, Entry, Rule, holds
from tests.authorisation.world import Rows

P = Permission
_SEES_MARKS = holds(P.MARKS_RECORD, P.MARKS_MODERATE, P.MARKS_CORRECT, P.GRADES_PUBLISH, P.AUDIT_READ)
_MONEY = (P.FINANCE_SEE, P.FINANCE_CHARGE, P.FINANCE_TAKE_PAYMENT, P.FINANCE_APPROVE, P.FINANCE_MANAGE)

_APPLICATIONS = (P.ADMISSIONS_SEE, P.ADMISSIONS_EDIT, P.ADMISSIONS_DECIDE)


def _decision(decides: Callable[[Actor], bool], rule: Rule) -> Entry:
    return Entry(f"DECISION {decides.__name__}", rule, decides=lambda actor, _rows: decides(actor))


def _of_person(decides: Callable[[Actor, str], bool], rule: Rule) -> Entry:
    def asked(actor: Actor, rows: Rows) -> bool:
        return decides(actor, rows["person"])

    return Entry(f"DECISION {decides.__name__}", rule, decides=asked)


ENTRIES = (
    _decision(takes_registers, holds(P.REGISTERS_TAKE_ANY, P.REGISTERS_TAKE_OWN, P.REGISTERS_CORRECT)),
    _decision(sees_marks, _SEES_MARKS),
    _decision(sees_parts, holds(P.MARKS_MODERATE, P.AUDIT_READ)),
    _decision(moderates_marks, holds(P.MARKS_MODERATE)),
    _decision(may_correct_marks, holds(P.MARKS_CORRECT)),
    _of_person(may_see_transcript, OWN_ROW | (holds(P.SEE_ALL) & _SEES_MARKS)),
    _decision(may_merge, holds(P.PEOPLE_MERGE)),
    _decision(may_make_backups, holds(P.BACKUPS_MAKE)),
    _decision(may_manage_institutes, holds(P.PLATFORM_ORGANISATIONS)),
    _decision(finance.may_see_ledgers, holds(*_MONEY)),
    _of_person(finance.may_see_account, OWN_ROW | holds(*_MONEY)),
    _decision(finance.may_charge, holds(P.FINANCE_CHARGE)),
    _decision(finance.may_take_payment, holds(P.FINANCE_TAKE_PAYMENT)),
    _decision(finance.may_approve, holds(P.FINANCE_APPROVE)),
    _decision(finance.may_manage_finance, holds(P.FINANCE_MANAGE)),
    _decision(admissions.may_see_admissions, holds(*_APPLICATIONS)),
    _decision(admissions.may_edit_admissions, holds(P.ADMISSIONS_EDIT)),
    _decision(admissions.may_decide, holds(P.ADMISSIONS_DECIDE)),
    _of_person(admissions.may_fill_in, OWN_ROW | holds(P.ADMISSIONS_EDIT)),
)
