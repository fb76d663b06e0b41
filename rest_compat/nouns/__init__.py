"""The requests and answers of each noun's operations."""
