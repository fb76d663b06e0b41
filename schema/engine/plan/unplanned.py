"""Why an operation goes the standard way."""


class Unplanned(Exception):
    """The operation has something that plans do not cover; the standard execution answers it."""
