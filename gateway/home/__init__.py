"""The page at the root for visitors of the printed address."""
