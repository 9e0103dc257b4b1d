"""What one tracked row leaves behind when it is written."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CASCADE, PROTECT, F

from audit.acts import NoActError, acting
from audit.models import ChangeRow, ChangeSet, User
from audit.tracked import Tracked, TrackedQuerySet, tracked_models
from contacts.models import Person, Team, TitledRole
from inventory.models import Consumer, Environment, Secret
from tests.factories import make_person, make_secret, make_service, make_team, make_type, make_user


@pytest.fixture
def by_security(security: User) -> Iterator[User]:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason="As agreed"):
        yield security


def lines_of(row: Tracked) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return what the change log says of a row, oldest first."""
    rows = ChangeRow.objects.filter(model=row._meta.label_lower, object_id=row.pk).order_by("pk")
    return [
        (line.change_type, [(diff["label"], diff["before"], diff["after"]) for diff in line.fields]) for line in rows
    ]


def test_a_new_row_is_told_of_with_all_it_holds(by_security: User) -> None:
    person = Person.objects.create(name="Wen Li", slack_handle="wen.li")

    history = person.history.get()
    held = [
        ("Name", "", "Wen Li"),
        ("Slack handle", "", "wen.li"),
        ("Reminded by", "", "E-mail"),
        ("Invited by e-mail", "", "No"),
        ("Active", "", "Yes"),
    ]
    assert lines_of(person) == [("+", held)]
    assert (history.history_user, history.history_change_reason) == (by_security, "As agreed")


def test_a_changed_row_is_told_of_with_what_differs(by_security: User) -> None:
    person = make_person(name="Wen Li")

    person.phone = "+49 30 1"
    person.save()

    assert lines_of(person)[1:] == [("~", [("Phone", "", "+49 30 1")])]


def test_a_removed_row_is_told_of_with_what_it_held(by_security: User) -> None:
    team = make_team(name="Web")
    key = team.pk

    team.delete()

    team.pk = key
    assert lines_of(team)[1:] == [("-", [("Name", "Web", "")])]
    assert list(Team.history.filter(id=key).order_by("history_id").values_list("history_type", "name")) == [
        ("+", "Web"),
        ("-", "Web"),
    ]


def test_rows_removed_with_another_are_told_of_in_the_same_change_set(by_security: User) -> None:
    with acting(actor=None, source=ChangeSet.Source.SYSTEM, reason="Made for a test"):
        secret = make_secret(name="prod/stripe/secret_key")
        Consumer.objects.create(secret=secret, name="Checkout")

    secret.delete()

    removed = ChangeRow.objects.filter(change_type="-")
    assert sorted(removed.values_list("object_text", flat=True)) == ["Checkout", "prod/stripe/secret_key"]
    assert removed.values("change_set").distinct().count() == 1


def test_an_unchanged_row_leaves_nothing(by_security: User) -> None:
    person = make_person()
    before = (ChangeRow.objects.count(), person.history.count())

    person.save()

    assert (ChangeRow.objects.count(), person.history.count()) == before


def test_what_was_not_saved_is_not_told_of(by_security: User) -> None:
    person = make_person(name="Wen Li")

    person.name = "Somebody Else"
    person.phone = "+49 30 1"
    person.save(update_fields=["phone"])

    assert lines_of(person)[1:] == [("~", [("Phone", "", "+49 30 1")])]
    assert person.history.latest().name == "Wen Li"


def test_a_calculated_value_is_told_of_as_it_came_out(by_security: User) -> None:
    environment = Environment.objects.create(code="prod", name="Production", position=3)

    environment.position = F("position") + 1
    environment.save()

    assert lines_of(environment)[1:] == [("~", [("Position", "3", "4")])]


def test_columns_that_are_no_decision_leave_nothing(by_security: User) -> None:
    account = make_user(username="mia")
    before = len(lines_of(account))

    account.theme = User.Theme.DARK
    account.set_password("correct horse battery")
    account.save()
    account.save(update_fields=["last_login"])
    User.objects.filter(pk=account.pk).update(theme="light")

    assert len(lines_of(account)) == before
    assert {"password", "theme"}.isdisjoint(field.name for field in User.history.model._meta.fields)


def test_the_log_keeps_names_as_they_were(by_security: User) -> None:
    first, second = make_person(name="Wen Li"), make_person(name="Olga Novak")
    secret = make_secret(owner=first)

    secret.owner = second
    secret.save()
    Person.objects.filter(pk=first.pk).update(name="Wen Li-Novak")

    assert lines_of(secret)[1:] == [("~", [("Owner", "Wen Li", "Olga Novak")])]


def test_a_row_outside_an_act_is_refused(db: None) -> None:
    with pytest.raises(NoActError) as refused:
        Team.objects.create(name="Web")

    assert str(refused.value) == "A tracked row can only be changed within an act: see audit.acts.acting."
    assert list(Team.objects.all()) == []


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_row_without_a_reason_is_refused(security: User, reason: str) -> None:
    with acting(actor=security, source=ChangeSet.Source.WEB, reason=reason), pytest.raises(NoActError) as refused:
        Team.objects.create(name="Web")

    assert str(refused.value) == "This change has no reason: say why it is made."
    assert list(Team.objects.all()) == []


def test_a_row_written_by_nobody_is_refused(db: None) -> None:
    with acting(actor=None, source=ChangeSet.Source.WEB, reason="As agreed"), pytest.raises(NoActError) as refused:
        Team.objects.create(name="Web")

    assert str(refused.value) == "Nobody is named who makes this change: sign in, or name an account with --as."


def test_a_code_is_fixed_once_it_exists(by_security: User) -> None:
    service = make_service(code="stripe")

    service.code = "paypal"
    with pytest.raises(ValidationError) as refused:
        service.save()

    assert [error.code for error in refused.value.error_list] == ["fixed"]
    assert type(service).objects.get().code == "stripe"


def test_django_loads_no_tracked_rows_from_files(by_security: User) -> None:
    with pytest.raises(NoActError) as refused:
        Team(name="Web").save_base(raw=True)

    assert str(refused.value) == (
        "Tracked rows cannot be loaded from a file: restore a backup of the database instead."
    )


def test_rows_added_through_a_relation_are_told_of(by_security: User) -> None:
    person, team = make_person(), make_team(name="Web")

    team.members.add(person)

    assert lines_of(person)[1:] == [("~", [("Team", "", "Web")])]


def test_rows_taken_out_of_a_relation_are_told_of(by_security: User) -> None:
    team = make_team(name="Web")
    person = make_person(team=team)

    team.members.clear()

    assert lines_of(person)[1:] == [("~", [("Team", "Web", "")])]


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_every_way_to_the_rows_of_a_model_is_tracked(model: type[Tracked]) -> None:
    managers = {*model._meta.managers, model._base_manager}

    assert {manager.name: isinstance(manager.all(), TrackedQuerySet) for manager in managers} == {"objects": True}


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_no_row_is_changed_because_another_goes(model: type[Tracked]) -> None:
    """Django empties a column (SET_NULL) without a word to anybody."""
    relations = [field for field in model._meta.get_fields() if field.many_to_one or field.one_to_one]
    own = [field.remote_field for field in relations if field.concrete]

    assert {relation.on_delete for relation in own} <= {PROTECT, CASCADE}
    assert model._meta.many_to_many == ()


def test_a_titled_role_that_changes_hands_says_between_whom(by_security: User) -> None:
    first, second = make_person(name="Wen Li"), make_person(name="Olga Novak")
    role = TitledRole.objects.create(title="Security Lead", person=first)

    TitledRole.objects.filter(pk=role.pk).update(person=second)

    assert lines_of(role)[1:] == [("~", [("Person", "Wen Li", "Olga Novak")])]


def test_the_name_of_a_secret_stands_in_its_history(by_security: User) -> None:
    secret = make_secret(name="prod/stripe/secret_key", type=make_type())

    assert secret.history.get().name == "prod/stripe/secret_key"
    assert Secret.objects.get().name == "prod/stripe/secret_key"
