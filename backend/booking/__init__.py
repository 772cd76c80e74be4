"""Bookings and the operations that make them."""
