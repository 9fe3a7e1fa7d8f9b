"""What people's rows and commands are to the local store: how they are listed, found, and told on the sync page."""

from desktop.core.area import KindSpec, Line, StoreArea
from desktop.people.words import field_word, full_name, roles_words
from shared.core.command import Command
from shared.core.projection import Body, ReadRow
from shared.core.text import plural, text
from shared.people import (
    card_commands,
    consent,
    institute,
    institute_commands,
    profile_commands,
    role_commands,
    typed_codes,
)
from shared.people.commands import PAYLOADS, TYPE_VERSIONS
from shared.people.merge_commands import MERGED_PERSON
from shared.people.rules import PROJECTIONS, fold, phone_digits, search_text, sort_text
from shared.people.vocabulary import (
    BRANCH,
    NUMBERING_RULE,
    ORGANISATION,
    PERSON,
    PERSON_PHOTO,
    PRIVATE_PROFILE,
    PROFILE,
    ROLE,
    PersonState,
    Role,
)


def is_staff(body: Body) -> int:
    """Return 1 for someone with any role beside student, else 0."""
    return int(any(role != Role.STUDENT for role in body.get("roles") or ()))


def _number(body: Body) -> str | None:
    return fold(body["number"]) if body.get("number") else None


def _state(body: Body) -> str:
    return str(body.get("state") or PersonState.ACTIVE)


def _name_of(command: Command, read: ReadRow) -> str:
    return full_name(read(PERSON, command.target_id)) or text("someone")


def _added(command: Command, _read: ReadRow) -> str:
    return text("Added {name}", name=full_name(command.payload))


def _edited(command: Command, read: ReadRow) -> str:
    fields = ", ".join(field_word(name).lower() for name in command.payload["changes"])
    return text("Changed {fields} of {name}", fields=fields, name=_name_of(command, read))


def _state_set(command: Command, read: ReadRow) -> str:
    n = 1 + len(command.more_targets)
    name = _name_of(command, read) if n == 1 else plural("{n} person", "{n} people", n)
    words = {
        "active": text("Activated {name}", name=name),
        "inactive": text("Deactivated {name}", name=name),
        "suspended": text("Suspended {name}", name=name),
    }
    return words.get(command.payload["state"], text("Changed {name}", name=name))


def _roles_set(command: Command, read: ReadRow) -> str:
    return text(
        "Gave {name} the roles {roles}", name=_name_of(command, read), roles=roles_words(command.payload["roles"])
    )


def _photo_set(command: Command, read: ReadRow) -> str:
    name = full_name(read(PERSON, command.payload["person_id"])) or text("someone")
    return (
        text("Photo of {name}", name=name)
        if command.payload.get("jpeg_base64")
        else text("No photo of {name}", name=name)
    )


def _numbers_given(command: Command, read: ReadRow) -> str:
    n = 1 + len(command.more_targets)
    return plural("A number for {name}", "Numbers for {n} people", n, name=_name_of(command, read))


def _numbering_set(_command: Command, _read: ReadRow) -> str:
    return text("Changed the rule for student numbers")


def _institute_set(_command: Command, _read: ReadRow) -> str:
    return text("Changed the institute's settings")


def _branch_added(command: Command, _read: ReadRow) -> str:
    return text("Added the branch {name}", name=command.payload["name"])


def _branch_set(command: Command, read: ReadRow) -> str:
    return text("Changed the branch {name}", name=(read(BRANCH, command.target_id) or {}).get("name") or "")


def _profile_edited(command: Command, read: ReadRow) -> str:
    fields = ", ".join(field_word(name).lower() for name in command.payload["changes"])
    name = full_name(read(PERSON, command.payload["person_id"])) or text("someone")
    return text("Changed {fields} in the profile of {name}", fields=fields, name=name)


def _role_saved(command: Command, read: ReadRow) -> str:
    return text("Changed the role {name}", name=(read(ROLE, command.target_id) or {}).get("name") or "")


def _role_removed(command: Command, read: ReadRow) -> str:
    return text("Removed the role {name}", name=(read(ROLE, command.target_id) or {}).get("name") or "")


def _text_published(command: Command, _read: ReadRow) -> str:
    return text("Published the text {title}", title=command.payload["title"])


def _consent_answered(command: Command, _read: ReadRow) -> str:
    payload = command.payload
    answer = consent.answer_words(payload.get("purpose") or "").get(payload["answer"], "")
    about = consent.purpose_words().get(payload.get("purpose") or "", "")
    return text("{about}: {answer}", about=about, answer=answer)


LINES: dict[str, Line] = {
    "AddPerson": _added,
    "EditPerson": _edited,
    "SetPersonState": _state_set,
    "SetPersonRoles": _roles_set,
    "SetPersonPhoto": _photo_set,
    "EditProfile": _profile_edited,
    "EditPrivateProfile": _profile_edited,
    "GiveNumbers": _numbers_given,
    "SetNumbering": _numbering_set,
    "EditOrganisation": _institute_set,
    "AddBranch": _branch_added,
    "EditBranch": _branch_set,
    "SaveRole": _role_saved,
    "RemoveRole": _role_removed,
    "PublishConsentText": _text_published,
    "AnswerConsent": _consent_answered,
    "TypeCode": lambda command, _read: text("Typed the code {code}", code=command.payload["code"]),
}


def _search_words(body: Body) -> str:
    """Return what people are found by; a phone also by its national digits, as it is typed without a country."""
    return f"{search_text(body)} {phone_digits(body.get('phone') or '')}"


KINDS = {
    ORGANISATION: KindSpec(),
    BRANCH: KindSpec(title=lambda body: str(body["name"])),
    PERSON: KindSpec(
        sort_text=sort_text,
        search_text=_search_words,
        title=full_name,
        keys={"state": _state, "number_key": _number, "staff": is_staff},
    ),
    MERGED_PERSON: KindSpec(keys={"number_key": _number}),
    PERSON_PHOTO: KindSpec(),
    PROFILE: KindSpec(),
    PRIVATE_PROFILE: KindSpec(),
    NUMBERING_RULE: KindSpec(),
    ROLE: KindSpec(title=lambda body: str(body["name"])),
    consent.CONSENT_TEXT: KindSpec(title=lambda body: str(body["title"])),
    consent.CONSENT_ENTRY: KindSpec(),
    typed_codes.TYPED_CODE: KindSpec(
        sort_text=lambda body: str(body.get("typed_on") or ""), keys={"person_id": lambda body: body.get("person_id")}
    ),
}
STORE = StoreArea(
    kinds=KINDS,
    projections=PROJECTIONS
    | card_commands.PROJECTIONS
    | institute.PROJECTIONS
    | profile_commands.PROJECTIONS
    | role_commands.PROJECTIONS
    | typed_codes.PROJECTIONS
    | consent.PROJECTIONS,
    type_versions=TYPE_VERSIONS
    | card_commands.TYPE_VERSIONS
    | institute_commands.TYPE_VERSIONS
    | profile_commands.TYPE_VERSIONS
    | role_commands.TYPE_VERSIONS
    | typed_codes.TYPE_VERSIONS
    | consent.TYPE_VERSIONS,
    lines=LINES,
    payloads=PAYLOADS
    | card_commands.PAYLOADS
    | institute_commands.PAYLOADS
    | profile_commands.PAYLOADS
    | role_commands.PAYLOADS
    | typed_codes.PAYLOADS
    | consent.PAYLOADS,
)
