"""The Emporix paths: parse, call the resolvers, render."""
