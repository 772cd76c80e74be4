"""The domain of Tận Nơi: rows, rules, jobs and the command line; it knows no web framework."""
