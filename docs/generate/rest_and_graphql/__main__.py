"""`python -m docs.generate.rest_and_graphql > docs/rest-and-graphql.md` renews the page."""

import sys

from docs.generate.rest_and_graphql.page import page

sys.stdout.write(page())
