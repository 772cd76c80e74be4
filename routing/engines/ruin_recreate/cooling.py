"""The temperature of the search: what a worse plan may cost more and still be kept for a while."""

WARMEST, COOLEST = 0.4, 0.004
"""At the start and at the end, in parts of the average cost of a work in the first plan."""


class Cooling:
    """Falls from the warmest to the coolest by the same factor in equal shares of the budget."""

    def __init__(self, cost: float, works: int) -> None:
        """`cost` of the routes of the first plan, in 1/SCALE units."""
        self._warmest = WARMEST * max(1.0, cost / max(1, works))

    def at(self, share: float) -> float:
        """After a share of the budget, from 0 to 1."""
        return self._warmest * float((COOLEST / WARMEST) ** share)
