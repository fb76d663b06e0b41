"""Renews the page and the table of the REST explorer.

`python -m docs.generate.rest_and_graphql > docs/rest-and-graphql.md` does both.
"""

import sys
from pathlib import Path

from docs.generate.rest_and_graphql.counterparts import FILE, counterparts
from docs.generate.rest_and_graphql.page import page

Path(FILE).write_bytes(counterparts())
sys.stdout.write(page())
