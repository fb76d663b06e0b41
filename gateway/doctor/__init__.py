"""Checks of an installation. Each finding says what to do."""
