"""The change log: what it records, who may read it, and from where."""
