"""The institute's settings: everything an administrator says once and everybody then sees, one card for each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.branches_card import BranchesCard
from desktop.people.entry_policy_card import ProvidersCard, RegistrationPolicyCard
from desktop.people.factor_policy_card import FactorPolicyCard
from desktop.people.institute_cards import NameCard, PlaceCard
from desktop.people.institute_links import NumbersCard, PlacesCard
from desktop.people.look_card import LookCard
from desktop.people.retention_card import RetentionCard
from desktop.widgets.layouts import PageHead, ScrollColumn

CardMaker = Callable[[Desk], QWidget]

INSTITUTE_PAGE = "people.institute"
INSTITUTE_CARDS: tuple[CardMaker, ...] = (
    NameCard,
    LookCard,
    PlaceCard,
    BranchesCard,
    PlacesCard,
    NumbersCard,
    FactorPolicyCard,
    RegistrationPolicyCard,
    ProvidersCard,
    RetentionCard,
)
"""What the page shows, from top to bottom; a card hides itself where there is nothing to set."""


class InstitutePage(ScrollColumn):
    """The page of settings; ``cards`` are the widgets as they were made."""

    def __init__(self, desk: Desk, makers: Sequence[CardMaker] = INSTITUTE_CARDS) -> None:
        super().__init__(most=860)
        self.setObjectName(INSTITUTE_PAGE)
        self.setWindowTitle(self.tr("Institute"))
        words = self.tr("For everybody in the institute, from their next contact with the server on.")
        self.body.addWidget(PageHead(self.tr("Institute"), words))
        self.cards = [make(desk) for make in makers]
        for card in self.cards:
            self.body.addWidget(card)
        self.body.addStretch(1)
