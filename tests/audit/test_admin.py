"""Every page of the admin asks the policies, and costs the same however many rows it lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from audit.acts import acting
from audit.models import ChangeSet, Redaction, RoleGrant, User
from audit.register_admin import RegisterAdmin
from audit.reviewing import answer, object_to
from audit.tracked import tracked_models
from contacts.models import Absence, EscalationStep, Person
from inventory.models import Dependency, Secret, TeamAssignment
from rotations.feed_acts import make_feed
from rotations.models import (
    Agenda,
    AgendaLine,
    ChecklistStep,
    FreezePeriod,
    Invitation,
    Reminder,
    ReminderGap,
    ReminderMessage,
    ReminderOffset,
    ReminderRun,
    ReminderRung,
    Rotation,
    RotationNote,
    RotationTask,
)
from tests.admin_pages import address_of, sent_back
from tests.factories import (
    TODAY,
    make_acknowledgement,
    make_consumer,
    make_environment,
    make_evidence_record,
    make_person,
    make_rotation,
    make_secret,
    make_service,
    make_team,
    make_titled_role,
    make_type,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OWN = ("audit", "contacts", "inventory", "rotations", "documents")


# Of the ledger: empty outside a transaction, or made from the models. Of the change log: what its own page shows.
# Of signing in: keyed hashes, which say nothing to anybody.
NOT_TO_BE_SEEN = {
    *("audit.Nothing", "audit.SealedLayout", "audit.Unrecorded", "audit.Unsealed"),
    *("audit.ChangeMark", "audit.WaitingReview", "audit.FailedSignIns"),
}


def _own_models():
    models = [model for app in OWN for model in apps.get_app_config(app).get_models()]
    return [m for m in models if not m.__name__.startswith("Historical") and m._meta.label not in NOT_TO_BE_SEEN]


def _edited_models():
    with_others = {
        "RoleGrant",
        "Consumer",
        "Dependency",
        "RotationItem",
        "RotationTask",
        "RotationNote",
        "CalendarFeed",
        "Acknowledgement",
    }
    return [model for model in tracked_models() if model.__name__ not in with_others]


def _in_an_act():
    return acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test")


def _fill(number: int) -> None:
    """Make `number` rows of every model, each with related rows of its own."""
    for count in range(number):
        team = make_team(lead=make_person())
        with _in_an_act():
            account = User.objects.create_user(f"account-{count}")
            RoleGrant.objects.create(user=account, role="auditor")
            entry = ChangeSet.objects.latest("pk")
            make_evidence_record(by=account)
            Redaction.objects.create(change_set=entry, second=account, table_name="audit_changeset", row_key=entry.pk)
        reviewer = make_user(roles=("security",))
        object_to(entry, by=reviewer, comment="Not this way", at=entry.at)
        answer(entry, by=reviewer, comment="It is meant", at=entry.at)
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
            Dependency.objects.create(secret=secret, depends_on=make_secret(name=f"{place.code}/{service.code}/first"))
            FreezePeriod.objects.create(first_on=TODAY, last_on=TODAY, environment=place, reason="Sale")
            Absence.objects.create(person=person, first_on=TODAY, last_on=TODAY)
            TeamAssignment.objects.create(words=f"Words {count}", secret_type=kind)
            ReminderOffset.objects.create(label=f"Reminder {count}", kind="other", days_before=count)
            ReminderRung.objects.create(label=f"Rung {count}", days=count, type=kind, environment=place)
            make_acknowledgement(person=person, secret=secret, by=account)
            ChecklistStep.objects.create(type=kind, words=f"Step {count}")
            RotationTask.objects.create(rotation=rotation, words=f"Step {count}")
            RotationNote.objects.create(rotation=rotation, text=f"Note {count}", by=account)
            make_feed(by=person.account, scope="environment", environment=place)
            apps.get_model("documents.DocumentSection").objects.create(heading=f"Heading {count}")
        _told_of(secret, person, count)
        Invitation.objects.create(person=person, rotation=rotation)
        AgendaLine.objects.filter(secret=secret).delete()
        agenda = Agenda.objects.get_or_create(environment=place, on=TODAY)[0]
        AgendaLine.objects.create(agenda=agenda, secret=secret)
        assert rotation.pk


def _told_of(secret: Secret, person: Person, count: int) -> None:
    message = ReminderMessage.objects.create(person=person, channel="email", on=TODAY)
    values = {"person": person, "channel": "email", "message": message, "clock": "due", "due_on": TODAY, "days": 0}
    Reminder.objects.create(secret=secret, **values)
    ReminderGap.objects.create(secret=secret, clock="no_date", since=TODAY)
    ReminderRun.objects.create(on=TODAY + timedelta(days=count))


def test_every_model_has_a_page_in_the_admin():
    missing = [model._meta.label for model in _own_models() if not admin.site.is_registered(model)]

    assert missing == []


def test_every_page_of_a_tracked_model_asks_for_a_reason_and_notices_other_editors():
    stray = [m._meta.label for m in tracked_models() if not isinstance(admin.site.get_model_admin(m), RegisterAdmin)]

    assert stray == []


def test_accounts_without_a_role_see_nothing_of_the_admin(client: Client, outsider: User):
    client.force_login(outsider)

    answers = {model._meta.label: client.get(address_of(model)).status_code for model in _own_models()}

    assert answers == dict.fromkeys(answers, 403)


def test_an_auditor_sees_every_list_and_can_add_nothing(client: Client, auditor: User):
    client.force_login(auditor)

    answers = {
        model._meta.label: (client.get(address_of(model)).status_code, client.get(address_of(model, "add")).status_code)
        for model in _own_models()
    }

    assert answers == dict.fromkeys(answers, (200, 403))


def test_an_auditor_opens_every_row_and_can_write_none(client: Client, auditor: User):
    _fill(1)
    client.force_login(auditor)
    with _in_an_act():
        make_feed(by=auditor, scope="mine")
    before = ChangeSet.objects.count()

    def statuses(model: type) -> tuple[int, int, int, bool]:
        row = admin.site.get_model_admin(model).model._default_manager.order_by("-pk").first()
        shown = client.get(address_of(model, "change", row.pk))
        written = client.post(address_of(model, "change", row.pk), {"change_reason": "To try it"})
        removed = client.post(address_of(model, "delete", row.pk), {"change_reason": "To try it", "post": "yes"})
        return shown.status_code, written.status_code, removed.status_code, b"_save" in shown.content

    answers = {model._meta.label: statuses(model) for model in _own_models()}

    assert answers == dict.fromkeys(answers, (200, 403, 403, False))
    assert ChangeSet.objects.count() == before


def test_saving_a_row_as_it_is_changes_nothing_of_it(client: Client, security: User):
    _fill(1)
    client.force_login(security)
    before = ChangeSet.objects.count()

    def status(model: type) -> int:
        address = address_of(model, "change", model.objects.order_by("-pk").first().pk)
        return client.post(address, sent_back(client, address) | {"change_reason": "To try it"}).status_code

    answers = {model._meta.label: (status(model), ChangeSet.objects.count()) for model in _edited_models()}

    assert answers == dict.fromkeys(answers, (302, before))


def test_versions_of_every_kind_can_be_read_and_none_offers_to_write(client: Client, security: User):
    _fill(1)
    client.force_login(security)

    def shown(model: type) -> list[tuple[int, bool]]:
        row = model.objects.order_by("-pk").first()
        version = row.history.latest("history_id").pk
        addresses = (address_of(model, "history", row.pk), address_of(model, "simple_history", row.pk, version))
        return [(page.status_code, b"_save" in page.content) for page in map(client.get, addresses)]

    answers = {model._meta.label: shown(model) for model in tracked_models()}

    assert answers == dict.fromkeys(answers, [(200, False)] * 2)


def test_secrets_people_and_accounts_are_never_removed(client: Client, security: User):
    _fill(1)
    client.force_login(security)

    for model in (Secret, Person, User, Rotation, RoleGrant):
        row = model.objects.order_by("pk").first()
        answer = client.post(address_of(model, "delete", row.pk), {"change_reason": "To try it", "post": "yes"})
        assert (model.__name__, answer.status_code) == (model.__name__, 403)
        assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("rows", [1, 3, 20])
def test_every_list_costs_the_same_however_many_rows(client: Client, django_assert_num_queries, rows: int):
    _fill(rows)
    client.force_login(make_user(username="vera", roles=("security",)))
    client.get("/admin/")

    for label, queries in QUERIES.items():
        with django_assert_num_queries(queries, info=label):
            client.get(address_of(apps.get_model(label)))


# What a list costs: session, account and roles, then the rows, their number and the filters.
QUERIES = {model._meta.label_lower: 5 for model in _own_models()} | {
    "audit.user": 6,
    "contacts.person": 6,
    "inventory.secret": 9,
    "rotations.rotation": 6,
    "rotations.agenda": 6,
    "rotations.freezeperiod": 6,
    "rotations.checkliststep": 6,
    "rotations.reminderrung": 6,
}
