"""The filters and columns of the list, said in words and as links."""

from __future__ import annotations

import pytest

from inventory.counts import Counts
from inventory.filters import SecretFilters
from inventory.list_links import columns
from inventory.wanted import Wanted
from tests.factories import TODAY, make_secret

pytestmark = pytest.mark.django_db


def test_a_column_leads_to_its_order_and_then_to_the_other_direction():
    heads = {column.label: (column.query, column.direction) for column in columns(Wanted(q="a", sort="name"))}

    assert heads == {
        "Secret": ("?q=a&sort=-name", "ascending"),
        "Owner": ("?q=a&sort=owner", "none"),
        "Backup": ("", ""),
        "Type": ("?q=a&sort=type", "none"),
        "Last rotated": ("?q=a&sort=last", "none"),
        "Next rotation": ("?q=a&sort=next", "none"),
        "Status": ("", ""),
    }
    assert columns(Wanted(sort="-name"))[0].direction == "descending"
    assert columns(Wanted())[5].direction == "ascending"


def test_filters_say_themselves_in_words_with_a_way_out(owner):
    make_secret(name="prod/stripe/key", owner=owner)
    form = SecretFilters(
        {"q": "stripe", "environment": "prod", "owner": str(owner.pk), "standing": "no_date"}, counts=Counts(TODAY)
    )

    assert [(chip.words, chip.without) for chip in form.chips()] == [
        ("Text: stripe", f"?environment=prod&owner={owner.pk}&standing=no_date"),
        ("Environment: Production", f"?q=stripe&owner={owner.pk}&standing=no_date"),
        ("Owner: Olga Owner", "?q=stripe&environment=prod&standing=no_date"),
        ("No date", f"?q=stripe&environment=prod&owner={owner.pk}"),
    ]


def test_a_filter_that_cannot_be_read_restricts_nothing_and_is_named(db):
    form = SecretFilters(
        {"environment": "nowhere", "owner": "x'; --", "sort": "urgent_on", "standing": "fine"}, counts=Counts(TODAY)
    )

    assert (form.wanted(), sorted(form.errors)) == (Wanted(), ["environment", "owner", "standing"])
