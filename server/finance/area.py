"""Registers fees and payments with the server."""

from server.core.area import Area
from server.finance import charge_service, kinds, payment_service
from server.finance.personal import PERSONAL, unsettled
from shared.finance.permissions import may_see_ledgers

_COMMANDS = (*charge_service.COMMANDS, payment_service.command())
AREA = Area(
    name="finance",
    personal=PERSONAL,
    keeps_person=(unsettled,),
    commands=_COMMANDS,
    access=kinds.access,
    guarded={**kinds.GUARDED, **dict.fromkeys((one.name for one in _COMMANDS), may_see_ledgers)},
)
