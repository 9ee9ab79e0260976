from typing import Literal, get_args

Code = Literal[
    "not_json",
    "not_an_object",
    "duplicate_member",
    "lone_surrogate",
    "too_deep",
    "too_large",
    "missing_member",
    "wrong_type",
    "unknown_member",
    "unknown_value",
    "unknown_variant",
    "tag_mismatch",
    "not_representable",
    "invalid_residue",
    "malformed_binary",
]
"""What can be wrong with a document; docs/mapping.md says when."""

CODES: tuple[Code, ...] = get_args(Code)
"""The codes in the order of their numbers in the kernel, which start at 1."""


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
