"""Parts of statements: keys, columns, order, pages, and statements that are ready to run."""
