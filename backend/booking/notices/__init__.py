"""What people are told: texts as data, one function that tells, as rows of the outbox."""
