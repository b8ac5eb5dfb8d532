"""The measuring side: load clients, peers to compare with, and the table that `make bench` prints.

Nothing here is imported by the server, and nothing here asserts a time: a slow machine gets a table, not a failure.
"""
