"""The REST API's own OpenAPI 3.1 document: what is written of the operations that the table routes."""
