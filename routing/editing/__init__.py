"""A person's changes to a plan: made on orders, timed by the schedule, judged before kept."""
