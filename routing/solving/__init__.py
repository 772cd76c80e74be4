"""The stages of `routing.solve`."""
