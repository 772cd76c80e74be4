"""Revisions in order; `tannoi migrate --write` drafts the next one from the models."""
