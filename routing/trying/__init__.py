"""Exact trial insertions on the real clock, in plain Python: what explains, mends and judges."""
