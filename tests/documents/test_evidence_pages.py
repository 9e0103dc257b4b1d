"""The pages of evidence packs: asking for one, taking it away, and the record of both."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from django.test import override_settings
from django.utils import timezone

from audit.acts import acting
from audit.models import ChangeSet
from documents.evidence.wish import Wish, quarter_of
from documents.evidence_form import EvidenceForm, quarters_before
from documents.models import EvidencePack
from tests.documents.evidence import Opened, noon
from tests.factories import make_environment, make_secret

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sealed_acts")]
PAGE = "/evidence/"
TODAY = date(2026, 7, 14)


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


@pytest.fixture
def as_auditor(client, auditor):
    client.force_login(auditor)
    return client


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-01-01", "2026-01-01", "2026-03-31"),
        ("2026-05-31", "2026-04-01", "2026-06-30"),
        ("2026-09-30", "2026-07-01", "2026-09-30"),
        ("2026-10-01", "2026-10-01", "2026-12-31"),
        ("2028-02-29", "2028-01-01", "2028-03-31"),
    ],
)
def test_a_quarter_begins_and_ends(day, first, last):
    assert [str(end) for end in quarter_of(date.fromisoformat(day))] == [first, last]


def test_quarters_are_offered_from_the_one_under_way_back():
    offered = list(quarters_before(TODAY))

    assert offered[:3] == [("2026-07-01", "Q3 2026"), ("2026-04-01", "Q2 2026"), ("2026-01-01", "Q1 2026")]


@pytest.mark.parametrize(
    ("asked", "wish"),
    [
        ({"quarter": "2026-04-01"}, ("2026-06-30", "2026-04-01", "2026-06-30")),
        ({"quarter": "2026-07-01"}, ("2026-07-14", "2026-07-01", "2026-07-14")),
        ({"quarter": "2026-04-01", "as_of": "2026-07-10"}, ("2026-07-10", "2026-04-01", "2026-06-30")),
        ({"first_on": "2026-05-01", "last_on": "2026-05-31"}, ("2026-05-31", "2026-05-01", "2026-05-31")),
        (
            {"quarter": "2026-04-01", "first_on": "2026-05-01", "last_on": "2026-05-31"},
            ("2026-05-31", "2026-05-01", "2026-05-31"),
        ),
        ({"as_of": "2026-06-10"}, ("2026-06-10", "2026-04-01", "2026-06-10")),
        ({"as_of": "today"}, ("2026-07-14", "2026-07-01", "2026-07-14")),
    ],
)
def test_what_is_asked_for_becomes_a_day_and_a_period(asked, wish):
    form = EvidenceForm(asked, today=TODAY)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["wish"] == Wish(*(date.fromisoformat(day) for day in wish))


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, {"quarter": ["Choose a quarter, or write both days of the period."]}),
        ({"first_on": "2026-05-01"}, {"last_on": ["Write both days of the period, or choose a quarter."]}),
        ({"last_on": "2026-05-01"}, {"first_on": ["Write both days of the period, or choose a quarter."]}),
        ({"first_on": "2026-05-02", "last_on": "2026-05-01"}, {"__all__": ["The period ends before it begins."]}),
        (
            {"quarter": "2026-04-01", "as_of": "2026-05-01"},
            {"__all__": ["The period ends after the day of the register. Choose a later day."]},
        ),
        ({"as_of": "2026-07-15"}, {"as_of": ["Choose a day up to today."]}),
        ({"as_of": "30.6.2026"}, {"as_of": ["Write the day as 2026-06-30: year, month, day."]}),
        ({"quarter": "2026-04-01", "environment": "moon"}, {"environment": ["Choose one of the list."]}),
    ],
)
def test_what_cannot_be_known_is_an_error_at_its_field(asked, error):
    assert EvidenceForm(asked, today=TODAY).errors == error


def test_making_one_records_it_and_shows_its_checksum(as_auditor, auditor):
    make_secret()
    before = ChangeSet.objects.count()

    response = as_auditor.post(PAGE, {"as_of": "today", "reason": "Yearly audit"}, follow=True)

    made = EvidencePack.objects.get()
    assert response.redirect_chain == [(f"{PAGE}?made={made.pk}", 302)]
    assert (made.purpose, made.by, made.by_name, made.through, made.reason) == (
        *("made", auditor, "Ada Auditor", "web", "Yearly audit"),
    )
    assert "Evidence pack made: 1 of 1 secrets." in words(response)
    assert made.sha256 in words(response)
    assert ChangeSet.objects.count() == before


def test_downloading_gives_the_bytes_of_that_checksum_and_records_it(as_auditor):
    make_secret()
    as_auditor.post(PAGE, {"as_of": "today"})
    made = EvidencePack.objects.get()
    make_secret()

    response = as_auditor.post(f"{PAGE}{made.pk}/")

    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/zip",
        f'attachment; filename="evidence-{timezone.localdate()}.zip"',
    )
    assert hashlib.sha256(response.content).hexdigest() == made.sha256
    assert Opened(response.content).covers("inventory") == "1 of 1 secrets"
    told = EvidencePack.objects.order_by("-pk")[0]
    assert (told.purpose, told.again, told.sha256) == ("downloaded", made, made.sha256)
    assert "Download pack" in words(as_auditor.get(PAGE))
    assert "Ada Auditor , just now" in words(as_auditor.get(PAGE))


def test_a_pack_that_another_version_made_is_not_given_under_its_checksum(as_auditor, settings):
    as_auditor.post(PAGE, {"as_of": "today"})
    settings.VERSION = "99"

    response = as_auditor.post(f"{PAGE}{EvidencePack.objects.get().pk}/", follow=True)

    assert "This pack would come out differently now. Make it anew to take it away." in words(response)
    assert EvidencePack.objects.count() == 1


def test_a_download_cannot_be_downloaded_itself(as_auditor):
    as_auditor.post(PAGE, {"as_of": "today"})
    made = EvidencePack.objects.get()
    as_auditor.post(f"{PAGE}{made.pk}/")
    downloaded = EvidencePack.objects.order_by("-pk")[0]

    assert as_auditor.post(f"{PAGE}{downloaded.pk}/").status_code == 404


def test_an_environment_narrows_it(as_auditor):
    make_secret(name="prod/stripe/key")
    make_secret(name="dev/stripe/key")

    as_auditor.post(PAGE, {"as_of": "today", "environment": "dev"})

    made = EvidencePack.objects.get()
    assert made.counts["inventory"]["covers"] == "1 of 2 secrets"
    assert made.file_name == f"evidence-{timezone.localdate()}-dev.zip"


def test_an_error_is_shown_and_nothing_is_recorded(as_auditor):
    response = as_auditor.post(PAGE, {"as_of": "2999-01-01"})

    assert "Choose a day up to today." in words(response)
    assert EvidencePack.objects.count() == 0


def test_a_reason_that_looks_like_a_value_is_refused(as_auditor):
    value = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"

    response = as_auditor.post(PAGE, {"as_of": "today", "reason": value})

    assert value not in response.content.decode()
    assert EvidencePack.objects.count() == 0


@pytest.mark.parametrize("query", ["?made=x", "?made=٣", "?made=999", "?as_of=<script>", "?page=x"])
def test_strange_addresses_show_the_page(as_auditor, query):
    response = as_auditor.get(PAGE + query)

    assert (response.status_code, "<script>" in response.content.decode()) == (200, False)


def test_the_last_quarter_that_is_over_stands_in_the_form(as_auditor):
    html = as_auditor.get(PAGE).content.decode()

    first = quarter_of(timezone.localdate())[0]
    chosen = re.search(r'<option value="(\S+)" selected>', html)[1]
    assert quarter_of(date.fromisoformat(chosen))[1].toordinal() + 1 == first.toordinal()


def test_owners_find_no_link_to_evidence(client, owner, auditor):
    with override_settings(DEMO=True), acting(actor=None, source="system", reason="Then", at=noon(6, 1)):
        make_secret()
    shown = {}

    for account in (owner.account, auditor):
        client.force_login(account)
        html = client.get("/secrets/?as_of=2026-06-30").content.decode()
        shown[account.username] = [word for word in ("Export this date", ">Evidence<") if word in html]

    assert shown == {"olga": [], "ada": ["Export this date", ">Evidence<"]}


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_many_packs_there_are(as_auditor, number, django_assert_num_queries):
    make_environment()
    for _ in range(number):
        as_auditor.post(PAGE, {"as_of": "today"})

    with django_assert_num_queries(7):
        as_auditor.get(PAGE)
