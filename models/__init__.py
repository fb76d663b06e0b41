"""Tables, migrations, the database, and the filter language compiled to SQL.

The lowest room of the house: it knows rows and statements, and nothing about
callers, GraphQL or HTTP.
"""
