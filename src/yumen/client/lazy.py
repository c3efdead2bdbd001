"""A class that is loaded when it is first used: it is called, inherited from and asked `isinstance` as the class itself."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from collections.abc import Callable


class LazyClass:
    """Stands for a class until somebody needs it. Its module is read then, once."""

    def __init__(self, module: str, name: str, prepare: Callable[[], None] = lambda: None) -> None:
        """Stand for the class of that name in that module. `prepare` is called before the module is read, and may refuse."""
        self._module = module
        self._prepare = prepare
        self.__name__ = self.__qualname__ = name
        self.__module__ = "yumen"

    @property
    def real(self) -> Any:  # noqa: ANN401  (a class that is not known here)
        """The class itself."""
        self._prepare()
        return getattr(import_module(self._module), self.__name__)

    def __call__(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  (the class's own)
        """Make an instance."""
        return self.real(*args, **options)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (the class's own)
        if name in ("__wrapped__", "_module", "_prepare", "real"):  # not its to hand on
            raise AttributeError(name)
        return getattr(self.real, name)

    def __reduce__(self) -> str:
        return self.__qualname__  # another process imports it by its name, as it does a class

    def __mro_entries__(self, _bases: tuple[object, ...]) -> tuple[type, ...]:
        """Let a class statement inherit from the class itself."""
        return (self.real,)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, self.real)

    def __subclasscheck__(self, subclass: type) -> bool:
        return issubclass(subclass, self.real)

    def __or__(self, other: Any) -> Any:  # noqa: ANN401  (a type, in an annotation that is evaluated)
        return Union[self, other]  # noqa: UP007  (the operator is what is made here)

    def __ror__(self, other: Any) -> Any:  # noqa: ANN401  (the same)
        return Union[other, self]  # noqa: UP007  (the same)

    def __repr__(self) -> str:
        return f"<class 'yumen.{self.__name__}'>"
