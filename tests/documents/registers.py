"""Registers with hostile text, drawn by Hypothesis and written as rows."""

from datetime import timedelta

from django.db import transaction
from hypothesis import strategies as st

from audit.acts import acting
from audit.models import ChangeSet
from contacts.models import EscalationStep, Person, Team, TitledRole
from documents.markdown.words import plain_words
from documents.models import DocumentSection
from inventory import schedule
from inventory.models import Environment, Secret, SecretType, Service, TeamAssignment
from rotations.models import ReminderOffset, Rotation, RotationItem
from tests.documents.markdown.hostile import codes, handles, is_acceptable, lines, texts
from tests.factories import TODAY

names = texts.map(str.strip).filter(lambda text: 0 < len(text) <= 80 and is_acceptable(text))
optional = st.just("") | names
phones = st.sampled_from(["", "+49 30 1234567", "(030) 12-34", "030/1234 ext. 5"])
days = st.none() | st.integers(-400, 0).map(lambda number: TODAY + timedelta(number))
bodies = st.lists(lines, max_size=4).map("\n".join).filter(is_acceptable)


def several(values, most=3):
    return st.lists(values, max_size=most, unique_by=str.lower)


def some(rows):
    return st.sampled_from([None, *rows])


class RolledError(Exception):
    """Takes back what a block wrote."""


class rolled_back:  # noqa: N801
    """Whatever is written inside is taken back; so one test can go through many registers."""

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.act = acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Drawn for a test")
        self.act.__enter__()

    def __exit__(self, *raised):
        self.act.__exit__(None, None, None)
        self.atomic.__exit__(RolledError, RolledError(), None)


def write_register(draw, *, sections=True):
    """Write a register; every row is one that the register itself would accept.

    Without `sections` the document is in the form that the register gives it itself, nobody has a
    namesake, and a rotation of several environments is told by the names of its secrets.
    """
    teams = [Team.objects.create(name=name) for name in draw(several(names))]
    people = _people(draw, teams, namesakes=sections)
    roles = [
        TitledRole.objects.create(title=title, person=draw(some(people)), is_primary_contact=draw(st.booleans()))
        for title in draw(several(names))
    ]
    _steps(draw, teams, roles)
    places = [
        Environment.objects.create(code=code, name=name)
        for code, name in zip(draw(several(codes)), draw(several(names)), strict=False)
    ]
    services = [Service.objects.create(code=code, name=draw(optional)) for code in draw(several(codes))]
    kinds = _types(draw, teams, sections)
    secrets = _secrets(draw, places, services, kinds, people)
    _rotations(draw, places, people, secrets, sections)
    _reminders(draw)
    if sections:
        _sections(draw, places, kinds)


def _people(draw, teams, namesakes):
    found = []
    taken = set()
    for name in draw(st.lists(names, max_size=4, unique=not namesakes)):
        handle = draw(st.just("") | handles)
        handle = "" if handle.lower() in taken or len(handle) > 80 else handle
        taken.add(handle.lower())
        fields = {"phone": draw(phones), "team": draw(some(teams)), "is_active": draw(st.booleans())}
        found.append(Person.objects.create(name=name, slack_handle=handle, **fields))
    return found


def _steps(draw, teams, roles):
    for kind in draw(st.lists(st.sampled_from(EscalationStep.Kind.values), max_size=4)):
        team = draw(st.sampled_from(teams)) if kind == "team" and teams else None
        role = draw(st.sampled_from(roles)) if kind == "titled_role" and roles else None
        if (team is not None) == (kind == "team") and (role is not None) == (kind == "titled_role"):
            EscalationStep.objects.create(kind=kind, team=team, titled_role=role, position=draw(st.integers(0, 3)))


def _types(draw, teams, sections):
    kinds = [
        SecretType.objects.create(
            name=name,
            short_name=draw(optional) if sections else "",
            rotation_interval_days=draw(st.none() | st.integers(1, 400)),
            responsible_party=draw(optional),
            responsible_team=draw(some(teams)),
            provider=draw(optional),
            format=draw(optional),
        )
        # Types that differ in signs alone are one and the same to whoever reads a document.
        for name in draw(st.lists(names, max_size=3, unique_by=lambda name: plain_words(name) or name.lower()))
    ]
    free = list(kinds)
    for words in draw(several(names)):
        kind = free.pop() if free and draw(st.booleans()) else None
        team = draw(some(teams)) if kind is None else None
        TeamAssignment.objects.create(words=words, secret_type=kind, team=team)
    return kinds


def _secrets(draw, places, services, kinds, people):
    found = []
    if not places or not services:
        return found
    for credential_type in draw(several(codes, most=5)):
        owner, backup = draw(some(people)), draw(some(people))
        given = draw(st.none() | st.dates())
        found.append(
            Secret.objects.create(
                environment=draw(st.sampled_from(places)),
                service=draw(st.sampled_from(services)),
                credential_type=credential_type,
                type=draw(some(kinds)),
                owner=owner,
                backup_owner=backup if backup != owner else None,
                status=draw(st.sampled_from(Secret.Status.values)),
                last_rotated_on=draw(days),
                next_rotation_on=given,
                next_rotation_reason="Given" if given else "",
            )
        )
    return found


def _rotations(draw, places, people, secrets, sections):
    for state in draw(st.lists(st.sampled_from(Rotation.State.values), max_size=4)):
        on = draw(days)
        if on is None and state in ("planned", "in_progress", "complete"):
            on = TODAY
        environment = draw(some(places))
        rotation = Rotation.objects.create(
            kind=draw(st.sampled_from(Rotation.Kind.values)),
            state=state,
            environment=environment,
            planned_on=None if state == "complete" else on,
            completed_on=on if state == "complete" else None,
            old_alive_reason="Nobody asked" if state == "complete" else "",
            owner=draw(some(people)),
            notes=draw(optional),
            secrets_in_words=draw(optional) if sections or environment else "",
            document_table=draw(st.sampled_from(Rotation.Table.values)),
            document_status=draw(optional | st.sampled_from(["Scheduled", "✅ Complete", "Done"])),
            document_position=draw(st.integers(0, 2)),
        )
        for secret in draw(st.lists(st.sampled_from(secrets), unique=True)) if secrets else ():
            last = secret.last_rotated_on
            told = {"outcome": "failed", "note": "Nobody came"} if not rotation.is_open else {}
            if last and on and on <= last:
                told = {"outcome": "rotated", "rotated_on": on}
            with schedule.recording():
                RotationItem.objects.create(rotation=rotation, secret=secret, **told)


def _reminders(draw):
    ReminderOffset.objects.all().delete()
    for number in draw(st.lists(st.none() | st.integers(-30, 90), max_size=3, unique=True)):
        ReminderOffset.objects.create(days_before=number, label=draw(names), words=draw(optional))


def _sections(draw, places, kinds):
    free = list(kinds)
    for kind in draw(st.lists(st.sampled_from(DocumentSection.Kind.values), max_size=6)):
        fields = {}
        if kind == "inventory":
            fields["environment"] = draw(some(places))
        if kind == "type" and free:
            fields["secret_type"] = free.pop()
        DocumentSection.objects.create(
            kind=kind,
            level=draw(st.integers(0, 6)),
            heading=draw(optional | st.sampled_from(["Contacts", "Service Codes", "Secret Types", "Escalation"])),
            body=draw(bodies),
            is_tight=draw(st.booleans()),
            position=draw(st.integers(0, 3)),
            **fields,
        )
