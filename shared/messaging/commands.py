"""What a person may ask about notices."""

from pydantic import ConfigDict

from shared.core.strict import StrictModel


class MarkNoticesRead(StrictModel):
    """Say that notices were read (targets: the notices), at the time of the command itself."""

    model_config = ConfigDict(frozen=True, extra="allow")


PAYLOADS: dict[str, type[StrictModel]] = {"MarkNoticesRead": MarkNoticesRead}
TYPE_VERSIONS: dict[str, int] = dict.fromkeys(PAYLOADS, 1)
