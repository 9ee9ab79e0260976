//! Documents as a table: flat, typed columns in the layout of Apache Arrow, which the schema defines.

use crate::Error;
use crate::kernel::{Function, Instance, Program, size_of_input};

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnType {
    /// A string in UTF-8.
    String,
    /// A Boolean.
    Boolean,
    /// A signed 64-bit integer.
    Integer,
    /// A 64-bit floating point number.
    Double,
    /// A signed 64-bit integer: microseconds since 1970, UTC.
    Timestamp,
    /// Bytes.
    Binary,
}

impl ColumnType {
    fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            1 => Self::String,
            2 => Self::Boolean,
            3 => Self::Integer,
            4 => Self::Double,
            5 => Self::Timestamp,
            6 => Self::Binary,
            _ => return None,
        })
    }

    /// The format in Arrow's C data interface, such as `u`.
    #[must_use]
    pub fn arrow_format(self) -> &'static str {
        match self {
            Self::String => "u",
            Self::Boolean => "b",
            Self::Integer => "l",
            Self::Double => "g",
            Self::Timestamp => "tsu:UTC",
            Self::Binary => "z",
        }
    }
}

/// The name and type of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnField {
    /// The name.
    pub name: String,
    /// The type of its values, or of their elements.
    pub column_type: ColumnType,
    /// Whether each value is a list of that type.
    pub is_list: bool,
}

/// The result of filling the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rows {
    /// How many messages were converted.
    pub rows: usize,
    /// How many bytes of the input these are; an incomplete message at its end is not converted.
    pub consumed: usize,
    /// The offset of the message after them, at its size, if it is malformed.
    pub malformed: Option<usize>,
}

/// The buffers of a column, in the layout of Apache Arrow.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Column<'a> {
    /// The number of rows.
    pub rows: usize,
    /// How many of them are null.
    pub nulls: usize,
    /// A bit for each row, 0 for null, starting with the lowest bit.
    pub validity: &'a [u8],
    /// A signed 32-bit integer for each row, and one more. Empty for types of fixed size.
    pub offsets: &'a [u8],
    /// The values: 64 bits each, a bit for Booleans, or the bytes that the offsets refer to.
    pub data: &'a [u8],
    /// For a list: the number of elements of all lists.
    pub elements: usize,
    /// For a list: the offsets of the elements, which refer to the data.
    pub element_offsets: &'a [u8],
}

const CODE_MALFORMED: u32 = 15;

/// Makes columns of binary messages of one type.
#[derive(Debug)]
pub struct Columns {
    kernel: Instance,
    fields: Vec<ColumnField>,
}

impl Columns {
    /// Returns the columns of a message type, by its full name, such as `acme.v1.Thing`. Column 0
    /// holds the messages themselves; its name is `document`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownMessage`] if the schema has no columns for it, and [`Error::Kernel`].
    pub fn new(message: &str) -> Result<Self, Error> {
        let mut kernel = Instance::new(Program::Columns)?;
        kernel.select(message, None)?;
        let count = kernel.call(Function::ColumnCount, &[])?.unsigned_abs();
        let mut fields = Vec::new();
        for index in 0..count {
            kernel.call(Function::DescribeColumn, &[index])?;
            let name = kernel.bytes(kernel.word(2), kernel.word(3) as usize)?;
            fields.push(ColumnField {
                name: String::from_utf8_lossy(name).into_owned(),
                column_type: ColumnType::from_number(kernel.word(0))
                    .ok_or_else(|| Error::Kernel("a column has an unknown type".into()))?,
                is_list: kernel.word(1) == 1,
            });
        }
        Ok(Self { kernel, fields })
    }

    /// Returns the names and types of the columns.
    #[must_use]
    pub fn fields(&self) -> &[ColumnField] {
        &self.fields
    }

    /// Fills all columns from size-delimited messages, as `pack_lines` of a converter returns them. Some
    /// megabytes are a good size.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfMemory`] if the input is larger than 512 MiB, or its columns do not fit into a
    /// WebAssembly memory. In the second case, and after [`Error::Kernel`], the columns cannot be used any
    /// more: every later call is [`Error::Kernel`].
    pub fn convert(&mut self, messages: impl AsRef<[u8]>) -> Result<Rows, Error> {
        let had_failed = self.kernel.has_failed();
        let rows = match self.call_convert(messages.as_ref()) {
            // The module traps where its allocator finds no memory.
            Err(Error::Kernel(_)) if self.kernel.has_failed() && !had_failed => {
                return Err(Error::OutOfMemory);
            }
            result => result?,
        };
        let word = |index| self.kernel.word(index) as usize;
        Ok(Rows {
            rows: usize::try_from(rows).map_err(|_| Error::Kernel("it has no message".into()))?,
            consumed: word(4),
            malformed: (self.kernel.word(0) == CODE_MALFORMED).then(|| word(1)),
        })
    }

    fn call_convert(&mut self, messages: &[u8]) -> Result<i32, Error> {
        self.kernel.load(messages)?;
        let size = size_of_input(messages.len())?;
        self.kernel.call(Function::Convert, &[size])
    }

    /// Returns the buffers of a column; none if there is no such column.
    ///
    /// # Errors
    ///
    /// The kernel failed.
    pub fn column(&mut self, index: usize) -> Result<Option<Column<'_>>, Error> {
        if self
            .kernel
            .call(Function::Column, &[size_of_input(index)?])?
            == 0
        {
            return Ok(None);
        }
        let kernel = &self.kernel;
        let word = |index| kernel.word(index) as usize;
        let buffer = |at: usize| kernel.bytes(kernel.word(at), word(at + 1));
        let is_list = kernel.word(1) == 1;
        Ok(Some(Column {
            rows: word(2),
            nulls: word(3),
            validity: buffer(4)?,
            offsets: buffer(6)?,
            data: buffer(8)?,
            elements: if is_list { word(10) } else { 0 },
            element_offsets: if is_list { buffer(11)? } else { &[] },
        }))
    }

    /// Returns the size of its WebAssembly memory, in bytes. It never shrinks.
    #[must_use]
    pub fn memory_size(&self) -> usize {
        self.kernel.memory_size()
    }
}
