"""T07: nothing that is hidden can be computed from what is shown. The audit is another method than the product's: exact linear programming."""

import os
import random
from fractions import Fraction

import pytest

from surveys.suppression import ALL, SMALL, Asked, Figures, groups_to_hide, protect, totals


def largest(objective: list[int], rows: list[tuple[list[int], int]]) -> Fraction:
    """The maximum of objective . x for x >= 0 and each row . x <= limit: simplex with fractions and Bland's rule, in two phases."""
    n, m = len(objective), len(rows)
    table = [
        [Fraction(v) for v in row] + [Fraction(int(i == j)) for j in range(m)] + [Fraction(-1), Fraction(limit)]
        for i, (row, limit) in enumerate(rows)
    ]
    basis = [n + i for i in range(m)]
    helper = n + m

    def pivot(cost, row, column):
        by = table[row][column]
        table[row] = [v / by for v in table[row]]
        for other in [*(t for i, t in enumerate(table) if i != row), cost]:
            if factor := other[column]:
                other[:] = [a - factor * b for a, b in zip(other, table[row], strict=True)]
        basis[row] = column

    def run(cost, columns):
        while True:
            column = next((c for c in columns if cost[c] > 0), None)
            if column is None:
                return
            ratios = [(table[i][-1] / table[i][column], basis[i], i) for i in range(m) if table[i][column] > 0]
            assert ratios, "not bounded"
            pivot(cost, min(ratios)[2], column)

    if min(row[-1] for row in table) < 0:
        cost = [Fraction(0)] * (helper + 2)
        cost[helper] = Fraction(-1)
        worst = min(range(m), key=lambda i: table[i][-1])
        pivot(cost, worst, helper)
        run(cost, range(helper + 1))
        assert cost[-1] == 0, "no solution"
        if helper in basis:
            row = basis.index(helper)
            column = next(c for c in range(helper) if table[row][c])
            pivot(cost, row, column)
    for row in table:
        row[helper] = Fraction(0)
    cost = [Fraction(v) for v in objective] + [Fraction(0)] * (m + 2)
    for i, b in enumerate(basis):
        if factor := cost[b]:
            cost = [a - factor * v for a, v in zip(cost, table[i], strict=True)]
    run(cost, range(helper))
    return -cost[-1]


def recoverable(figures: Figures, hidden) -> list:
    """Hidden cells that the shown figures leave one value. The reader knows the size of every group."""
    found = []
    for n, asked in enumerate(figures.questions):
        hidden_cells = [(g, c) for g, row in asked.counts.items() for c in row if hidden.hides(n, g, c)]
        if asked.exclusive:
            found += recoverable_cells(n, asked, figures, hidden, hidden_cells)
        else:  # nothing ties two choices together
            for choice in {c for _, c in hidden_cells}:
                found += recoverable_cells(n, asked, figures, hidden, [cell for cell in hidden_cells if cell[1] == choice])
    return found


def recoverable_cells(n: int, asked: Asked, figures: Figures, hidden, cells: list) -> list:
    found = []
    if cells:
        at = {cell: i for i, cell in enumerate(cells)}
        rows = []

        def between(mine, low, high, rows=rows, at=at, cells=cells):
            line = [0] * len(cells)
            for cell in mine:
                line[at[cell]] = 1
            rows.append((line, high))
            if low > 0:
                rows.append(([-v for v in line], -low))

        for g, c in cells:
            between([(g, c)], *hidden.bounds.get((n, g, c), (0, figures.sizes[g])))
        for choice, total in totals(asked).items():
            mine = [cell for cell in cells if cell[1] == choice]
            shown = sum(row[choice] for g, row in asked.counts.items() if (g, choice) not in at)
            if mine and asked.has_all:
                if not hidden.hides(n, ALL, choice):
                    between(mine, total - shown, total - shown)
                elif bound := hidden.bounds.get((n, ALL, choice)):
                    between(mine, bound[0] - shown, bound[1] - shown)
        if asked.exclusive:
            for g, row in asked.counts.items():
                mine = [cell for cell in cells if cell[0] == g]
                if mine:
                    between(mine, 0, figures.sizes[g] - sum(v for c, v in row.items() if (g, c) not in at))
        for cell in cells:
            aim = [int(other == cell) for other in cells]
            if largest(aim, rows) == -largest([-v for v in aim], rows):
                found.append((n, *cell))
    return found


def drawn(draw: random.Random) -> tuple[Figures, int]:
    minimum = draw.choice([3, 5, 10, 20])
    sizes = {f"group {n}": draw.choice([1, 2, 4, 8, 9, 10, 12, 15, 19, 25, 60, 300]) for n in range(draw.randint(1, 5))}
    asked = []
    for _ in range(2):
        exclusive = draw.random() < 0.5
        choices = [f"choice {n}" for n in range(draw.randint(2, 4))]
        counts = {}
        for group, size in sizes.items():
            left, row = size, {}
            for choice in choices:
                row[choice] = draw.choice([0, draw.randint(0, left), left if exclusive else size])
                left -= row[choice] if exclusive else 0
            counts[group] = row
        asked.append(Asked(counts, exclusive))
    return Figures(sizes, asked), minimum


def audit(seed: int) -> None:
    figures, minimum = drawn(random.Random(seed))
    hidden = protect(figures, minimum=minimum)
    if hidden.everything:
        return
    assert recoverable(figures, hidden) == [], f"seed {seed}"
    for group, size in figures.sizes.items():
        assert group in hidden.groups or size >= minimum
    for n, asked in enumerate(figures.questions):
        for group, row in asked.counts.items():
            for choice, count in row.items():
                if figures.sizes[group] < SMALL and count in (0, figures.sizes[group]):
                    assert hidden.hides(n, group, choice)


@pytest.mark.parametrize("seed", range(12))
def test_nothing_hidden_can_be_computed(seed):
    audit(seed)


@pytest.mark.faults
def test_nothing_hidden_can_be_computed_in_1000_tables():
    for seed in range(1000 if os.environ.get("N") == "full" else 200):
        audit(1000 + seed)


def test_the_audit_sees_what_simple_hiding_gives_away():
    """Without the second hidden group and without the total the hidden one is a subtraction."""
    figures = Figures({"a": 60, "b": 40, "c": 4}, [Asked({"a": {"x": 30}, "b": {"x": 20}, "c": {"x": 1}})])
    hidden = protect(figures, minimum=10)
    hidden.groups = {"c"}
    hidden.cells = set()
    assert recoverable(figures, hidden) == [(0, "c", "x")]


def test_a_small_group_takes_the_next_smallest_along():
    assert groups_to_hide({"parents": 60, "neighbors": 40, "students": 4}, 10) == {"students", "neighbors"}
    assert groups_to_hide({"parents": 60, "neighbors": 40}, 10) == set()
    assert groups_to_hide({"a": 9, "b": 8, "c": 70}, 10) == {"a", "b"}
    assert groups_to_hide({"a": 9, "b": 9, "c": 70}, 10) == {"a", "b", "c"}, "18 of two groups under 10 is nine each"
    assert groups_to_hide({"a": 1, "b": 1, "c": 70}, 3) == {"a", "b", "c"}


def test_all_or_nothing_in_a_group_of_under_twenty_is_a_bound():
    figures = Figures({"a": 300, "b": 12}, [Asked({"a": {"x": 150, "y": 10}, "b": {"x": 12, "y": 6}})])
    hidden = protect(figures, minimum=10)
    assert hidden.hides(0, "b", "x")
    assert hidden.bounds[0, "b", "x"] == (10, 12)
    assert not hidden.hides(0, "b", "y")
    assert hidden.hides(0, ALL, "x"), "162 of all minus 150 is 12"


def test_fewer_respondents_than_the_minimum_show_nothing():
    hidden = protect(Figures({"a": 5}, [Asked({"a": {"x": 2}})]), minimum=10)
    assert hidden.everything
    assert hidden.hides(0, ALL, "x")


def test_large_groups_are_shown_as_they_are():
    figures = Figures({"a": 300, "b": 200}, [Asked({"a": {"x": 0, "y": 300}, "b": {"x": 1, "y": 2}}, exclusive=True)])
    hidden = protect(figures, minimum=10)
    assert not hidden.groups
    assert not hidden.cells
