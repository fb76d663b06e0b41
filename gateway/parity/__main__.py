"""`python -m gateway.parity > docs/rest-and-graphql.md` renews the page."""

import sys

from gateway.parity.page import page

sys.stdout.write(page())
