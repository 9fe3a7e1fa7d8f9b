"""What the server reads out of each command of money."""

from shared.core.strict import StrictModel
from shared.finance import (
    bank_commands,
    commands,
    discount_commands,
    earning_commands,
    fee_commands,
    invoice_rules,
    overdue_commands,
    plan_commands,
    proof_commands,
    refund_rules,
    report_commands,
    subscription_commands,
    till_commands,
)

PAYLOADS: dict[str, type[StrictModel]] = {
    **bank_commands.PAYLOADS,
    **commands.PAYLOADS,
    **discount_commands.PAYLOADS,
    **earning_commands.PAYLOADS,
    **fee_commands.PAYLOADS,
    **invoice_rules.PAYLOADS,
    **overdue_commands.PAYLOADS,
    **plan_commands.PAYLOADS,
    **proof_commands.PAYLOADS,
    **refund_rules.PAYLOADS,
    **report_commands.PAYLOADS,
    **subscription_commands.PAYLOADS,
    **till_commands.PAYLOADS,
}
