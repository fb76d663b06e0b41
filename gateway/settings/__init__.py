"""What the operator may choose, read from the environment."""
