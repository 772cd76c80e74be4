"""Dossiers, legs and the custody log."""
