"""Reading rows: lists page by page, rows by key, and statements that are kept."""
