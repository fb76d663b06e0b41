"""Keeping the members of segments to what rules say: when customers change, and when time passes."""
