"""What `routing.insertion` takes and answers."""
