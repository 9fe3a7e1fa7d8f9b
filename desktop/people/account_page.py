"""My account: everything about the person who is signed in that is theirs to see and change, one card for each part."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from desktop.core.desk import Desk
from desktop.people.consents_card import ConsentsCard
from desktop.people.factor_card import FactorCard
from desktop.people.identities_card import IdentitiesCard
from desktop.people.my_data_card import MyDataCard
from desktop.people.own_card import OwnCard
from desktop.people.password_card import PasswordCard
from desktop.people.profile_cards import AboutCard, LearningCard, PrivateCard
from desktop.people.sign_ins_card import SignInsCard
from desktop.widgets.layouts import PageHead, ScrollColumn

CardMaker = Callable[[Desk], QWidget]

ACCOUNT_PAGE = "people.account"
ACCOUNT_CARDS: tuple[CardMaker, ...] = (
    OwnCard,
    AboutCard,
    LearningCard,
    PrivateCard,
    PasswordCard,
    FactorCard,
    IdentitiesCard,
    SignInsCard,
    ConsentsCard,
    MyDataCard,
)
"""What the page shows, from top to bottom; a card hides itself where there is nothing for this person."""


class AccountPage(ScrollColumn):
    """The page of whoever is signed in; ``cards`` are the widgets as they were made."""

    def __init__(self, desk: Desk, makers: Sequence[CardMaker] = ACCOUNT_CARDS) -> None:
        super().__init__(most=760)
        self.setObjectName(ACCOUNT_PAGE)
        self.setWindowTitle(self.tr("My account"))
        words = self.tr("What the institute keeps about you, and how you sign in.")
        self.body.addWidget(PageHead(self.tr("My account"), words))
        self.cards = [make(desk) for make in makers]
        for card in self.cards:
            self.body.addWidget(card)
        self.body.addStretch(1)
