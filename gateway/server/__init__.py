"""The processes of the server: their start, connections, memory and tasks."""
