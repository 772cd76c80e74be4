"""The database's history: each revision says why, goes up and comes down again."""
