"""What clerks do at the counters of post offices and at the desks of one-stop offices.

Each act is one transaction of this server, with the same tables and locks as a phone's sync.
"""
