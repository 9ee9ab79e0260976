"""A table of another schema replaces that of the kernel."""

from pathlib import Path

import pytest

from stepwire import Transcoder
from stepwire.v1.run_step_pb2 import MessageCreation, RunStep

from .vectors import PROJECT

JSON = '{"message_id":"m"}'
MODULE = PROJECT / "packages/stepwire-rs/src/stepwire.wasm"


def built_in_table() -> bytes:
    """The kernel's own table, from the data of the module."""
    return read_data(MODULE, 16384)


def read_data(module: Path, address: int) -> bytes:
    """The table at an address of the initial memory, from the data section of a module."""
    data = module.read_bytes()
    memory = bytearray(8 << 20)
    at = 8
    while at < len(data):
        kind = data[at]
        size, at = varint(data, at + 1)
        end = at + size
        if kind == 11:
            count, at = varint(data, at)
            for _ in range(count):
                # Active segments: 0, i32.const, the offset, end.
                assert data[at : at + 2] == b"\x00\x41"
                offset, at = varint(data, at + 2, signed=True)
                length, at = varint(data, at + 1)
                memory[offset : offset + length] = data[at : at + length]
                at += length
        at = end
    length = int.from_bytes(memory[address + 28 : address + 32], "little")
    return bytes(memory[address : address + length])


def varint(data: bytes, at: int, *, signed: bool = False) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        shift += 7
        at += 1
        if byte < 0x80:
            break
    if signed and byte & 0x40:
        value -= 1 << shift
    return value, at


def test_converts_by_the_table() -> None:
    table = built_in_table()
    creations = Transcoder(MessageCreation, table=bytearray(table))
    assert creations.to_json(creations.to_binary(JSON)).decode() == JSON
    assert creations.memory_size >= len(table)


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
            lambda table: (
                table[:28] + (len(table) + 16).to_bytes(4, "little") + table[32:] + bytes(16)
            ),
            "larger than",
        ),
    ],
)
def test_refuses_other_tables(change, reason: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=reason):
        Transcoder(RunStep, table=change(built_in_table()))
