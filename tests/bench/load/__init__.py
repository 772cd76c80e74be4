"""What one API process carries: couriers on the road, and a wave of phones that were offline.

`python -m tests.bench.load --help` runs it; docs/load.md shows the kept results.
"""
