"""How late a streamed change comes, what idle streams cost, how fast many are served."""
