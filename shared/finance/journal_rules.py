"""Which account of an accountant each posting belongs to: codes by charge kind, method, tax and discount."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.core.text import text
from shared.finance.report_vocabulary import DEFAULT_CODES, OTHER_CODE
from shared.finance.report_words import account_words, money_words
from shared.finance.vocabulary import ACCOUNT_OF, Account, ChargeKind

_METHOD_OF = {str(account): str(method) for method, account in ACCOUNT_OF.items() if account is not Account.GATEWAY}


@dataclass(frozen=True)
class AccountCode:
    """An accountant's code and name for what is posted."""

    what: str
    code: str
    name: str


@dataclass(frozen=True)
class Line:
    """One posting; `amount` in minor units is a debit above zero and a credit below."""

    day: str
    entry_id: str
    number: str
    kind: str
    words: str
    student: str
    code: AccountCode
    currency: str
    amount: int

    @property
    def facts(self) -> tuple[Any, ...]:
        """What two journals must have in common to be the same, but for codes and words, which may be set anew."""
        return self.day, self.entry_id, self.number, self.kind, self.code.what, self.currency, self.amount


def what_of(account: str, charge_kind: str, gateway: str) -> str:
    """Return what a posting is coded by: `income:tuition`, `method:cash`, `tax`, `discounts`, `receivable`."""
    if account == Account.INCOME:
        return f"income:{charge_kind or ChargeKind.OTHER}"
    if account == Account.GATEWAY:
        return f"method:{gateway}" if gateway else "method:gateway"
    return f"method:{_METHOD_OF[account]}" if account in _METHOD_OF else account


def code_of(codes: Mapping[str, AccountCode], account: str, charge_kind: str, gateway: str) -> AccountCode:
    """Return the code of a posting: the institute's own, or the default with the program's words."""
    what = what_of(account, charge_kind, gateway)
    own = codes.get(what)
    if own is not None and own.name:
        return own
    return AccountCode(what, own.code if own else DEFAULT_CODES.get(what, OTHER_CODE), what_words(what))


def what_words(what: str) -> str:
    """Return what people call something that has a code."""
    kind, _, rest = what.partition(":")
    if kind == "income":
        return text("Income: {kind}", kind=_charge_words(rest))
    if kind == "method":
        try:
            return money_words(rest)
        except ValueError:
            return rest.replace("_", " ").capitalize()
    try:
        return account_words(Account(what))
    except ValueError:
        return what.replace("_", " ").capitalize()


def _charge_words(kind: str) -> str:
    return {
        ChargeKind.APPLICATION_FEE: text("application fees"),
        ChargeKind.TUITION: text("tuition"),
        ChargeKind.INSTALMENT: text("instalments"),
        ChargeKind.SUBSCRIPTION: text("subscriptions"),
        ChargeKind.OTHER: text("other"),
    }.get(ChargeKind(kind) if kind in set(ChargeKind) else ChargeKind.OTHER, kind)


def chart(codes: Mapping[str, AccountCode]) -> list[AccountCode]:
    """Return every account that has a code, the institute's own or a default one, in the order of codes."""
    whats = {*DEFAULT_CODES, *codes}
    found = []
    for what in whats:
        own = codes.get(what)
        name = own.name if own and own.name else what_words(what)
        found.append(AccountCode(what, own.code if own else DEFAULT_CODES[what], name))
    return sorted(found, key=lambda one: (one.code, one.what))
