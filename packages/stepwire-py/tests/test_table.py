"""A table of another schema replaces that of the kernel."""

import ctypes
import struct

import pytest

from stepwire import Transcoder
from stepwire.kernel import TABLE, TABLE_HEADER, Instance
from stepwire.v1.run_step_pb2 import MessageCreation, RunStep

JSON = '{"message_id":"m"}'


def built_in_table() -> bytes:
    """The kernel's own table has the format of others."""
    instance = Instance("stepwire.v1.RunStep", None)
    address = instance._address + TABLE
    _, _, size = TABLE_HEADER.unpack(ctypes.string_at(address, TABLE_HEADER.size))
    return ctypes.string_at(address, size)


def test_converts_by_the_table() -> None:
    table = built_in_table()
    creations = Transcoder(MessageCreation, table=bytearray(table))
    assert creations.to_json(creations.to_binary(JSON)).decode() == JSON
    # Each instance has a memory of its own.
    instance = Instance("stepwire.v1.RunStep", table)
    assert instance.memory_size >= len(table)


def test_uses_nothing_but_the_table() -> None:
    table = built_in_table()
    renamed = table.replace(b"stepwire.v1.MessageCreation", b"stepwire.v1.MessageDeletion")
    assert renamed != table
    with pytest.raises(ValueError, match="the table does not know"):
        Transcoder(MessageCreation, table=renamed)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda table: b"", "was not written by"),
        (lambda table: b"{}" + table, "was not written by"),
        (lambda table: table[:-1], "is incomplete"),
        (lambda table: table[:24] + b"\0\0\0\0" + table[28:], "for another version"),
        (
            lambda table: table[:28] + struct.pack("<I", len(table) + 16) + table[32:] + bytes(16),
            "at most",
        ),
    ],
)
def test_refuses_other_tables(change, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=reason):
        Transcoder(RunStep, table=change(built_in_table()))
