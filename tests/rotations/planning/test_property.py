"""Random registers: every plan keeps every rule, and small ones are as good as any plan can be."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from rotations.planning import solver, solving
from rotations.planning.problem import Plan, Problem
from rotations.planning.solving import plan
from tests.rotations.planning.checker import best_by_trying, cost, faults
from tests.rotations.planning.problems import problems

pytestmark = pytest.mark.once


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_every_plan_keeps_every_rule(problem: Problem) -> None:
    assert faults(problem, plan(problem)) == []


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(problem=problems(most=4, length=6, people=2))
def test_no_plan_places_more_or_costs_less(problem: Problem) -> None:
    found: Plan = plan(problem)

    on = {placed.key: placed.on for placed in found.placed}
    assert (len(on), cost(problem, on)) == best_by_trying(problem)
    assert found.is_proven


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(problem=problems())
def test_the_same_problem_has_the_same_plan(problem: Problem) -> None:
    assert plan(problem) == plan(problem)


@pytest.mark.parametrize(
    "limits",
    [
        {"is_whole": lambda values: False},
        {"is_whole": lambda values: False, "MOST_BRANCHED": 0},
        {"_MOST_ROUNDS": 1},
        {"MOST_STEPS": -1},
    ],
    ids=["branched", "rounded", "few rounds", "taking what is left"],
)
def test_a_search_that_ends_early_keeps_every_rule(limits: dict[str, object]) -> None:
    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(problem=problems())
    def holds(problem: Problem) -> None:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in limits.items():
                patch.setattr(solving, name, value)
            assert faults(problem, plan(problem)) == []

    holds()


def test_a_solver_that_finds_nothing_in_time_leaves_a_plan_that_keeps_every_rule() -> None:
    @settings(max_examples=30, suppress_health_check=list(HealthCheck))
    @given(problem=problems())
    def holds(problem: Problem) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(solver._OPTIONS, "simplex_iteration_limit", 0)
            assert faults(problem, plan(problem)) == []

    holds()
