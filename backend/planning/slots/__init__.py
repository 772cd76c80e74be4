"""Windows that a running plan can really hold, kept for a citizen until the booking is made."""
