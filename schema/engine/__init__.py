"""Reading, limiting, planning and executing operations. Knows no noun."""
