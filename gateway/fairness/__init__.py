"""Fair shares of the event loop: who uses much of it does not make others wait."""
