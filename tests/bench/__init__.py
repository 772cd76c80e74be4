"""The benchmark: this library and its peers side by side, judged by `routing.check`.

`python -m tests.bench --help` runs it.
"""
