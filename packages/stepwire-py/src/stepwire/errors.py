from .conversion import Code


class StepwireError(ValueError):
    """A document was refused, and nothing of it was converted.

    It never holds any of the document but names of its members.
    """

    code: Code
    """What is wrong."""
    pointer: str
    """Where in the JSON, as a JSON Pointer (RFC 6901); with the name of a member that is missing.
    Empty for the whole document."""
    offset: int | None
    """Where in the input, in bytes; None if it is the size that was refused."""

    def __init__(self, code: Code, pointer: str, offset: int | None) -> None:
        place = "the document" if pointer == "" else pointer
        where = "" if offset is None else f" (byte {offset})"
        super().__init__(f"{code} at {place}{where}")
        self.code = code
        self.pointer = pointer
        self.offset = offset

    def __reduce__(self) -> tuple[type["StepwireError"], tuple[Code, str, int | None]]:
        return type(self), (self.code, self.pointer, self.offset)
