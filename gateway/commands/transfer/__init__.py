"""The commands `load` and `export`: data files into and out of a tenant."""
