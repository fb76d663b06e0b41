"""What rules say about customers, in SQL."""
