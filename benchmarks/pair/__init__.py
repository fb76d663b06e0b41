"""Two gateways that get the same requests in turns."""
