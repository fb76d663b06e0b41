"""What GraphQL clients see."""
