"""Simulated couriers: they live their published day over HTTP, with reference phones and faults.

What the runner knows it learned from the doors; docs/phone-sim.md tells what it simulates.
"""
