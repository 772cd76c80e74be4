"""How orders become times; `routing.schedule` is its public face."""
