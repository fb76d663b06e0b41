"""The declared members of a noun, and their derivations."""
