"""Which field a path means, and the names in it that clients choose freely."""

from typing import Final

from models.cache import Cache
from models.filter.catalogue import Catalogue, Kind
from models.filter.errors import FilterError
from models.filter.tree import NameParameter, Path

_PLACES: Final = Cache("field_paths", share=0.002)


def place_of(catalogue: Catalogue, path: Path) -> tuple[Kind, int] | None:
    """The kind of a path's field, and how many names the field itself has; None without such a field."""
    return _PLACES.get((catalogue, path), lambda: _resolved(catalogue, path))


def _resolved(catalogue: Catalogue, path: Path) -> tuple[Kind, int] | None:
    try:
        field = catalogue.resolve(path).field
    except FilterError:
        return None
    return field.kind, len(field.path)


class FreeNames:
    """Takes names under `mixins` out of paths, so that they become parameters of one statement.

    Equal names are one parameter. `values` are the names by parameter.
    """

    def __init__(self, catalogue: Catalogue, prefix: str) -> None:
        self.values: dict[str, str] = {}
        self._catalogue = catalogue
        self._prefix = prefix
        self._parameters: dict[str, NameParameter] = {}

    def taken_from(self, path: Path) -> Path:
        """The path with parameters for its free names; the path itself where it has none."""
        place = place_of(self._catalogue, path)
        if place is None or place[0] is not Kind.JSON or len(path) == place[1]:
            return path
        return (*path[: place[1]], *map(self._parameter, path[place[1] :]))

    def _parameter(self, name: str) -> NameParameter:
        parameter = self._parameters.get(name)
        if parameter is None:
            parameter = NameParameter(f"{self._prefix}_{len(self._parameters)}", name)
            self._parameters[name] = parameter
            self.values[str(parameter)] = name
        return parameter
