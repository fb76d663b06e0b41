"""Each decision record has a status and a date, and the index lists all of them."""

import re
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(__file__).parents[2] / "docs" / "decisions"
RECORDS: Final = sorted(FOLDER.glob("[0-9]*.md"))
INDEX: Final = (FOLDER / "README.md").read_text()
HEAD: Final = re.compile(
    r"# ([0-9]+)\. (.+)\n\nStatus: (accepted|superseded by [0-9]+), ([0-9]{4}-[0-9]{2}-[0-9]{2})\n\n"
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_the_index_has_number_title_status_and_date(record: Path) -> None:
    head = HEAD.match(record.read_text())
    assert head is not None
    number, title, status, date = head.groups()
    assert int(record.name[:4]) == int(number)
    assert f"| [{number}]({record.name}) | {title} | {status} | {date} |\n" in INDEX


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.name)
def test_every_record_has_its_four_parts(record: Path) -> None:
    parts = re.findall(r"^\*\*(\w+)\.\*\*", record.read_text(), flags=re.MULTILINE)
    assert parts == ["Context", "Decision", "Consequences", "Alternatives"]
