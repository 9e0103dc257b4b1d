"""Every page of the admin asks the policies, keeps history read only, and costs the same however many rows it lists."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from audit.acts import acting
from audit.models import ChangeRow, ChangeSet, RoleGrant, User
from audit.register_admin import RegisterAdmin
from audit.tracked import tracked_models
from contacts.models import Absence, EscalationStep, Person, Team
from inventory.models import Secret, TeamAssignment
from rotations.feed_acts import make_feed
from rotations.models import Agenda, AgendaLine, ReminderOffset, Rotation
from tests.factories import (
    PASSWORD,
    TODAY,
    make_consumer,
    make_environment,
    make_person,
    make_rotation,
    make_secret,
    make_service,
    make_team,
    make_titled_role,
    make_type,
    make_user,
)

pytestmark = pytest.mark.django_db
OWN = ("audit", "contacts", "inventory", "rotations", "documents")


def _own_models():
    models = [model for app in OWN for model in apps.get_app_config(app).get_models()]
    return [model for model in models if not model.__name__.startswith("Historical")]


def _address(model: type, page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _in_an_act():
    return acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test")


def _fill(number: int) -> None:
    """Make `number` rows of every model, each with related rows of its own."""
    for count in range(number):
        team = make_team(lead=make_person())
        with _in_an_act():
            account = User.objects.create_user(f"account-{count}")
            RoleGrant.objects.create(user=account, role="auditor")
        person = make_person(team=team, account=account)
        kind = make_type(name=f"Type {count}", responsible_team=team)
        place = make_environment(code=f"place-{count}", name=f"Place {count}")
        service = make_service(code=f"service-{count}")
        secret = make_secret(
            name=f"{place.code}/{service.code}/key", type=kind, owner=person, backup_owner=team.lead, team=team
        )
        make_consumer(secret=secret)
        rotation = make_rotation(secrets=(secret,), environment=place, owner=person)
        role = make_titled_role(person=person)
        with _in_an_act():
            EscalationStep.objects.create(kind="titled_role", titled_role=role, position=count)
            Absence.objects.create(person=person, first_on=TODAY, last_on=TODAY)
            TeamAssignment.objects.create(words=f"Words {count}", secret_type=kind)
            ReminderOffset.objects.create(label=f"Reminder {count}", kind="other", days_before=count)
            make_feed(by=person.account, scope="environment", environment=place)
            apps.get_model("documents.DocumentSection").objects.create(heading=f"Heading {count}")
        AgendaLine.objects.filter(secret=secret).delete()
        agenda = Agenda.objects.get_or_create(environment=place, on=TODAY)[0]
        AgendaLine.objects.create(agenda=agenda, secret=secret)
        assert rotation.pk


def test_every_model_has_a_page_in_the_admin():
    missing = [model._meta.label for model in _own_models() if not admin.site.is_registered(model)]

    assert missing == []


def test_every_page_of_a_tracked_model_asks_for_a_reason_and_notices_other_editors():
    stray = [m._meta.label for m in tracked_models() if not isinstance(admin.site.get_model_admin(m), RegisterAdmin)]

    assert stray == []


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label_lower)
def test_accounts_without_a_role_see_nothing_of_the_admin(client: Client, outsider: User, model: type):
    client.force_login(outsider)

    assert client.get(_address(model)).status_code == 403


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label_lower)
def test_an_auditor_sees_every_list_and_can_add_nothing(client: Client, auditor: User, model: type):
    client.force_login(auditor)

    assert (client.get(_address(model)).status_code, client.get(_address(model, "add")).status_code) == (200, 403)


@pytest.mark.parametrize("model", _own_models(), ids=lambda model: model._meta.label_lower)
def test_an_auditor_opens_every_row_and_can_write_none(client: Client, auditor: User, model: type):
    _fill(1)
    client.force_login(auditor)
    if model._meta.label == "rotations.CalendarFeed":
        with _in_an_act():
            make_feed(by=auditor, scope="mine")
    row = admin.site.get_model_admin(model).model._default_manager.order_by("-pk").first()
    before = ChangeSet.objects.count()

    shown = client.get(_address(model, "change", row.pk))
    written = client.post(_address(model, "change", row.pk), {"change_reason": "To try it"})
    removed = client.post(_address(model, "delete", row.pk), {"change_reason": "To try it", "post": "yes"})

    assert (shown.status_code, written.status_code, removed.status_code) == (200, 403, 403)
    assert b"_save" not in shown.content
    assert ChangeSet.objects.count() == before


def test_secrets_people_and_accounts_are_never_removed(client: Client, security: User):
    _fill(1)
    client.force_login(security)

    for model in (Secret, Person, User, Rotation, RoleGrant):
        row = model.objects.order_by("pk").first()
        answer = client.post(_address(model, "delete", row.pk), {"change_reason": "To try it", "post": "yes"})
        assert (model.__name__, answer.status_code) == (model.__name__, 403)
        assert model.objects.filter(pk=row.pk).exists()


def test_removing_asks_why_and_the_change_log_keeps_it(client: Client, security: User):
    team = make_team(name="Old team")
    client.force_login(security)
    address = _address(Team, "delete", team.pk)

    without = client.post(address, {"post": "yes", "change_reason": " "})
    assert (without.status_code, Team.objects.filter(pk=team.pk).exists()) == (302, True)

    client.post(address, {"post": "yes", "change_reason": "Nobody is in it"})
    told = ChangeRow.objects.latest("pk")
    assert (told.change_type, told.object_text, told.change_set.reason) == ("-", "Old team", "Nobody is in it")
    assert not Team.objects.filter(pk=team.pk).exists()


def test_what_is_still_used_cannot_be_removed_and_its_users_are_named(client: Client, security: User):
    team = make_team(name="DevOps")
    make_person(name="Mia Member", team=team)
    client.force_login(security)

    shown = client.get(_address(Team, "delete", team.pk)).content.decode()
    client.post(_address(Team, "delete", team.pk), {"post": "yes", "change_reason": "To try it"})

    assert ("is still in use" in shown, "Mia Member" in shown) == (True, True)
    assert Team.objects.filter(pk=team.pk).exists()


def test_nothing_offers_to_remove_many_at_once(client: Client, security: User):
    make_team()
    client.force_login(security)

    assert b"delete_selected" not in client.get(_address(Team)).content


def test_a_change_without_a_reason_is_refused_and_what_was_typed_stays(client: Client, security: User):
    team = make_team(name="DevOps")
    client.force_login(security)

    answer = client.post(_address(Team, "change", team.pk), {"name": "Platform", "change_reason": ""})

    assert "Say why you make this change." in answer.content.decode()
    assert 'value="Platform"' in answer.content.decode()
    assert Team.objects.get(pk=team.pk).name == "DevOps"


def _form(client: Client, address: str) -> dict[str, str]:
    """Return what a browser would send back of the form at `address`."""
    adminform = client.get(address).context["adminform"]
    data = {name: adminform.form[name].value() for name in adminform.form.fields}
    return {name: "" if value is None else value for name, value in data.items() if value is not False}


def test_a_change_carries_its_reason_and_links_its_entry(client: Client, security: User):
    team = make_team(name="DevOps")
    client.force_login(security)
    address = _address(Team, "change", team.pk)

    answer = client.post(
        address, _form(client, address) | {"name": "Platform", "change_reason": "New name"}, follow=True
    )

    entry = ChangeSet.objects.latest("pk")
    assert (entry.actor, entry.source, entry.reason) == (security, "admin", "New name")
    assert f'<a href="/changes/{entry.pk}/">Entry {entry.pk}</a>' in answer.content.decode()


def test_saving_without_a_difference_leaves_no_entry(client: Client, security: User):
    team = make_team()
    client.force_login(security)
    address, before = _address(Team, "change", team.pk), ChangeSet.objects.count()

    answer = client.post(address, _form(client, address) | {"change_reason": "Nothing"}, follow=True)

    assert (ChangeSet.objects.count(), "Nothing differs." in answer.content.decode()) == (before, True)


@pytest.mark.parametrize(
    ("wanted", "lands"), [("/people/", "/people/"), ("https://evil.example/", None), ("//evil", None)]
)
def test_saving_leads_back_to_the_page_that_sent_here(client: Client, security: User, wanted: str, lands: str | None):
    team = make_team()
    client.force_login(security)
    address = f"{_address(Team, 'change', team.pk)}?next={wanted}"

    answer = client.post(address, _form(client, address) | {"change_reason": "To try it"})

    assert answer.headers["Location"] == (lands or _address(Team))


def test_text_that_looks_like_a_value_is_refused_and_not_shown_again(client: Client, security: User):
    team = make_team(name="DevOps")
    client.force_login(security)
    address = _address(Team, "change", team.pk)

    for field in ("name", "change_reason"):
        typed = _form(client, address) | {"change_reason": "To try it"} | {field: "AKIAIOSFODNN7REALKEY"}
        shown = client.post(address, typed).content.decode()
        assert "AKIAIOSFODNN7REALKEY" not in shown
        assert "This looks like" in shown
    assert Team.objects.get(pk=team.pk).name == "DevOps"


def test_the_second_of_two_editors_is_told_of_the_first_and_loses_nothing(client: Client, security: User):
    lead = make_person(name="Lea Lead")
    team = make_team(name="DevOps")
    client.force_login(security)
    address = _address(Team, "change", team.pk)
    seen_by_second = _form(client, address)
    client.post(address, _form(client, address) | {"lead": lead.pk, "change_reason": "She leads it now"})

    answer = client.post(address, seen_by_second | {"name": "Platform", "change_reason": "New name"})

    shown, entry = answer.content.decode(), ChangeSet.objects.latest("pk")
    assert f'Lead from nothing to “Lea Lead” (<a href="/changes/{entry.pk}/">entry {entry.pk}</a>)' in shown
    assert 'value="Platform"' in shown
    assert "New name</textarea>" in shown
    assert (Team.objects.get(pk=team.pk).name, Team.objects.get(pk=team.pk).lead) == ("DevOps", lead)


def test_saving_again_after_being_told_takes_back_nothing_of_the_first_editor(client: Client, security: User):
    lead = make_person(name="Lea Lead")
    team = make_team(name="DevOps")
    client.force_login(security)
    address = _address(Team, "change", team.pk)
    seen_by_second = _form(client, address)
    client.post(address, _form(client, address) | {"lead": lead.pk, "change_reason": "She leads it now"})
    told = client.post(address, seen_by_second | {"name": "Platform", "change_reason": "New name"})
    form = told.context["adminform"].form

    client.post(address, {name: form[name].value() or "" for name in form.fields})

    saved = Team.objects.get(pk=team.pk)
    assert (saved.name, saved.lead) == ("Platform", lead)


@pytest.mark.parametrize("who", ["security", "auditor", "owner_account", "outsider"])
def test_history_is_read_only_for_every_role(client: Client, request, owner: Person, who: str):
    team = make_team(name="DevOps")
    version = team.history.latest("history_id")
    client.force_login(owner.account if who == "owner_account" else request.getfixturevalue(who))
    before = ChangeSet.objects.count()

    for address in (_address(Team, "history", team.pk), _address(Team, "simple_history", team.pk, version.pk)):
        answers = [client.post(address, {"name": "Written", "change_reason": "To try it"}), client.put(address)]
        assert [answer.status_code for answer in answers] == [403 if who == "outsider" else 405] * 2
    assert (Team.objects.get(pk=team.pk).name, ChangeSet.objects.count()) == ("DevOps", before)


def test_history_tells_differences_in_words_and_offers_no_revert(client: Client, security: User):
    team = make_team(name="DevOps")
    with acting(actor=security, source="web", reason="She leads it now"):
        team.lead = make_person(name="Lea Lead")
        team.save()
    client.force_login(security)

    versions = client.get(_address(Team, "history", team.pk)).content.decode()
    one = client.get(_address(Team, "simple_history", team.pk, team.history.earliest("history_id").pk)).content.decode()

    assert "<strong>Lead:</strong> nothing → Lea Lead" in versions
    assert ("She leads it now" in versions, "Sam Security" in versions) == (True, True)
    assert ('name="_save"' in one, "change_reason" in one, "DevOps" in one) == (False, False, True)


def test_history_of_a_row_that_cannot_be_seen_is_not_there(client: Client, owner: Person, colleague: Person):
    with _in_an_act():
        feed = make_feed(by=colleague.account, scope="mine").feed
    client.force_login(owner.account)
    version = feed.history.latest("history_id").pk

    answers = [client.get(_address(type(feed), "history", feed.pk))]
    answers.append(client.get(_address(type(feed), "simple_history", feed.pk, version)))

    assert [answer.status_code for answer in answers] == [404, 404]


def test_security_adds_an_account_with_a_password_and_a_role(client: Client, security: User):
    client.force_login(security)
    typed = {"username": "nora", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    roles = {"grants-TOTAL_FORMS": "1", "grants-INITIAL_FORMS": "0", "grants-0-role": "owner"}

    client.post(_address(User, "add"), typed | roles | {"change_reason": "Joined the team"})

    made = User.objects.get(username="nora")
    assert (made.check_password(PASSWORD), made.roles) == (True, {"owner"})
    assert ChangeSet.objects.latest("pk").reason == "Joined the team"


def test_an_account_never_shows_the_hash_of_its_password(client: Client, security: User):
    client.force_login(security)

    shown = client.get(_address(User, "change", security.pk)).content.decode()

    assert [word for word in ("pbkdf2", "md5$", "algorithm", security.password[:12]) if word in shown] == []
    assert "Set a password" in shown


def test_a_new_password_is_told_of_without_the_password(client: Client, security: User, auditor: User):
    client.force_login(security)
    typed = {"usable_password": "true", "password1": "another-4711-horse", "password2": "another-4711-horse"}

    client.post(reverse("admin:auth_user_password_change", args=[auditor.pk]), typed)

    auditor.refresh_from_db()
    assert auditor.check_password("another-4711-horse")
    assert ChangeSet.objects.latest("pk").reason == "Set a new password for Ada Auditor"


def test_only_security_opens_the_page_for_a_new_password(client: Client, auditor: User, owner: Person):
    client.force_login(owner.account)

    assert client.get(reverse("admin:auth_user_password_change", args=[auditor.pk])).status_code == 403


def test_the_last_account_that_administers_accounts_stays_active(client: Client, security: User):
    client.force_login(security)
    address = _address(User, "change", security.pk)
    inlines = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}
    typed = {name: value for name, value in _form(client, address).items() if name != "is_active"}

    answer = client.post(address, typed | inlines | {"change_reason": "Leaves"})

    assert "Nobody else can administer accounts." in answer.content.decode()
    assert User.objects.get(pk=security.pk).is_active


def test_the_last_role_that_administers_accounts_stays(client: Client, security: User, auditor: User):
    client.force_login(security)
    address, grant = _address(User, "change", security.pk), security.grants.get()
    removed = {
        "grants-TOTAL_FORMS": "1",
        "grants-INITIAL_FORMS": "1",
        "grants-0-id": grant.pk,
        "grants-0-user": security.pk,
        "grants-0-role": "security",
        "grants-0-DELETE": "on",
    }

    answer = client.post(address, _form(client, address) | removed | {"change_reason": "Leaves"})
    assert "Nobody else can administer accounts." in answer.content.decode()

    make_user(roles=("security",))
    client.post(address, _form(client, address) | removed | {"change_reason": "Leaves"})
    assert User.objects.get(pk=security.pk).roles == frozenset()


def test_only_a_superuser_makes_superusers(client: Client, security: User, auditor: User):
    client.force_login(security)
    address = _address(User, "change", auditor.pk)
    inlines = {"grants-TOTAL_FORMS": "0", "grants-INITIAL_FORMS": "0"}

    client.post(address, _form(client, address) | inlines | {"is_superuser": "on", "change_reason": "To try it"})

    assert not User.objects.get(pk=auditor.pk).is_superuser


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_every_list_costs_the_same_however_many_rows(client: Client, django_assert_num_queries, rows: int):
    _fill(rows)
    client.force_login(make_user(username="vera", roles=("security",)))
    client.get("/admin/")

    for label, queries in QUERIES.items():
        with django_assert_num_queries(queries, info=label):
            client.get(_address(apps.get_model(label)))


# What a list costs: session, account and roles, then the rows, their number and the filters.
QUERIES = {model._meta.label_lower: 5 for model in _own_models()} | {
    "audit.user": 6,
    "contacts.person": 6,
    "inventory.secret": 9,
    "rotations.rotation": 6,
    "rotations.agenda": 6,
}
