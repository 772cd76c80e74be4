"""Random calls of every operation that /openapi.json describes, judged by schemathesis.

python -m tests.api_fuzz --examples 100 --seed 1 [--only PART-OF-A-PATH]
"""
