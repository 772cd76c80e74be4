"""What would get an undone work done: tried, priced, and applied as priced."""
