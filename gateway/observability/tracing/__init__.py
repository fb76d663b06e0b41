"""OpenTelemetry spans from the HTTP request down to each SQL statement, where an exporter is configured.

Only `switch` is imported where nothing is traced: the libraries are an extra, and cost nothing when off.
"""
