"""A class that is loaded when it is first used: it is called, inherited from and asked `isinstance` as the class itself."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Union


class LazyClass:
    """Stands for a class until somebody needs it. Its module is read then, once."""

    def __init__(self, module: str, name: str) -> None:
        """Stand for the class of that name in that module."""
        self._module = module
        self.__name__ = self.__qualname__ = name
        self.__module__ = "yumen"

    @property
    def real(self) -> Any:  # noqa: ANN401  (a class that is not known here)
        """The class itself."""
        return getattr(import_module(self._module), self.__name__)

    def __call__(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  (the class's own)
        return self.real(*args, **options)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (the class's own)
        if name in ("__wrapped__", "_module"):  # what inspects a callable asks for the first, what copies one for the second
            raise AttributeError(name)
        return getattr(self.real, name)

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
