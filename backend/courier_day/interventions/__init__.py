"""What dispatchers, clerks and offices do between phones: acts of this server, by operation."""
