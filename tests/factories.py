"""Rows for tests: plain functions with keyword overrides; each writes within an act of its own unless one is open."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from typing import Any

from django.utils import timezone

from audit.acts import _current, acting
from audit.models import ChangeSet, RoleGrant, User
from contacts.models import Person, Team, TitledRole
from documents.models import EvidencePack
from inventory import schedule
from inventory.models import Consumer, Environment, Secret, SecretType, Service
from rotations.models import Acknowledgement, Rotation, RotationItem, RotationTask

TODAY = date(2026, 7, 14)
PASSWORD = "only-for-tests-4711"
_number = itertools.count(1)


def _in_an_act(make: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(make)
    def made(**fields: Any) -> Any:
        open_act = _current.get()
        if open_act is not None and open_act.reason:
            context = nullcontext()
        else:
            context = acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test")
        with context:
            return make(**fields)

    return made


@_in_an_act
def make_user(*, username: str = "", roles: tuple[str, ...] = (), person: Person | None = None, **fields: Any) -> User:
    user = User.objects.create_user(username or f"user{next(_number)}", password=PASSWORD, **fields)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role)
    if person is not None:
        person.account = user
        person.save()
    return user


@_in_an_act
def make_team(**fields: Any) -> Team:
    return Team.objects.create(**{"name": f"Team {next(_number)}"} | fields)


@_in_an_act
def make_person(**fields: Any) -> Person:
    return Person.objects.create(**{"name": f"Person {next(_number)}"} | fields)


@_in_an_act
def make_titled_role(**fields: Any) -> TitledRole:
    return TitledRole.objects.create(**{"title": f"Title {next(_number)}"} | fields)


@_in_an_act
def make_environment(*, code: str = "prod", **fields: Any) -> Environment:
    names = {"prod": "Production", "staging": "Staging", "dev": "Development"}
    values = {"name": names.get(code, code.title())} | fields
    return Environment.objects.get_or_create(code=code, defaults=values)[0]


@_in_an_act
def make_service(*, code: str = "stripe", **fields: Any) -> Service:
    return Service.objects.get_or_create(code=code, defaults={"name": f"{code.title()} service"} | fields)[0]


@_in_an_act
def make_type(*, name: str = "API Keys", **fields: Any) -> SecretType:
    return SecretType.objects.get_or_create(name=name, defaults={"rotation_interval_days": 90} | fields)[0]


@_in_an_act
def make_secret(*, name: str = "", **fields: Any) -> Secret:
    """`make_secret(name="prod/stripe/secret_key")`; without a name the credential type is numbered."""
    environment, service, credential_type = (name or f"prod/stripe/key_{next(_number)}").split("/")
    values = {
        "environment": make_environment(code=environment),
        "service": make_service(code=service),
        "credential_type": credential_type,
    }
    if "type" not in fields:
        fields["type"] = make_type()
    if fields.get("next_rotation_on"):
        fields.setdefault("next_rotation_reason", "Set for a test")
    if fields.get("waived_until"):
        fields.setdefault("waived_reason", "Approved for a test")
    return Secret.objects.create(**values | fields)


@_in_an_act
def make_consumer(**fields: Any) -> Consumer:
    return Consumer.objects.create(**{"name": f"Consumer {next(_number)}"} | fields)


@_in_an_act
def make_rotation(*, secrets: tuple[Secret, ...] = (), **fields: Any) -> Rotation:
    if fields.get("state", "planned") in ("planned", "in_progress"):
        fields.setdefault("planned_on", TODAY)
    if fields.get("state") == "complete":
        fields.setdefault("completed_on", TODAY)
        fields.setdefault("old_alive_reason", "Said for a test")
    is_cancelled = fields.get("state") == "cancelled" and secrets
    rotation = Rotation.objects.create(**fields | ({"state": "draft"} if is_cancelled else {}))
    told = {"outcome": "rotated", "rotated_on": rotation.completed_on} if rotation.state == "complete" else {}
    with schedule.recording():
        for secret in secrets:
            RotationItem.objects.create(rotation=rotation, secret=secret, **told)
    if is_cancelled:
        rotation.state = "cancelled"
        rotation.save(update_fields=["state"])
    return rotation


@_in_an_act
def make_acknowledgement(**fields: Any) -> Acknowledgement:
    if not {"secret", "task"} & fields.keys():
        fields["secret"] = make_secret()
    if "person" not in fields:
        fields["person"] = make_person()
    return Acknowledgement.objects.create(**{"until_on": TODAY} | fields)


@_in_an_act
def make_clean_up(*, words: str = "Revoke", due_on: date = TODAY, **rotation: Any) -> RotationTask:
    """Make the clean-up of a rotation whose one secret, long retired, has an old value that still works."""
    secret = make_secret()
    made = make_rotation(secrets=(secret,), state="in_progress", **rotation)
    with schedule.recording():
        made.items.update(outcome="rotated", rotated_on=TODAY)
    secret.status = "retired"
    secret.save(update_fields=["status"])
    return RotationTask.objects.create(rotation=made, kind="clean_up", words=words, due_on=due_on)


def make_evidence_record(*, by: User, **fields: Any) -> EvidencePack:
    """Record a pack that nobody made."""
    values = {"purpose": "made", "at": timezone.now(), "through": "web", "as_of": TODAY, "first_on": TODAY}
    values |= {"last_on": TODAY, "with_phones": False, "filter_words": "Everything", "file_name": "evidence.zip"}
    values |= {"size": 1, "sha256": "0" * 64, "counts": {}, "cut": 0}
    return EvidencePack.objects.create(by=by, by_name=by.name, **values | fields)
