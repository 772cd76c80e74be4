"""When couriers will be where: forecasts with a range learned from how wrong earlier ones were."""
