"""The OpenAPI 3.1 document of the REST API.

It describes the operations that the table routes.
"""
