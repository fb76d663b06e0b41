"""How fast the gateway is, beside what one would choose instead: `python -m benchmarks --help`."""
