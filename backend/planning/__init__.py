"""Plans, routes, stops and the job that makes them."""
