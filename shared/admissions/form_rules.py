"""Pure decisions about application forms: whether one holds together, what an answer may be, and what is missing."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from shared.admissions.vocabulary import WITH_CHOICES, FieldType, FormState
from shared.core.currencies import currency_error
from shared.core.days import is_day
from shared.core.hidden_letters import hidden_in
from shared.core.money import MOST_MINOR
from shared.core.text import text
from shared.people.rules import field_error

Body = Mapping[str, Any]
LONGEST = {FieldType.TEXT: 300, FieldType.LONG_TEXT: 5000, FieldType.CODE: 300}
MOST_CHOICES, MOST_STEPS, MOST_FIELDS, MOST_WANTED = 50, 12, 40, 20
LONGEST_LABEL, LONGEST_HELP = 200, 500
DOCUMENT_TYPES = frozenset({"pdf", "jpeg", "png"})
"""What a document may be: a scan or a photo."""
MOST_DOCUMENT_BYTES = 10_485_760
_KEY = re.compile(r"[a-z0-9_]{1,60}")
_HASH = re.compile(r"[0-9a-f]{64}")
_FILE_PARTS = ("sha256", "name", "bytes", "type")


class Fault(NamedTuple):
    """What is wrong: where (the name of a field, or the key of a step or field), and the sentence."""

    where: str
    sentence: str


def words_fault(value: object, most: int, *, lines: bool = False, needed: bool = False) -> str | None:
    """Return the sentence for a text that can't be kept, or None."""
    if not isinstance(value, str) or hidden_in(value, lines=lines):
        return text("This has characters that can't be kept. Type it again.")
    if len(value) > most:
        return text("This is longer than {most} letters. Shorten it.", most=most)
    return text("Enter something here.") if needed and not value.strip() else None


# ------------------------------------------------------------------------------------------------------------ forms


def form_fault(form: Body) -> Fault | None:
    """Return the first fault of a form as a whole, or None; what isn't published yet may be unfinished."""
    fault = words_fault(form.get("title"), LONGEST_LABEL, needed=True)
    if fault:
        return Fault("title", fault)
    found = _days_fault(form) or _fee_fault(form) or _wanted_fault(form, "documents") or _wanted_fault(form, "checks")
    found = found or _wanted_fault(form, "charges") or _amounts_fault(form)
    found = found or _steps_fault(form["steps"], published=form.get("state") == FormState.PUBLISHED)
    return found or _twice(form) or _codes_fault(form)


def _days_fault(form: Body) -> Fault | None:
    for name in ("opens_on", "closes_on"):
        if form.get(name) is not None and not is_day(form[name]):
            return Fault(name, text("Enter a day."))
    if form.get("opens_on") and form.get("closes_on") and form["closes_on"] < form["opens_on"]:
        return Fault("closes_on", text("The form closes before it opens. Choose a later day."))
    return None


def _fee_fault(form: Body) -> Fault | None:
    fee = form.get("fee")
    if not isinstance(fee, int) or isinstance(fee, bool) or not 0 <= fee <= MOST_MINOR:
        return Fault("fee", text("The fee is an amount of 0 or more."))
    fault = currency_error(str(form.get("currency")))
    return Fault("currency", fault) if fault else None


def _amounts_fault(form: Body) -> Fault | None:
    for line in form["charges"]:
        amount = line.get("amount")
        if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= MOST_MINOR:
            return Fault(line["key"], text("“{title}” needs an amount above 0.", title=line["title"]))
    return None


def _wanted_fault(form: Body, name: str) -> Fault | None:
    """Documents that are wanted, and checks that staff do: each has a key of its own and words."""
    wanted = form.get(name)
    if not isinstance(wanted, list | tuple) or len(wanted) > MOST_WANTED:
        return Fault(name, text("At most {n} can stand here.", n=MOST_WANTED))
    for one in wanted:
        fault = _part_fault(one, "title")
        if fault:
            return Fault(str(one.get("key") or name) if isinstance(one, Mapping) else name, fault)
    return None


def _part_fault(part: object, named: str) -> str | None:
    if not isinstance(part, Mapping) or not _KEY.fullmatch(str(part.get("key") or "")):
        return text("A part of the form can't be read. Add it again.")
    fault = words_fault(part.get(named), LONGEST_LABEL, needed=True)
    return fault or words_fault(part.get("help") or "", LONGEST_HELP, lines=True)


def _steps_fault(steps: object, *, published: bool) -> Fault | None:
    if not isinstance(steps, list | tuple) or len(steps) > MOST_STEPS:
        return Fault("steps", text("A form has {n} steps at most.", n=MOST_STEPS))
    if published and not steps:
        return Fault("steps", text("Add a step with a field before you publish the form."))
    for step in steps:
        fault = _part_fault(step, "title")
        if fault:
            return Fault("steps", fault)
        fields = step.get("fields")
        if not isinstance(fields, list | tuple) or len(fields) > MOST_FIELDS:
            return Fault(step["key"], text("A step has {n} fields at most.", n=MOST_FIELDS))
        if published and not fields:
            return Fault(
                step["key"], text("The step “{title}” has no field. Add one or remove it.", title=step["title"])
            )
        found = next((one for one in map(field_fault, fields) if one), None)
        if found:
            return found
    return None


def field_fault(field: object) -> Fault | None:
    """Return what is wrong with one field of a form, or None."""
    fault = _part_fault(field, "label")
    if fault or not isinstance(field, Mapping):
        return Fault(str(field.get("key") or "steps") if isinstance(field, Mapping) else "steps", str(fault))
    if field.get("type") not in frozenset(FieldType):
        return Fault(field["key"], text("This kind of field isn't known. Choose another one."))
    return _choices_fault(field) if field["type"] in WITH_CHOICES else None


def _choices_fault(field: Body) -> Fault | None:
    choices = field.get("choices")
    if not isinstance(choices, list | tuple) or not choices:
        return Fault(field["key"], text("“{label}” has no choices. Enter at least two.", label=field["label"]))
    if any(words_fault(one, LONGEST_LABEL, needed=True) for one in choices) or len(choices) > MOST_CHOICES:
        words = text("“{label}” has a choice that can't be kept. Check its choices.", label=field["label"])
        return Fault(field["key"], words)
    folded = [" ".join(one.split()).casefold() for one in choices]
    if len(set(folded)) < len(folded):
        return Fault(field["key"], text("“{label}” has a choice twice. Remove one.", label=field["label"]))
    if len(folded) < 2:
        return Fault(field["key"], text("“{label}” has only one choice. Enter another one.", label=field["label"]))
    return None


def _twice(form: Body) -> Fault | None:
    keys = [one["key"] for one in (*fields_of(form), *form["documents"])]
    keys += [f"step {one['key']}" for one in form["steps"]] + [f"check {one['key']}" for one in form["checks"]]
    keys += [f"charge {one['key']}" for one in form["charges"]]
    twice = next((key for at, key in enumerate(keys) if key in keys[:at]), None)
    return Fault("steps", text("Two parts of the form are the same. Remove one of them.")) if twice else None


def _codes_fault(form: Body) -> Fault | None:
    """A form asks for the code of whoever sent somebody once, and nobody needs one."""
    codes = [one for one in fields_of(form) if one["type"] == FieldType.CODE]
    needed = next((one for one in codes if one.get("required")), None)
    if needed is not None:
        words = text("Nobody needs a code to apply. Let “{label}” be optional.", label=needed["label"])
        return Fault(needed["key"], words)
    return Fault(codes[1]["key"], text("A form asks for one code. Remove the other field.")) if codes[1:] else None


def code_of(application: Body) -> str:
    """Return the code that an applicant typed; "" where the form has no field for it or it is empty."""
    fields = [one for one in fields_of(application["content"]) if one["type"] == FieldType.CODE]
    return str(application["answers"].get(fields[0]["key"]) or "").strip() if fields else ""


def fields_of(content: Body) -> list[Body]:
    """Return the fields of all steps in order."""
    return [field for step in content["steps"] for field in step["fields"]]


def is_open(form: Body, day: str) -> bool:
    """Tell whether one may apply with a form on a day of the institute."""
    return closed_words(form, day) is None


def closed_words(form: Body, day: str) -> str | None:
    """Return why one can't apply with a form on a day, or None."""
    if form["state"] != FormState.PUBLISHED:
        return text("This form isn't open. Ask the office.")
    if form.get("opens_on") and day < form["opens_on"]:
        return text("This form opens on {day}.", day=form["opens_on"])
    if form.get("closes_on") and day > form["closes_on"]:
        return text("This form closed on {day}. Ask the office.", day=form["closes_on"])
    return None


# ---------------------------------------------------------------------------------------------------------- answers


def parts_by_key(content: Body) -> dict[str, Body]:
    """Return fields and documents of a form by their keys; documents are fields that take a file."""
    wanted = [{**one, "label": one["title"], "type": str(FieldType.FILE)} for one in content["documents"]]
    return {one["key"]: one for one in (*fields_of(content), *wanted)}


def is_empty(value: object) -> bool:
    """Tell whether a field is left empty."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def answer_fault(field: Body, value: object) -> str | None:
    """Return the sentence for an answer that a field doesn't take, or None; an empty one is no fault here."""
    if is_empty(value):
        return None
    kind = FieldType(field["type"])
    if kind in LONGEST:
        return words_fault(value, LONGEST[kind], lines=kind is FieldType.LONG_TEXT)
    if kind in WITH_CHOICES:
        return _choice_fault(field, kind, value)
    return _FAULTS[kind](value)


def _choice_fault(field: Body, kind: FieldType, value: object) -> str | None:
    chosen = [value] if kind is FieldType.CHOICE else value
    fits = isinstance(chosen, list | tuple) and all(one in field["choices"] for one in chosen)
    return None if fits else text("Choose one of the answers that are shown.")


def _number_fault(value: object) -> str | None:
    fits = isinstance(value, str) and re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value)
    return None if fits else text("Enter a number, like 12 or 3.5.")


def _date_fault(value: object) -> str | None:
    return None if is_day(value) else text("Enter a day.")


def _yes_no_fault(value: object) -> str | None:
    return None if isinstance(value, bool) else text("Choose yes or no.")


def _file_fault(value: object) -> str | None:
    if not isinstance(value, Mapping) or not _HASH.fullmatch(str(value.get("sha256") or "")):
        return text("This isn't a file that was chosen here. Choose it again.")
    if value.get("type") not in DOCUMENT_TYPES:
        return text("A document is a PDF or a picture. Choose another file.")
    size = value.get("bytes")
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MOST_DOCUMENT_BYTES:
        return text("A document has at most 10 MB. Choose a smaller file.")
    return words_fault(value.get("name"), 255, needed=True)


_FAULTS: Mapping[FieldType, Callable[[object], str | None]] = {
    FieldType.NUMBER: _number_fault,
    FieldType.DATE: _date_fault,
    FieldType.YES_NO: _yes_no_fault,
    FieldType.FILE: _file_fault,
    FieldType.PHONE: lambda value: field_error("phone", value),
    FieldType.MAIL: lambda value: field_error("email", value),
}


def tidy_answer(field: Body, value: object) -> object:
    """Return an answer as it is kept: trimmed, nothing but what a file needs, None where it is empty."""
    if is_empty(value):
        return None
    if isinstance(value, str):
        return value.strip()
    if field["type"] == FieldType.FILE and isinstance(value, Mapping):
        return {name: value[name] for name in _FILE_PARTS if name in value}
    return value


def missing(content: Body, answers: Body, keys: Collection[str] | None = None) -> list[Fault]:
    """Return each field and document that still lacks something, in the form's order; with `keys` only of those."""
    found = []
    for key, field in parts_by_key(content).items():
        if keys is not None and key not in keys:
            continue
        value = answers.get(key)
        if field.get("required") and is_empty(value):
            found.append(Fault(key, text("“{label}” is missing.", label=field["label"])))
        elif fault := answer_fault(field, value):
            found.append(Fault(key, fault))
    return found


def progress(content: Body, answers: Body) -> tuple[int, int]:
    """Return (done, all) of what must be filled in."""
    wanted = [key for key, field in parts_by_key(content).items() if field.get("required")]
    return sum(not is_empty(answers.get(key)) for key in wanted), len(wanted)


def free_key(taken: Iterable[str], stem: str) -> str:
    """Return a key that nothing in a form has yet: `field_1`, `field_2`."""
    known, at = set(taken), 1
    while f"{stem}_{at}" in known:
        at += 1
    return f"{stem}_{at}"


def keys_of(form: Body) -> set[str]:
    """Return every key in a form."""
    parts: Sequence[Body] = (*form["steps"], *fields_of(form), *form["documents"], *form["checks"], *form["charges"])
    return {str(one["key"]) for one in parts}


def draft_fault(field: Body, value: object) -> str | None:
    """Return why a value can't even be kept as a draft, or None: what is half typed may be, what is no answer not."""
    if isinstance(value, str) and FieldType(field["type"]) not in WITH_CHOICES:
        return words_fault(value, LONGEST[FieldType.LONG_TEXT], lines=True)
    return answer_fault(field, value)
