"""Why an operation goes the standard way."""


class Unplanned(Exception):
    """The operation needs the standard execution."""
