"""Following a booking by a link that nobody can guess."""
