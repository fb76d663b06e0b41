"""What the commands do; `gateway.cli` imports each when it runs."""
