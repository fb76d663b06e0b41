"""The contract's values: reading from and writing to documents."""
