"""What citizens say about a visit: ratings, and complaints that are answered in time."""
