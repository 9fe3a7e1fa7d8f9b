"""Which passwords are taken: long enough, not among the common ones, not made of the institute's or one's own name."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from shared.core.errors import CampusError
from shared.core.text import text

LONGEST = 256
_OWN_NAME_LETTERS = 4
_REST_LETTERS = 8
_VARIETY = 5
_PRODUCT = "Campusdesk"
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "1234567890", "azertyuiopqsdfghjklmwxcvbn")
_LOOKALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s"})
_DECORATION = " !?.,;:-_+*#0123456789"
_RARE_BELOW = 4
_COMMON = frozenset(
    """
    access account admin administrator africa amazing angel apple attendance august baby badboy banana baseball
    basketball batman beautiful becareful biology blessed blessing blink campus campusdesk cashier changeme charlie
    chelsea chocolate christ christmas class classroom college computer course daniel december default desktop dragon
    education emmanuel english everyone facebook family favour february flower football forever freedom friday friends
    ghana goodluck google grace guest happy hello holyspirit iloveyou iloveyouso instagram institute internet january
    jesus jesuschrist jesusislord jesuslove june july killer kumasi accra laptop lecturer letmein liverpool login love
    lovely loveyou manchester manchesterunited march marriage master media michael michelle mobile monday money
    monkey morning mother mypassword nigeria november october office pass passcode passphrase password passwort
    phone please police prayer prince princess principal private purple qwerty rainbow registrar saturday school
    secret secretary security september server shadow soccer starwars student summer sunday sunshine superman
    teacher temporary test testing thursday training trustno tuesday tutor twitter unknown user username wednesday
    welcome whatever whatsapp winter wisdom working
    """.split()  # noqa: SIM905 - a list of a hundred words reads better so
)


def check_password(password: str, names: Iterable[str], shortest: int) -> None:
    """Raise CampusError `password_refused` with the reason where a password can't be taken.

    `names` are the institute's name and slug, its courses, and the person's own names, username and mail address.
    """
    given = unicodedata.normalize("NFKC", password)
    if length_of(password) < shortest:
        raise _refused("too_short", text("Use {n} characters or more. A few words in a row are fine.", n=shortest))
    if len(given) > LONGEST:
        raise _refused("too_long", text("Use {n} characters at most.", n=LONGEST))
    folded = given.casefold()
    # An @ or $ within a word stands for a letter; at the end it is mere decoration.
    letters = re.sub(r"[^\w@$]+|_", "", folded.rstrip("@$!?."))
    if len(set(folded)) < _VARIETY or _is_row(letters):
        raise _refused("too_simple", text("This follows the keyboard or repeats itself. Use a few words instead."))
    if _is_common(letters) or _is_leaked(folded):
        raise _refused("common", text("Many people use this password, so it is tried first. Use a few words instead."))
    for name in _words([*names, _PRODUCT]):
        if name in folded and len(letters.replace(name, "")) < _REST_LETTERS:
            message = text("This is little more than a name that others know. Add words of your own.")
            raise _refused("name", message)


def length_of(password: str) -> int:
    """Return how many characters a password has, in the form in which it is hashed."""
    return len(unicodedata.normalize("NFKC", password))


def _refused(reason: str, message: str) -> CampusError:
    return CampusError("password_refused", message, {"reason": reason})


def _words(names: Iterable[str]) -> set[str]:
    folded = [name.casefold() for name in names]
    parts = {part for name in folded for part in [*re.split(r"[\W_]+", name), re.sub(r"\W+", "", name)]}
    return {part for part in parts if len(part) >= _OWN_NAME_LETTERS}


def _is_common(letters: str) -> bool:
    """Tell whether nothing but common words is left once digits and look-alikes are undone."""
    bare = letters.strip("0123456789")
    plain = {re.sub(r"\d+", "", letters), bare.translate(_LOOKALIKES), letters.translate(_LOOKALIKES)}
    return any(_made_of_common(word) for word in plain)


def _is_leaked(folded: str) -> bool:
    """Tell whether this is one of the 30,000 passwords found most often in leaks, with decoration around it or not."""
    bare = folded.strip(_DECORATION)
    return not {folded, bare, bare.translate(_LOOKALIKES)}.isdisjoint(_leaked())


@cache
def _leaked() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) > _RARE_BELOW)


def _made_of_common(word: str) -> bool:
    """Tell whether `word` is at most two common words in a row, repeats of one counting as one."""
    if len(word) <= 2:
        return True
    starts = [common for common in _COMMON if word.startswith(common)]
    rests = [(start, word[len(start) :]) for start in starts]
    return any(not rest or rest in _COMMON or _repeats(rest, start) for start, rest in rests)


def _repeats(rest: str, word: str) -> bool:
    return rest == word * (len(rest) // len(word))


def _is_row(letters: str) -> bool:
    """Tell whether most steps from letter to letter follow the alphabet or the keyboard, forwards or backwards."""
    if not letters:
        return True
    steps = {pair for row in _ROWS for pair in [*pairwise(row), *pairwise(row[::-1])]}
    follows = sum((one, other) in steps or one == other for one, other in pairwise(letters))
    return follows >= 0.8 * (len(letters) - 1)
