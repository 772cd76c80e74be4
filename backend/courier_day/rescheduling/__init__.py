"""A booked visit is moved or cancelled, also when published; what changes is said first."""
