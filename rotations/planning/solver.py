"""Hands linear problems to HiGHS and takes its answers. One thread and fixed limits: same problem, same answer."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

# Branches that are looked at before the best plan so far is taken: a number, for with a limit of time every machine
# would have a plan of its own.
MOST_NODES = 200
MOST_ITERATIONS = 40_000
INFINITE = float("inf")
ALMOST = 1e-6
# How the simplex method goes. From nothing the primal one takes half the time where there is too little room; from an
# answer that later rows cut off, the dual one needs a few steps.
_DUAL, _PRIMAL = 1, 4
_OPTIONS = {
    "output_flag": False,
    "solver": "simplex",  # ends in a corner, and corners of networks are whole numbers
    "simplex_strategy": _PRIMAL,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "simplex_iteration_limit": MOST_ITERATIONS,
    "mip_max_nodes": MOST_NODES,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,  # prices are whole numbers
}


@dataclass(slots=True)
class Linear:
    """Columns with prices, from zero to a bound, and rows over them; prices are paid as little as possible."""

    costs: list[int] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    places: list[int] = field(default_factory=list)
    factors: list[int] = field(default_factory=list)
    rows: dict[Hashable, int] = field(default_factory=dict)
    row_lowers: list[float] = field(default_factory=list)
    row_uppers: list[float] = field(default_factory=list)

    def row(self, name: Hashable, lower: float, upper: float) -> int:
        """Return the row of this name; its bounds are those it was first asked for with."""
        at = self.rows.setdefault(name, len(self.rows))
        if at == len(self.row_lowers):
            self.row_lowers.append(lower)
            self.row_uppers.append(upper)
        return at

    def column(self, cost: int, entries: Sequence[tuple[int, int]], *, upper: float = INFINITE) -> int:
        """Add a column with these (row, factor), and return its place."""
        self.costs.append(cost)
        self.uppers.append(upper)
        for row, factor in entries:
            self.places.append(row)
            self.factors.append(factor)
        self.starts.append(len(self.places))
        return len(self.costs) - 1


class Solver:
    """One linear problem in the hands of HiGHS; what is asked for later is solved from where it stands."""

    def __init__(self, linear: Linear) -> None:
        import highspy  # takes a second that no command should pay

        library: Any = highspy
        self._linear, self._highspy = linear, library
        self._highs = library.Highs()
        for name, value in _OPTIONS.items():
            self._highs.setOptionValue(name, value)
        self._highs.passModel(_model(linear, highspy))

    def values(self) -> Sequence[float] | None:
        """Return the cheapest values of the columns; None where the limits ended the search before there were any."""
        if not self._linear.costs:
            return []
        self._highs.run()
        is_feasible = int(self._highspy.SolutionStatus.kSolutionStatusFeasible)
        if self._highs.getInfo().primal_solution_status != is_feasible:
            return None
        return list(self._highs.getSolution().col_value)

    @property
    def is_optimal(self) -> bool:
        """Whether nothing is cheaper than the values returned last."""
        return not self._linear.costs or self._highs.getModelStatus() == self._highspy.HighsModelStatus.kOptimal

    def at_most(self, one: int, other: int | None) -> None:
        """Ask that column `one` is never more than `other`; None is zero."""
        columns, factors = ([one], [1.0]) if other is None else ([one, other], [1.0, -1.0])
        self._highs.addRow(-INFINITE, 0.0, len(columns), columns, factors)
        self._highs.setOptionValue("simplex_strategy", _DUAL)

    def fix(self, column: int, value: int) -> None:
        """Leave the column no other value."""
        self._highs.changeColBounds(column, float(value), float(value))

    def whole(self, columns: Collection[int]) -> None:
        """Ask for whole numbers in these columns."""
        for column in columns:
            self._highs.changeColIntegrality(column, self._highspy.HighsVarType.kInteger)

    def loosen(self, columns: Collection[int]) -> None:
        """Ask no longer for whole numbers in these columns."""
        for column in columns:
            self._highs.changeColIntegrality(column, self._highspy.HighsVarType.kContinuous)


def _model(linear: Linear, highspy: Any) -> Any:
    import numpy as np

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(linear.costs), len(linear.rows)
    model.col_cost_ = np.array(linear.costs, dtype=float)
    model.col_lower_ = np.zeros(len(linear.costs))
    model.col_upper_ = np.array(linear.uppers, dtype=float)
    model.row_lower_ = np.array(linear.row_lowers, dtype=float)
    model.row_upper_ = np.array(linear.row_uppers, dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.array(linear.starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(linear.places, dtype=np.int32)
    model.a_matrix_.value_ = np.array(linear.factors, dtype=float)
    return model
