"""Offices and zones that close in the middle of a day, and open again."""
