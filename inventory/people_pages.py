"""The pages about people: who owns what, one person, one team, and the order in which people are called."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.context import address
from audit.models import User
from audit.policies import is_security
from contacts import escalation as call_orders
from contacts.models import Absence, Person, Team, TitledRole
from contacts.policies import may_edit_contacts, may_edit_person, may_see_people
from inventory import holdings
from inventory.models import Secret
from inventory.people_form import PeopleForm

PER_PAGE = 50
SECRETS_SHOWN = 25


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    user, today = _asking(request), timezone.localdate()
    form = PeopleForm(request.GET)
    page = Paginator(form.people(Person.objects.visible_to(user)), PER_PAGE).get_page(request.GET.get("page"))
    teams = list(Team.objects.visible_to(user).select_related("lead").order_by("name", "pk"))
    shown = {
        "form": form,
        "page": page,
        "holdings": holdings.holdings(page.object_list, today=today),
        "titles": holdings.titles(page.object_list),
        "away": call_orders.away_until(page.object_list, today=today),
        "gaps": holdings.gaps(),
        "teams": teams,
        "team_counts": holdings.team_counts(teams),
    }
    return render(request, "contacts/people.html", shown | _doors(user))


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    user, today = _asking(request), timezone.localdate()
    found = get_object_or_404(Person.objects.visible_to(user).select_related("team", "account"), pk=pk)
    owned = Secret.objects.in_use().owned_by(found)
    backed_up = Secret.objects.in_use().filter(backup_owner=found)
    shown = {
        "person": found,
        "holding": holdings.holdings([found], today=today)[found.pk],
        "owned": owned.with_people().most_urgent_first()[:SECRETS_SHOWN],
        "backed_up": backed_up.with_people().most_urgent_first()[:SECRETS_SHOWN],
        "leaving": holdings.leaving(found),
        "to_hand_over": holdings.to_hand_over(found, by=user),
        "absences": Absence.objects.filter(person=found, last_on__gte=today).order_by("first_on", "pk"),
        "may_edit": may_edit_person(user, found),
        "together_url": address("rotations:new") if is_security(user) else "",
    }
    return render(request, "contacts/person.html", shown | _doors(user))


@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    user, today = _asking(request), timezone.localdate()
    found = get_object_or_404(Team.objects.visible_to(user).select_related("lead"), pk=pk)
    members = list(found.members.order_by("-is_active", "name", "pk"))
    secrets = Secret.objects.in_use().of_team(found)
    shown = {
        "team": found,
        "members": members,
        "holdings": holdings.holdings(members, today=today),
        "away": call_orders.away_until(members, today=today),
        "secrets": secrets.with_people().most_urgent_first()[:SECRETS_SHOWN],
        "count": holdings.team_counts([found])[found.pk],
        "types": holdings.types_of(found),
        "steps": [number for number, step in enumerate(call_orders.path(), 1) if step.team_id == found.pk],
    }
    return render(request, "contacts/team.html", shown | _doors(user))


@require_safe
def escalation(request: HttpRequest) -> HttpResponse:
    user, today = _asking(request), timezone.localdate()
    titles = TitledRole.objects.select_related("person__team").order_by(
        "-is_primary_contact", "position", "title", "pk"
    )
    calls = call_orders.standing_order(today=today)
    away = call_orders.away_until([role.person for role in titles if role.person is not None], today=today)
    shown = {"calls": calls, "titles": titles, "away": away, "gaps": holdings.gaps()}
    return render(request, "contacts/escalation.html", shown | _doors(user))


def _asking(request: HttpRequest) -> User:
    """Return who asks, if they may see people at all."""
    user = cast(User, request.user)
    if not may_see_people(user):
        raise PermissionDenied
    return user


def _doors(user: User) -> dict[str, object]:
    """Return where people are added and secrets are listed, and whether `user` may change contacts."""
    may_edit = may_edit_contacts(user)
    return {"may_edit_contacts": may_edit, "secrets_url": address("inventory:secrets")}
