"""Tests of Tận Nơi; a package, so that `tests.builders` is ours and nobody else's."""
