"""The reader's language: chosen from Accept-Language among the catalogues that are there."""

from collections.abc import Mapping

from shared.core.text import Translator


class Languages:
    """Catalogues by language tag (`fr`, `tw`): sentence as written to sentence in that language.

    English is what the code says and needs no catalogue.
    """

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._translators: dict[str, Translator] = {
            tag.lower(): _translator(catalogue) for tag, catalogue in (catalogues or {}).items()
        }

    def translator(self, accept_language: str) -> Translator | None:
        """Return the translator for the best language asked for; None means English."""
        if not self._translators or not accept_language:
            return None
        for tag in _by_weight(accept_language):
            main = tag.partition("-")[0]
            if main == "en":
                return None
            found = self._translators.get(tag) or self._translators.get(main)
            if found is not None:
                return found
        return None


def _translator(catalogue: Mapping[str, str]) -> Translator:
    return lambda template: catalogue.get(template, template)


def _by_weight(accept_language: str) -> list[str]:
    asked: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.strip().lower().partition(";")
        try:
            asked.append((-float(weight.strip().removeprefix("q=") or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(asked, key=lambda one: one[0]) if weight < 0]
