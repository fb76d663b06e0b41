"""The members of a noun, declared once, and what is derived from them."""
