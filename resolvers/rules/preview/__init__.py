"""What setting a rule would change, now and on the days ahead."""
