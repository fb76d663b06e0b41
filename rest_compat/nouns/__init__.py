"""What the operations of each noun read and answer."""
