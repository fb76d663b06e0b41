"""The price of the change log: writes with it and without it."""
