"""Commands, sync and the courier's day."""
