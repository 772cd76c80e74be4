"""Procedures, checklists, fees, tariffs and the working calendar."""
