"""The docs are tested: pages written from code must not fall behind it."""
