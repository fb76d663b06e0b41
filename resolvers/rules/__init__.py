"""Rules of segments: membership that follows from the data of customers."""
