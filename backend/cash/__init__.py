"""Money that couriers and counters take: plain entries, one an item and purse."""
