"""Knows what the list of secrets shows of a past day: what it shows of the present, and nothing that changes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from audit.models import User
from audit.past import Past
from inventory import list_links, listing
from inventory.counts import Counts, Overview
from inventory.drawn import Drawn, drawn
from inventory.filters import SecretFilters
from inventory.past_register import PastRegister
from inventory.policies import person_of
from inventory.wanted import Wanted


class PastCounts(Counts):
    """The numbers of a past day; the rows of that day are put together only where something is not known yet."""

    def __init__(self, day: date) -> None:
        super().__init__(day, of="a past day")

    @cached_property
    def register(self) -> PastRegister:
        """The register as it was."""
        return PastRegister(Past(self.today))

    def overview(self) -> Overview:
        """Return the numbers of the whole register."""
        return self.remembered("overview", lambda: self.register.overview())

    def by_environment(self, wanted: Wanted) -> dict[str, int]:
        """Return how many secrets are wanted, by the code of their environment."""
        return self.remembered(repr(wanted), lambda: self.register.by_environment(wanted))

    def page(self, wanted: Wanted, at: str) -> Drawn:
        """Return the page at `at`, drawn."""
        return self.remembered(repr((wanted, at)), lambda: self._drawn(wanted, at))

    def _drawn(self, wanted: Wanted, at: str) -> Drawn:
        page = self.register.page_of(wanted, at=at)
        return drawn(page, changeable=frozenset(), today=self.today, as_of=wanted.as_of)


def filters_of(data: Mapping[str, str], counts: PastCounts) -> SecretFilters:
    """Return the filters with the choices of that day."""
    asked = {**{name: data[name] for name in data}, "as_of": counts.today.isoformat()}
    return SecretFilters(asked, counts=counts, choices=lambda: counts.register.choices())


def shown(data: Mapping[str, str], day: date, *, user: User, at: str) -> dict[str, object]:
    """Return what the page of the list shows of `day`; ten queries at most, and none where it was shown before."""
    counts = PastCounts(day)
    form = filters_of(data, counts)
    wanted = form.wanted()
    return {
        "form": form,
        "chips": form.chips(),
        "wanted": wanted,
        "page": counts.page(wanted, at),
        "views": list_links.views(wanted, person=person_of(user), counts=counts),
        "columns": list_links.columns(wanted),
        "overview": counts.overview(),
        "most_on_one": listing.MOST_ON_ONE,
        "as_of": day,
        "now_query": wanted.but(as_of="").query,
        "today": day,
    }
