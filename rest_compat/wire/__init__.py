"""HTTP for both APIs: bodies, headers, responses, errors, and the state of a request."""
