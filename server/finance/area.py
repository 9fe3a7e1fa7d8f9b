"""Registers fees and payments with the server."""

from server.core.area import Area
from server.finance import (
    account_routes,
    agreement,
    bank_area,
    charge_service,
    confirm_service,
    credit_service,
    earning_area,
    fee_service,
    kinds,
    moving,
    online_area,
    overdue_area,
    plan_area,
    report_area,
    subscription_area,
    till_area,
)
from server.finance.following import joined
from server.finance.personal import PERSONAL, unsettled
from shared.finance.permissions import may_see_ledgers
from shared.finance.vocabulary import FEE_STRUCTURE

_MONEY = (
    *charge_service.COMMANDS,
    *credit_service.COMMANDS,
    *confirm_service.COMMANDS,
    *bank_area.COMMANDS,
    *till_area.COMMANDS,
    *plan_area.COMMANDS,
    *report_area.COMMANDS,
    *subscription_area.COMMANDS,
    *earning_area.COMMANDS,
    *overdue_area.COMMANDS,
)
AREA = Area(
    name="finance",
    personal=(
        *PERSONAL,
        *bank_area.PERSONAL,
        *till_area.PERSONAL,
        *online_area.PERSONAL,
        *plan_area.PERSONAL,
        *report_area.PERSONAL,
        *subscription_area.PERSONAL,
        *earning_area.PERSONAL,
        *overdue_area.PERSONAL,
    ),
    keeps_person=(unsettled,),
    moves_person=(*moving.MOVES, *bank_area.MOVES, *subscription_area.MOVES, *earning_area.MOVES, *overdue_area.MOVES),
    commands=(*_MONEY, *fee_service.COMMANDS, *online_area.COMMANDS),
    settlers={
        FEE_STRUCTURE: fee_service.settle,
        **bank_area.SETTLERS,
        **plan_area.SETTLERS,
        **subscription_area.SETTLERS,
        **earning_area.SETTLERS,
        **overdue_area.SETTLERS,
    },
    followers=joined(
        subscription_area.FOLLOWERS,
        earning_area.FOLLOWERS,
        fee_service.FOLLOWERS,
        online_area.FOLLOWERS,
        overdue_area.FOLLOWERS,
    ),
    jobs=(*online_area.JOBS, *till_area.JOBS, *subscription_area.JOBS, *overdue_area.JOBS),
    routers=lambda context: (
        *account_routes.routers(context),
        *bank_area.routers(context),
        *till_area.routers(context),
        *online_area.routers(context),
        *plan_area.routers(context),
        *report_area.routers(context),
        *subscription_area.routers(context),
        *earning_area.routers(context),
        *overdue_area.routers(context),
    ),
    access=kinds.access,
    agrees=agreement.AGREEMENTS,
    guarded={
        **kinds.GUARDED,
        **bank_area.GUARDED,
        **till_area.GUARDED,
        **plan_area.GUARDED,
        **report_area.GUARDED,
        **subscription_area.GUARDED,
        **earning_area.GUARDED,
        **overdue_area.GUARDED,
        **dict.fromkeys((one.name for one in _MONEY), may_see_ledgers),
    },
)
