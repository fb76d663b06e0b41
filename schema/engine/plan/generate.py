"""Generates the function from rows to response objects.

An `Assembler` collects one expression per selected field, over a row `r`, an object `o` that
stands for it where fields are computed, and one value `v` per link. The function looks like this:

    def assemble(rows, prepared, links):
        [p0] = prepared
        return [
            {
                'id': r['id'],
                'name': p0(r['name']),
                'customerAssignments': v0,
            }
            for r, v0 in zip(rows, *links)
        ]

The `p` are made once per run: text pickers, and functions of fields that take arguments. Response
keys and column names enter the source only as `repr`, and everything else by reference.
"""

from collections.abc import Callable, Sequence
from typing import Any

from schema.engine.plan.request import PlanRequest

Expression = str
Prepare = Callable[[PlanRequest], Any]
"""Makes a value that a function needs once per run."""
Assemble = Callable[[Sequence[Any], Sequence[Any], Sequence[Sequence[Any]]], list[Any]]


class Assembler:
    """The source of the function for one selection."""

    def __init__(self) -> None:
        self.members: list[tuple[str, Expression]] = []
        self.constants: dict[str, Any] = {}
        self.prepares: list[Prepare] = []
        self.makes_object: Callable[..., Any] | None = None
        self._links = 0

    def constant(self, value: Any) -> Expression:
        """A name for a constant value."""
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def prepared(self, prepare: Prepare) -> Expression:
        """A name for a value of each run."""
        self.prepares.append(prepare)
        return f"p{len(self.prepares) - 1}"

    def link(self) -> Expression:
        """A name for the value of the next link."""
        self._links += 1
        return f"v{self._links - 1}"

    def source(self) -> str:
        """The text of the function."""
        members = "".join(f"            {key!r}: {expression},\n" for key, expression in self.members)
        prepared = ", ".join(f"p{index}" for index in range(len(self.prepares)))
        links = "".join(f", v{index}" for index in range(self._links))
        loop = f"for r{links} in zip(rows, *links)" if links else "for r in rows"
        if self.makes_object:
            loop += " for o in (make(row=r),)"
        return (
            "def assemble(rows, prepared, links):\n"
            f"    [{prepared}] = prepared\n"
            f"    return [\n        {{\n{members}        }}\n        {loop}\n    ]\n"
        )

    def compiled(self) -> Assemble:
        """The function from rows, prepared values and links to objects."""
        scope = {**self.constants, "make": self.makes_object}
        exec(compile(self.source(), "<plan>", "exec"), scope)  # noqa: S102  (our own text, see above)
        assemble: Assemble = scope["assemble"]
        return assemble
