"""Tables, migrations, the database, and the filter language compiled to SQL.

The lowest layer: it knows rows and statements, and nothing of callers, GraphQL or HTTP.
"""
