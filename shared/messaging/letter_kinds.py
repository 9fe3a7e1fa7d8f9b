"""The letters that are supplied: their places and their texts, which an institute may replace by its own."""

from dataclasses import dataclass

from shared.messaging.letter_words import LetterCategory
from shared.messaging.payment_letters import LETTERS as PAYMENT_LETTERS
from shared.messaging.payment_letters import PLACES

OWN_PLACES = ("institute", "person", "given_name", "when")
"""Places that every letter fills by itself: `when` is the time of what happened, at the institute."""
SUPPLIED_LANGUAGE = "en"


@dataclass(frozen=True)
class LetterKind:
    """One supplied letter. `secrets` are places for codes, passwords and links, which are kept sealed."""

    word: str
    title: str
    values: tuple[str, ...]
    secrets: tuple[str, ...]
    subject: str
    body: str
    sms: str
    category: LetterCategory = LetterCategory.SIGN_IN

    @property
    def places(self) -> tuple[str, ...]:
        """Everything that may stand in braces in this letter."""
        return (*OWN_PLACES, *self.values, *self.secrets)

    def supplied(self, channel: str) -> tuple[str, str]:
        """Return the supplied subject and text for a channel; an SMS has no subject."""
        return ("", self.sms) if channel == "sms" else (self.subject, self.body)


_GREETING = "Hello {given_name},\n\n"
_NOT_YOU = "\n\nIf this wasn't you, change your password and tell the office of {institute}."
_IGNORE = "\n\nIf you didn't ask for this, nothing needs to be done.\n\n{institute}"

_KINDS = (
    LetterKind(
        "verify_email",
        "Confirm an address",
        ("minutes",),
        ("code", "link"),
        "Confirm your address for {institute}",
        _GREETING
        + "Confirm that this address is yours.\n\nYour code: {code}\nOr open this link: {link}\n\n"
        + "It is good for {minutes} minutes."
        + _IGNORE,
        "{institute}: your code to confirm this number is {code}.\nIt is good for {minutes} minutes.",
    ),
    LetterKind(
        "reset_password",
        "Forgotten password",
        ("minutes", "username"),
        ("code", "link"),
        "Choose a new password for {institute}",
        _GREETING
        + "Someone asked for a new password for your account.\n\nYour username: {username}\nYour code: {code}\n"
        + "Or open this link: {link}\n\nIt works once, within {minutes} minutes. Until then your password stays."
        + _IGNORE,
        "{institute}: your code for a new password is {code}.\nIt works once, within {minutes} minutes.",
    ),
    LetterKind(
        "temporary_password",
        "Temporary password",
        ("username", "days"),
        ("password",),
        "Your account at {institute}",
        _GREETING
        + "There is an account for you at {institute}.\n\nYour username: {username}\n"
        + "Your temporary password: {password}\n\nChoose your own password when you sign in for the first time.\n"
        + "The temporary one is good for {days} days.\n\n{institute}",
        "{institute}: your username is {username}.\nYour temporary password: {password}",
    ),
    LetterKind(
        "invitation",
        "Invitation",
        ("username", "role", "days", "inviter"),
        ("code", "link", "password"),
        "You are invited to {institute}",
        _GREETING
        + "{institute} invites you to work with Campusdesk.\n\nYour role: {role}\nInvited by: {inviter}\n"
        + "Your username: {username}\nYour code: {code}\nYour temporary password: {password}\n"
        + "Or open this link: {link}\n\nThe invitation is good for {days} days.\n\n{institute}",
        "{institute} invites you.\nYour code: {code}\nYour username: {username}\nYour password: {password}\n{link}",
    ),
    LetterKind(
        "set_up",
        "Set-up of an institute",
        ("days", "short_name"),
        ("code",),
        "Set {institute} up in Campusdesk",
        "Hello,\n\nThere is room for {institute} on this server. Open Campusdesk, connect it to the server and choose"
        " Set up this institute.\n\nShort name of the institute: {short_name}\nYour code: {code}\n\n"
        "The code works once, within {days} days.",
        "{institute}: your set-up code is {code}.\nShort name: {short_name}",
    ),
    LetterKind(
        "sign_in_code",
        "Sign-in code",
        ("minutes", "device"),
        ("code",),
        "Your sign-in code for {institute}",
        _GREETING
        + "Your sign-in code: {code}\n\nIt works once, within {minutes} minutes.\nAsked for on: {device}\n\n"
        + "Nobody from {institute} ever asks you for this code."
        + _NOT_YOU,
        "{institute}: your sign-in code is {code}.\nNobody ever asks you for it.",
    ),
    LetterKind(
        "new_sign_in",
        "New sign-in",
        ("device", "address", "country"),
        (),
        "New sign-in to your account at {institute}",
        _GREETING
        + "Someone signed in to your account.\n\nDevice: {device}\nAddress: {address}\nCountry: {country}\n"
        + "Time: {when}\n\nIf this was you, nothing needs to be done."
        + _NOT_YOU,
        "{institute}: new sign-in to your account, {when}.\nDevice: {device}\nNot you? Tell the office.",
    ),
    LetterKind(
        "sign_in_ended",
        "Sign-in ended",
        ("device", "address", "country", "reason"),
        (),
        "A sign-in to your account at {institute} was ended",
        _GREETING
        + "A sign-in to your account was ended.\n\nDevice: {device}\nReason: {reason}\nAddress: {address}\n"
        + "Country: {country}\nTime: {when}\n\nWork that wasn't sent yet is safe on that device."
        + _NOT_YOU,
        "{institute}: a sign-in to your account was ended, {when}.\nDevice: {device}\nNot you? Tell the office.",
    ),
    LetterKind(
        "recovery_code_used",
        "Recovery code used",
        ("device", "address", "left"),
        (),
        "A recovery code was used at {institute}",
        _GREETING
        + "Someone signed in to your account with a recovery code.\n\nDevice: {device}\nAddress: {address}\n"
        + "Time: {when}\nRecovery codes left: {left}"
        + _NOT_YOU,
        "{institute}: a recovery code was used for your account, {when}.\nNot you? Tell the office.",
    ),
    LetterKind(
        "password_changed",
        "Password changed",
        ("device", "address"),
        (),
        "Your password at {institute} was changed",
        _GREETING
        + "The password of your account was changed.\n\nDevice: {device}\nAddress: {address}\nTime: {when}\n\n"
        + "If this wasn't you, ask for a new password and tell the office of {institute}.",
        "{institute}: your password was changed, {when}.\nNot you? Tell the office.",
    ),
    LetterKind(
        "factor_changed",
        "Second factor changed",
        ("device", "address", "change"),
        (),
        "The second factor of your account at {institute} was changed",
        _GREETING
        + "The second factor of your account was changed.\n\nWhat changed: {change}\nDevice: {device}\n"
        + "Address: {address}\nTime: {when}"
        + _NOT_YOU,
        "{institute}: the second factor of your account was changed, {when}.\nNot you? Tell the office.",
    ),
    LetterKind(
        "locked_out",
        "Account locked",
        ("minutes", "device", "address"),
        (),
        "Your account at {institute} is locked for a while",
        _GREETING
        + "There were several wrong passwords for your account, so nobody can sign in to it for a while.\n\n"
        + "Minutes to wait: {minutes}\nDevice: {device}\nAddress: {address}\nTime: {when}\n\n"
        + "If this wasn't you, tell the office of {institute}. The office can also unlock the account.",
        "{institute}: too many wrong passwords for your account, {when}.\nMinutes to wait: {minutes}",
    ),
    LetterKind(
        "general",
        "General letter",
        ("title", "message", "link"),
        (),
        "{title}",
        _GREETING + "{message}\n\n{link}\n\n{institute}",
        "{institute}: {message}\n{link}",
        LetterCategory.GENERAL,
    ),
    *(
        LetterKind(
            word,
            title,
            ("message", "number", "course"),
            (),
            subject,
            _GREETING + "{message}\n\nYour application: {number}\n\n{institute}",
            "{institute}, {number}: {message}",
            LetterCategory.GENERAL,
        )
        for word, title, subject in (
            ("application_message", "Message to an applicant", "Your application {number} at {institute}"),
            ("application_offer", "Offer of a place", "A place in {course} at {institute}"),
            ("application_refusal", "Application declined", "Your application for {course} at {institute}"),
            ("application_waiting_list", "Waiting list", "You are on the waiting list for {course}"),
        )
    ),
    LetterKind(
        "receipt",
        "Receipt",
        ("number", "amount", "paid_by", "receipt_code"),
        (),
        "Receipt {number} from {institute}",
        _GREETING
        + "{institute} received {amount}.\n\nReceipt: {number}\nPaid by: {paid_by}\nCode: {receipt_code}\n"
        + "Time: {when}\n\nKeep this letter. The office prints the receipt again when you need it.",
        "{institute} received {amount}. Receipt {number}, code {receipt_code}.",
        LetterCategory.PAYMENTS,
    ),
    *(
        LetterKind(
            word,
            title,
            ("course", "day", "amount"),
            (),
            subject,
            _GREETING + sentence + "\n\n{institute}",
            "{institute}: " + sentence,
            LetterCategory.PAYMENTS,
        )
        for word, title, subject, sentence in (
            (
                "subscription_renews",
                "Subscription renews soon",
                "{course} goes on from {day}",
                "{course} goes on from {day} and costs {amount}. Cancel it before that day if you don't want it.",
            ),
            (
                "subscription_lapsed",
                "Subscription lapsed",
                "{course} is closed until it is paid",
                "{course} wasn't paid in time and is closed. It opens again with your payment.",
            ),
            (
                "subscription_back",
                "Subscription goes on",
                "{course} is open again",
                "{course} is open again. The next period begins on {day} and costs {amount}.",
            ),
            (
                "subscription_ended",
                "Subscription ended",
                "{course} has ended",
                "Your subscription to {course} has ended.",
            ),
        )
    ),
    *(
        LetterKind(one.word, one.title, PLACES, (), one.subject, one.body, one.sms, LetterCategory.PAYMENTS)
        for one in PAYMENT_LETTERS
    ),
    LetterKind(
        "test",
        "Test letter",
        (),
        (),
        "A test letter from {institute}",
        _GREETING + "This is a test. Letters from {institute} arrive here.\n\nTime: {when}",
        "{institute}: this is a test, {when}.",
        LetterCategory.GENERAL,
    ),
)

LETTERS: dict[str, LetterKind] = {kind.word: kind for kind in _KINDS}
"""By their words."""
