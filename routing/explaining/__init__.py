"""How reasons of undone work are found, by trying."""
