"""The contract's values: how they are read from documents, and shown again."""
