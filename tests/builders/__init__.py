"""Builders of test subjects: one function per noun, sensible unless told otherwise."""
