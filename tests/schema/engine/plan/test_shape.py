from typing import Any, cast

from schema.engine.plan.link import JoinedLink
from schema.engine.plan.request import PlanRequest
from schema.engine.plan.shape import Link, RowShape

REQUEST = cast("PlanRequest", "request")


class Names:
    """A link that counts its questions."""

    def __init__(self) -> None:
        self.questions = 0

    async def values(self, rows: Any, request: PlanRequest) -> list[Any]:
        assert request is REQUEST
        self.questions += 1
        return [row["id"].upper() for row in rows]


def shape(*links: Link) -> RowShape:
    return RowShape(
        frozenset({"id"}), links, (str,), lambda rows, prepared, linked: [rows, list(prepared), list(linked)]
    )


async def test_each_link_is_asked_once_for_all_rows() -> None:
    names = Names()
    rows = [{"id": "a"}, {"id": "b"}]
    assert await shape(names).objects(rows, REQUEST) == [rows, ["request"], [["A", "B"]]]
    assert names.questions == 1


async def test_no_rows_need_no_question() -> None:
    names = Names()
    assert await shape(names).objects([], REQUEST) == []
    assert names.questions == 0


def test_joined_rows_lead_nowhere() -> None:
    joined = object.__new__(JoinedLink)
    assert not shape(joined).leads_on
    assert shape(Names()).leads_on
    assert shape().joined([{"id": "a"}], REQUEST) == [[{"id": "a"}], ["request"], []]
