"""Sample days: invented bookings and shifts that enter through the same doors as real ones."""
