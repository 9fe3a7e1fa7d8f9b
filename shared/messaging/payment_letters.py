"""The words of reminders of money: of payments and of instalments, before their day and after it."""

from typing import NamedTuple


class PaymentLetter(NamedTuple):
    """One such letter: its word, what the office calls it, and its texts."""

    word: str
    title: str
    subject: str
    body: str
    sms: str


PLACES = ("amount", "items", "due_on")
_HOW = "\n\nPay at the cash desk, or online under My fees. If you have paid already, nothing needs to be done."
_END = "\n\n{institute}"
_DUE = "Hello {given_name},\n\n{amount} is due on {due_on}:\n\n{items}" + _HOW + _END
_LATE = (
    "Hello {given_name},\n\n{amount} was due on {due_on} and isn't paid yet:\n\n{items}"
    + _HOW
    + " If you can't pay in time, tell the office: it can agree on instalments with you."
    + _END
)
_SMS_DUE = "{institute}: {amount} is due on {due_on}."
_SMS_LATE = "{institute}: {amount} was due on {due_on} and isn't paid yet. Pay at the cash desk or online."
LETTERS = (
    PaymentLetter("payment_due", "Payment soon due", "{amount} is due on {due_on}", _DUE, _SMS_DUE),
    PaymentLetter("payment_overdue", "Payment overdue", "{amount} is overdue at {institute}", _LATE, _SMS_LATE),
    PaymentLetter(
        "instalment_due", "Instalment soon due", "Your instalment of {amount} is due on {due_on}", _DUE, _SMS_DUE
    ),
    PaymentLetter(
        "instalment_overdue", "Instalment overdue", "Your instalment of {amount} is overdue", _LATE, _SMS_LATE
    ),
)
