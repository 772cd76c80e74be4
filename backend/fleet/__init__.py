"""Couriers, vehicles and shifts."""
