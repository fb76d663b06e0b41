"""The outcome of a run for people: a table, and a chart that reads on light and on dark."""
