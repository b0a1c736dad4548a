"""The rows of the report: the values of each figure, and if its goals are met."""

from dataclasses import dataclass

OTHERS_WITH_PEER = ("msiv2", "command", "one scope", "libcurl started")  # the subjects that do what the peer does


@dataclass(frozen=True)
class Row:
    """A figure with its values in the figure's unit; None: not measured."""
    figure: object
    ours: float
    floor: float
    peer: float
    limits: tuple  # of each goal; None if its value was not measured

    @property
    def goal_text(self):
        return "; ".join(goal.text for goal in self.figure.goals)

    def met(self):
        """Returns "yes", "no", or "" if there is no goal that can be judged."""
        known = [limit for limit in self.limits if limit is not None]
        if not known:
            return ""
        return "yes" if all(self.ours <= limit for limit in known) else "no"


def value_of(results, run, subject, key):
    return results.get(run, {}).get(subject, {}).get(key)


def scaled(value, figure):
    return None if value is None else value * figure.scale


def limit_of(results, goal):
    """Returns the limit of a goal in the unit of what is measured; None if the other value was not measured."""
    if goal.of is None:
        return goal.offset
    run, subject, key = goal.of
    value = value_of(results, run, subject, key)
    return None if value is None else goal.factor * value + goal.offset


def row_of(results, figure):
    """Returns the row of a figure; None if it was not measured."""
    ours = scaled(value_of(results, figure.run, figure.ours, figure.key), figure)
    if ours is None:
        return None
    floor = value_of(results, *(figure.floor or (figure.run, "floor", figure.key)))
    peer = value_of(results, figure.run, "peer", figure.key) if figure.ours in OTHERS_WITH_PEER else None
    limits = (limit_of(results, goal) for goal in figure.goals)
    # The limit of a goal without a value of its own is in the unit of the row.
    limits = tuple(limit if goal.of is None else scaled(limit, figure) for goal, limit in zip(figure.goals, limits))
    return Row(figure, ours, scaled(floor, figure), scaled(peer, figure), limits)


def rows_of(results, section):
    return [row for figure in section.figures if (row := row_of(results, figure))]


def number(value, figure):
    """Returns a value as the report writes it."""
    return "" if value is None else f"{value:,.{figure.digits}f}"


def ratio(value, other):
    """Returns value / other as a text; empty if there is none."""
    return f"{value / other:.2f}x" if other else ""
