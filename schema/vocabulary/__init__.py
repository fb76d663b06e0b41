"""What types, filters and mutations are declared with."""
