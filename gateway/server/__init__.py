"""The processes of the server: start, connections, memory, tasks."""
