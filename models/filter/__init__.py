"""The filter tree: what `q` and `where` mean, and how it becomes SQL."""
