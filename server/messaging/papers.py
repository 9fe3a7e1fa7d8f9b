"""Draws the paper that goes with a letter in the moment in which the letter goes, so that none is ever kept."""

import logging
from dataclasses import replace

from server.core.context import Context
from server.core.letters import PaperWanted
from server.messaging.delivery_book import Waiting
from server.messaging.outcomes import Came, Outcome
from server.messaging.texts import Written
from shared.core.clock import instant_text
from shared.core.text import text

_log = logging.getLogger(__name__)


def with_paper(context: Context, organisation_id: str, one: Waiting, letter: Written) -> Written | Outcome:
    """Return a letter with its paper; an outcome where that can't be made: without it the letter doesn't go.

    A maker that has nothing to send, because the person is gone or doesn't want it, lets the letter go alone.
    """
    word, _, about = one.attached.partition(":")
    if not word:
        return letter
    make = context.papers.get(word)
    if make is None:
        return Outcome(Came.FAILED, "paper_unknown", text("The paper that goes with it isn't known any more."))
    wanted = PaperWanted(organisation_id, one.person_id or "", about, instant_text(context.clock.now()))
    try:
        with context.database.read() as db:
            draw = make(db, wanted)
        return replace(letter, paper=draw()) if draw is not None else letter
    except (LookupError, ValueError, OSError) as failure:
        _log.error("the paper %s of letter %s can't be made: %r", word, one.id, failure)
        return Outcome(Came.RETRY, "paper_failed", text("The paper that goes with it couldn't be made."))
