"""The host of the WebAssembly kernel. docs/kernel-abi.md describes the interface."""

import ctypes
import os
import secrets
import struct
import threading
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Literal

import wasmtime

from .conversion import CODES, OUT_OF_MEMORY
from .errors import StepwireError

VERSION = 1

RESULT = 64
"""Where the kernel says what the last call came to: code, offset, place of the output."""

TABLE = 16384
"""Where the kernel has the table of its messages."""

TABLE_HEADER = struct.Struct("<4s20xII")
"""Of a table: a mark, the layout that it has, and its size."""

MINIMUM_CAPACITY = 16 * 1024
LARGE_MEMORY = 16 * 1024 * 1024
"""An instance with more memory is given up, as WebAssembly memories never shrink."""

Direction = Literal["toBinary", "toJson"]

_lock = threading.Lock()
_compiled: tuple[wasmtime.Engine, wasmtime.Module] | None = None


def _compile() -> tuple[wasmtime.Engine, wasmtime.Module]:
    """The compiled kernel; once in a process."""
    global _compiled
    with _lock:
        if _compiled is None:
            wasm = files(__package__).joinpath("stepwire.wasm").read_bytes()
            engine = wasmtime.Engine()
            _compiled = engine, wasmtime.Module(engine, wasm)
        return _compiled


class Instance:
    """The kernel for one message type, with a memory of its own; for one thread at a time."""

    def __init__(self, message: str, table: bytes | None) -> None:
        engine, module = _compile()
        self._store = wasmtime.Store(engine)
        exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        memory = exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        self._memory = memory

        def call(name: str) -> Callable[..., int]:
            function = exports[name]
            assert isinstance(function, wasmtime.Func)
            return partial(function, self._store)

        if call("version")() != VERSION:
            raise RuntimeError("stepwire.wasm is of another version than this package")
        seed = secrets.randbits(64)
        call("seedHash")(_signed(seed & 0xFFFFFFFF), _signed(seed >> 32))
        self._reserve_input = call("reserveInput")
        self._convert = {"toBinary": call("toBinary"), "toJson": call("toJson")}
        self._explain = call("explain")
        self._capacity = 0
        self._input = 0
        self._address = 0
        name = message.encode()
        self._load(name)
        if table is not None:
            self._replace_table(table)
        if call("selectMessage")(len(name)) == 0:
            owner = "stepwire.wasm" if table is None else "the table"
            raise ValueError(f"{owner} does not know a message {message!r}")

    def _replace_table(self, table: bytes) -> None:
        mark, layout, capacity = TABLE_HEADER.unpack(
            ctypes.string_at(self._address + TABLE, TABLE_HEADER.size)
        )
        if len(table) < TABLE_HEADER.size or table[:4] != mark:
            raise ValueError("the table was not written by `stepwire table`")
        if TABLE_HEADER.unpack_from(table) != (mark, layout, len(table)):
            raise ValueError(
                "the table is incomplete, or for another version of stepwire;"
                " write it with the version of this package"
            )
        if len(table) > capacity:
            raise ValueError(f"the table has {len(table)} bytes; at most {capacity} have room")
        ctypes.memmove(self._address + TABLE, table, len(table))

    @property
    def memory_size(self) -> int:
        return self._memory.data_len(self._store)

    def convert(self, direction: Direction, data: bytes, max_depth: int, refused: int) -> bytes:
        self._load(data)
        size = self._convert[direction](len(data), max_depth, refused)
        self._locate()
        if size >= 0:
            return self._read(self._result(2), size)
        raise self._error()

    def _error(self) -> Exception:
        size = self._explain()
        self._locate()
        code = self._result(0)
        if code == OUT_OF_MEMORY:
            return MemoryError("a WebAssembly memory cannot hold the document and its conversion")
        if code not in CODES:
            return RuntimeError(f"stepwire.wasm stopped with the code {code}")
        pointer = self._read(self._result(2), size).decode() if size > 0 else ""
        return StepwireError(CODES[code], pointer, self._result(1))

    def _load(self, data: bytes) -> None:
        size = len(data)
        if size > self._capacity:
            capacity = max(MINIMUM_CAPACITY, size + size // 4)
            self._input = self._reserve_input(capacity)
            if self._input == 0:
                raise MemoryError("a WebAssembly memory cannot hold the document")
            self._capacity = capacity
            self._locate()
        ctypes.memmove(self._address + self._input, data, size)

    def _read(self, place: int, size: int) -> bytes:
        return ctypes.string_at(self._address + place, size)

    def _result(self, word: int) -> int:
        return ctypes.c_uint32.from_address(self._address + RESULT + 4 * word).value

    def _locate(self) -> None:
        """Notes where the memory is; a call that makes it grow may move it."""
        pointer = ctypes.cast(self._memory.data_ptr(self._store), ctypes.c_void_p)
        assert pointer.value is not None
        self._address = pointer.value


class Kernel:
    """The kernel for one message type, for any number of threads.

    Each call has an instance for itself, which is kept for the next call. Instances of
    threads that wait would only hold memory: no more are kept than there are processors.
    """

    def __init__(self, message: str, table: bytes | None) -> None:
        self._message = message
        self._table = table
        self._idle = [Instance(message, table)]
        self._most_idle = os.cpu_count() or 1

    def convert(self, direction: Direction, data: bytes, max_depth: int, refused: int) -> bytes:
        try:
            # The operations of lists are atomic.
            instance = self._idle.pop()
        except IndexError:
            instance = Instance(self._message, self._table)
        try:
            output = instance.convert(direction, data, max_depth, refused)
        except StepwireError:
            self._release(instance)
            raise
        # After anything else, an instance may be in any state.
        self._release(instance)
        return output

    @property
    def memory_size(self) -> int:
        """How many bytes of memory the idle instances have."""
        return sum(instance.memory_size for instance in tuple(self._idle))

    def _release(self, instance: Instance) -> None:
        if instance.memory_size <= LARGE_MEMORY and len(self._idle) < self._most_idle:
            self._idle.append(instance)


def _signed(word: int) -> int:
    return word - (1 << 32) if word >> 31 else word
