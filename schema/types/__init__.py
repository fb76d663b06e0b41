"""The object types, one noun a file."""
