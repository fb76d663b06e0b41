"""Figures of the source text: `python -m benchmarks.style` prints them as a table."""
