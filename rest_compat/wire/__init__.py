"""HTTP for both APIs.

Bodies, headers, responses, errors, and the state of a request.
"""
