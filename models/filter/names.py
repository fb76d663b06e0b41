"""The field of a path and its free names."""

from typing import Final

from models.cache import Cache
from models.filter.catalogue import Catalogue, Kind
from models.filter.errors import FilterError
from models.filter.tree import NameParameter, Path
from models.language_tag import canonical_range

_PLACES: Final = Cache("field_paths", share=0.002)


def place_of(catalogue: Catalogue, path: Path) -> tuple[Kind, int] | None:
    """Return the kind and length of a path's field.

    The length counts the names of the field itself; None without such a field.
    """
    return _PLACES.get((catalogue, path), lambda: _resolved(catalogue, path))


def _resolved(catalogue: Catalogue, path: Path) -> tuple[Kind, int] | None:
    try:
        field = catalogue.resolve(path).field
    except FilterError:
        return None
    return field.kind, len(field.path)


class FreeNames:
    """Replaces the free names of paths with parameters.

    Free are names under `mixins` and languages. They become parameters of one statement.

    Equal names are one parameter. `values` are the names by parameter; `has_mixins` says whether some are
    under `mixins`, of which clients can make paths of any shape.
    """

    def __init__(self, catalogue: Catalogue, prefix: str) -> None:
        self.values: dict[str, str] = {}
        self.has_mixins = False
        self._catalogue = catalogue
        self._prefix = prefix
        self._parameters: dict[str, NameParameter] = {}

    def taken_from(self, path: Path) -> Path:
        """Return the path with parameters for its free names.

        The path itself where it has none.
        """
        kind, length = place_of(self._catalogue, path) or (None, 0)
        names = path[length:]
        if kind is Kind.JSON and names:
            self.has_mixins = True
            return (*path[:length], *map(self._parameter, names))
        if kind is Kind.LOCALIZED and names and (tag := canonical_range(names[0])) is not None:
            return (*path[:length], self._parameter(tag))
        return path

    def _parameter(self, name: str) -> NameParameter:
        parameter = self._parameters.get(name)
        if parameter is None:
            parameter = NameParameter(f"{self._prefix}_{len(self._parameters)}", name)
            self._parameters[name] = parameter
            self.values[str(parameter)] = name
        return parameter
