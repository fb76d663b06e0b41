"""OpenTelemetry spans from HTTP requests to SQL statements.

They are made where an exporter is configured. Only `switch` is imported where nothing is traced: the
libraries are an extra, and cost nothing when off.
"""
