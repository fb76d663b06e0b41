"""The exception for operations without a plan."""


class Unplanned(Exception):
    """The operation needs the standard execution."""
