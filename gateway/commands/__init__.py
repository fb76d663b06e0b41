"""The functions behind the commands.

`gateway.cli` imports each when it runs.
"""
