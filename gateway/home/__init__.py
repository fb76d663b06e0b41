"""The page at the root: for people who open the address that the server prints."""
