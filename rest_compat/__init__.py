"""The Customer Segment Service's own REST operations: parse, call the resolvers, render."""
