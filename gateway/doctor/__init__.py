"""Checks of an installation, each finding with a remedy."""
