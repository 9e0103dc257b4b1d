"""The pages about people say who owns what, name every gap, and cost the same however many rows they show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet, User
from contacts.models import Absence, EscalationStep, Person
from inventory.holdings import gaps, holdings, leaving, team_counts
from tests.factories import TODAY, make_person, make_secret, make_team, make_titled_role, make_type, make_user

pytestmark = pytest.mark.django_db
PAGES = ("/people/", "/people/{person}/", "/teams/{team}/", "/escalation/")


@pytest.fixture
def page(client: Client, auditor: User):
    client.force_login(auditor)
    return lambda address: client.get(address).content.decode()


def _in_an_act():
    return acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test")


def test_holdings_count_secrets_in_use_by_person(owner: Person, backup_owner: Person):
    make_secret(owner=owner, backup_owner=backup_owner, next_rotation_on=TODAY - timedelta(days=1))
    make_secret(owner=owner, status="compromised")
    make_secret(owner=owner, next_rotation_on=TODAY)
    make_secret(owner=owner, status="retired", next_rotation_on=TODAY - timedelta(days=1))

    found = holdings([owner, backup_owner], today=TODAY)

    assert [(h.owns, h.late, h.backs_up) for h in (found[owner.pk], found[backup_owner.pk])] == [(3, 2, 0), (0, 0, 1)]


def test_gaps_name_what_nobody_answers_for(owner: Person):
    left = make_person(name="Lea Left", is_active=False)
    silent = make_person(name="Sid Silent")
    make_person(name="Una Unneeded", is_active=False)
    vacant = make_titled_role(title="Security Lead")
    team = make_team(lead=left)
    make_team(lead=owner)
    make_secret(owner=owner, backup_owner=silent)
    make_secret(owner=left)
    make_secret(owner=silent)
    make_secret()

    found = gaps()

    assert (found.without_owner, found.without_backup_owner) == (2, 3)
    assert (found.vacant, found.leaderless) == ([vacant], [team])
    assert (found.left, found.unreachable) == ([left], [silent])


def test_a_register_without_gaps_has_none(owner: Person, backup_owner: Person):
    make_secret(owner=owner, backup_owner=backup_owner)

    assert not gaps()


def test_of_many_gaps_the_first_are_named_and_the_others_counted(page):
    for number in range(10):
        make_titled_role(title=f"Vacant {number}", position=number)

    shown = page("/people/")

    assert [f"Nobody is Vacant {number}" in shown for number in range(10)] == [True] * 8 + [False] * 2
    assert "and 2 more like these" in shown


def test_leaving_tells_who_can_take_over_and_what_nobody_can(owner: Person, backup_owner: Person):
    team = make_team(lead=owner)
    title = make_titled_role(person=owner)
    gone = make_person(is_active=False)
    for backup in (backup_owner, backup_owner, gone, None):
        make_secret(owner=owner, backup_owner=backup)
    make_secret(owner=backup_owner, backup_owner=owner)

    found = leaving(owner)

    assert found.successors == [(backup_owner, 2)]
    assert (found.orphaned, found.without_backup) == (2, 1)
    assert (found.titles, found.teams) == ([title], [team])


def test_a_team_has_its_own_secrets_and_those_of_its_types():
    team, other = make_team(), make_team()
    make_secret(team=team, type=None)
    make_secret(type=make_type(name="Database Credentials", responsible_team=team))
    make_secret(type=make_type(name="Database Credentials"), team=other)

    assert team_counts([team, other]) == {team.pk: 2, other.pk: 1}


def test_a_leaver_who_still_owns_secrets_is_named_before_everybody_else(page, owner: Person):
    left = make_person(name="Zoe Gone", is_active=False)
    make_secret(owner=left)

    shown = page("/people/")

    assert shown.index("Zoe Gone</bdi> is no longer active and still owns secrets") < shown.index("Olga Owner")


def test_people_can_be_found_by_name_and_by_team(page, owner: Person, colleague: Person):
    team = make_team(name="DevOps")
    make_person(name="Tia Team", team=team)

    assert [name for name in ("Olga", "Cleo", "Tia") if name in page("/people/?q=olg")] == ["Olga"]
    assert [name for name in ("Olga", "Cleo", "Tia") if name in page(f"/people/?team={team.pk}")] == ["Tia"]
    assert [name for name in ("Olga", "Cleo", "Tia") if name in page("/people/?team=none")] == ["Olga", "Cleo"]
    assert "Nobody matches." in page("/people/?q=nobody-of-this-name")


def test_the_search_for_people_does_not_repeat_what_looks_like_a_value(page):
    shown = page("/people/?q=AKIAIOSFODNN7REALKEY")

    assert "AKIAIOSFODNN7REALKEY" not in shown
    assert "That looks like a secret value." in shown


def test_a_person_without_secrets_is_told_how_to_get_some(page, owner: Person):
    assert "Owns nothing." in page(f"/people/{owner.pk}/")


def test_a_person_page_links_the_number_and_escapes_the_address(page):
    person = make_person(name="Ida", phone="+49 (30) 123-45", email="ida?bcc=x@example.org", slack_handle="ida")

    shown = page(f"/people/{person.pk}/")

    assert 'href="tel:+493012345"' in shown
    assert 'href="mailto:ida%3Fbcc%3Dx@example.org"' in shown
    assert 'data-copy="@ida"' in shown


def test_a_name_cannot_write_markup(page):
    person = make_person(name="<b>Bo</b>")

    assert "<b>Bo</b>" not in page(f"/people/{person.pk}/") + page("/people/")


@pytest.mark.parametrize(
    ("who", "may"), [("security", True), ("owner", True), ("colleague", False), ("auditor", False)]
)
def test_all_that_somebody_owns_is_handed_over_from_their_page(
    client: Client, request, owner: Person, who: str, may: bool
):
    keys = [make_secret(owner=owner).pk for _ in range(2)]
    make_secret(owner=owner, status="retired")
    person = request.getfixturevalue(who)
    client.force_login(person if isinstance(person, User) else person.account)

    shown = client.get(f"/people/{owner.pk}/").content.decode()
    asked = client.post("/secrets/change-owner/", {"ids": keys})

    assert ("Hand over 2 secrets" in shown, asked.status_code) == ((True, 200) if may else (False, 403))


@pytest.mark.parametrize(("who", "may_edit"), [("owner", True), ("colleague", False)])
def test_edit_is_offered_to_those_who_may(client: Client, owner: Person, request, who: str, may_edit: bool):
    client.force_login(request.getfixturevalue(who).account)

    shown = client.get(f"/people/{owner.pk}/").content.decode()

    assert (f"/admin/contacts/person/{owner.pk}/change/?next=/people/{owner.pk}/" in shown) is may_edit


def test_an_absence_is_told_until_its_last_day(page, owner: Person):
    with _in_an_act():
        Absence.objects.create(person=owner, first_on=TODAY - timedelta(days=400), last_on=TODAY + timedelta(days=4000))

    assert f"Away until {TODAY + timedelta(days=4000)}" in page("/people/")


def test_the_escalation_path_names_what_depends_on_the_secret_and_every_gap(page, owner: Person):
    with _in_an_act():
        for position, kind in enumerate(("owner", "backup_owner", "team_lead")):
            EscalationStep.objects.create(kind=kind, position=position)
        EscalationStep.objects.create(kind="team", team=make_team(name="DevOps"), position=3)
        role = make_titled_role(title="Security Lead", person=owner)
        EscalationStep.objects.create(kind="titled_role", titled_role=role, position=4)
    make_secret()

    shown = page("/escalation/")

    assert shown.count("Depends on the secret.") == 3
    assert "1 secret without one" in shown
    assert "Nobody is in DevOps" in shown
    assert 'href="tel:+49301"' in shown


def test_empty_pages_say_the_next_step(client: Client, security: User):
    client.force_login(security)

    assert "Add a person" in client.get("/people/").content.decode()
    assert "Add the first step" in client.get("/escalation/").content.decode()


@pytest.mark.parametrize("pattern", PAGES)
def test_accounts_without_a_role_see_no_people(client: Client, outsider: User, owner: Person, pattern: str):
    client.force_login(outsider)

    answer = client.get(pattern.format(person=owner.pk, team=make_team().pk))

    assert (answer.status_code, "Olga" in answer.content.decode()) == (403, False)


def _fill(number: int) -> dict[str, int]:
    team = make_team(name="The team")
    person = make_person(name="Pia Person", team=team, phone="+49 30 1")
    with _in_an_act():
        EscalationStep.objects.create(kind="team", team=team)
    for count in range(number):
        member = make_person(team=team, phone="+49 30 2")
        make_secret(owner=person, backup_owner=member)
        make_secret(owner=member, backup_owner=person, team=team)
        make_secret(owner=make_person(is_active=False, team=team))
        with _in_an_act():
            EscalationStep.objects.create(kind="titled_role", titled_role=make_titled_role(person=member))
            make_titled_role(person=person)
            Absence.objects.create(person=member, first_on=TODAY, last_on=TODAY)
            make_team(lead=person, name=f"Led {count}")
    return {"person": person.pk, "team": team.pk}


@pytest.mark.parametrize("rows", [1, 3, 20])
def test_people_pages_cost_the_same_however_many_rows(client: Client, django_assert_num_queries, rows: int):
    keys = _fill(rows)
    client.force_login(make_user(username="vera", roles=("auditor",)))

    for pattern, queries in zip(PAGES, (19, 15, 13, 14), strict=True):
        with django_assert_num_queries(queries, info=pattern):
            client.get(pattern.format(**keys))
