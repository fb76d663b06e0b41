"""Parts of statements: keys, columns, order and pages.

And prepared statements, which are ready to run.
"""
