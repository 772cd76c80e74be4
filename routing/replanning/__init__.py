"""What `routing.replan` needs to know of a day under way, and may change of it."""
