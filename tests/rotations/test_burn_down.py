"""How many secrets of a rotation are left, day by day."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rotations.burn_down import MOST_POINTS, BurnDown, Point, burn_down
from rotations.templatetags.rotation_drawings import burn_down as drawn
from tests.factories import TODAY


def before(days: int):
    return TODAY - timedelta(days=days)


def test_every_day_says_how_many_are_left() -> None:
    found = burn_down(total=4, settled_on=[before(1), before(1), TODAY], began_on=before(2), today=TODAY, until=TODAY)

    assert found == BurnDown(4, [Point(before(2), 4), Point(before(1), 2), Point(TODAY, 1)], TODAY)
    assert found.words == "4 secrets on 2026-07-12, 1 left on 2026-07-14. It is planned for 2026-07-14."


def test_few_secrets_make_no_picture() -> None:
    assert burn_down(total=2, settled_on=[TODAY], began_on=before(9), today=TODAY, until=None) is None


@settings(max_examples=60, deadline=None)
@given(
    st.integers(3, 400),
    st.lists(st.integers(0, 700), max_size=50),
    st.integers(0, 700),
    st.none() | st.integers(-300, 300),
)
def test_it_never_rises_and_ends_with_what_is_left(total: int, ago: list[int], began: int, until: int | None) -> None:
    ago = ago[:total]
    planned = None if until is None else TODAY + timedelta(days=until)

    found = burn_down(
        total=total, settled_on=[before(n) for n in ago], began_on=before(began), today=TODAY, until=planned
    )

    assert found is not None
    left = [point.left for point in found.points]
    assert left == sorted(left, reverse=True)
    assert (found.points[-1], len(left) <= MOST_POINTS) == (Point(TODAY, total - len(ago)), True)
    assert "nan" not in drawn(found)
