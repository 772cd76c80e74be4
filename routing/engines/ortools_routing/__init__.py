"""OR-Tools' routing library as an engine: second opinion, and the fallback without Numba.

Breaks and lunch gaps are cut out of its clock (see `gap_clock`), since its own break intervals
and window holes make the search crawl. What it finds is judged on the real clock afterwards.
"""

from routing.engines.ortools_routing.search import search

__all__ = ["search"]
