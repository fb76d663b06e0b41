"""Settings of the gateway, read from environment variables."""
