"""What a rule is: its content as clients write it, and what follows from that."""
