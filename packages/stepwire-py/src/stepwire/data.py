from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Buffer

    Data: TypeAlias = Buffer
else:
    Data = bytes | bytearray | memoryview
"""What has bytes: any buffer, such as those of ``mmap``, NumPy and Arrow. It must not be changed
during a call."""
