"""People, roles, devices and tokens."""
