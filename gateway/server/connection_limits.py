"""Limits on what the client of one connection sends, and how slowly it reads."""

from typing import Final

HEAD_TIME: Final = 10.0
"""Seconds for the head of a request. It is checked at this interval, so it takes twice as long at most."""
SEND_TIME: Final = 30.0
"""The default seconds for a client to read written bytes. It is checked at the same interval as the head."""
LARGEST_HEAD: Final = 1_000_000
"""Bytes, give or take a packet. The setting behind the 431 response is far smaller."""
MOST_HEADERS: Final = 1_000
"""Header lines of a request, trailers included. A megabyte of the shortest ones takes 0.3 s to be read."""
MOST_WAITING: Final = 100
"""Requests of one connection that are read at once and wait for an earlier one."""
MOST_PARTS: Final = 10_000
"""Parts of a body without a least size. To read a megabyte byte by byte takes 0.5 s."""
SMALLEST_PART: Final = 8
"""Bytes of a part, on average, of a body with more of them."""
BAD_HOST: Final = "A request has exactly one Host header, which names a host."
TOO_MANY_HEADERS: Final = f"A request has at most {MOST_HEADERS:,} header lines."
TOO_SMALL_PARTS: Final = f"The chunks of a large body have {SMALLEST_PART} bytes or more on average."
TOO_MANY_WAITING: Final = f"At most {MOST_WAITING} requests of a connection may wait for an answer."
