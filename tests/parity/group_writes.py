"""Steps that put groups into segments, and take them out."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.parity import strategies as some
from tests.parity.machine import APIS, TENANTS, ParityMachine, seen_at
from tests.parity.service import Document, Who


class GroupWrites(ParityMachine):
    """Groups in segments."""

    @rule(
        at=TENANTS,
        api=APIS,
        who=some.managers,
        segment_id=some.segment_ids,
        group_id=some.group_ids,
        content=st.tuples(some.contents, some.versions),
    )
    def assign_group(
        self,
        *,
        at: int,
        api: str,
        who: Who,
        segment_id: str,
        group_id: str,
        content: tuple[Document, str],
    ) -> None:
        row = self.tenants[at].model.tables.groups.get((segment_id, group_id))
        said = seen_at(content[0], row, content[1])
        self.write(at, api, lambda service: service.assign_group(who, segment_id, group_id, said))

    @rule(at=TENANTS, api=APIS, who=some.managers, segment_id=some.segment_ids, group_id=some.group_ids)
    def remove_group(self, *, at: int, api: str, who: Who, segment_id: str, group_id: str) -> None:
        self.write(at, api, lambda service: service.remove_group(who, segment_id, group_id))
