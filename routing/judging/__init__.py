"""What `routing.check` asks of a plan, written from the definition alone."""
