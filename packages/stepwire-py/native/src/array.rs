//! Columns of documents, in the layout of Arrow: the values of all rows, and 32-bit offsets.

use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::{Converter, Error};

use crate::data::Data;
use crate::error::{refused_document, to_exception};

/// The buffers of an Arrow array of strings or binary: validity or None, offsets, and values.
pub type Buffers<'py> = (
    Option<Bound<'py, PyAny>>,
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
);

/// A part of an array.
pub struct Rows<'a> {
    validity: Option<&'a [u8]>,
    offsets: &'a [[u8; 4]],
    values: &'a [u8],
    start: usize,
}

/// Calls a function with `count` rows of an array, from its row `start`, without the lock of the
/// interpreter.
pub fn with_rows<R: Send>(
    py: Python<'_>,
    (validity, offsets, values): &Buffers<'_>,
    start: usize,
    count: usize,
    run: impl FnOnce(&Rows<'_>) -> Result<R, Failure> + Send,
) -> PyResult<R> {
    let validity = validity.as_ref().map(Data::of_buffer).transpose()?;
    let offsets = Data::of_buffer(offsets)?;
    let values = Data::of_buffer(values)?;
    let rows = Rows {
        validity: validity.as_ref().map(Data::bytes),
        offsets: start
            .checked_add(count)
            .and_then(|end| offsets.bytes().as_chunks::<4>().0.get(start..=end))
            .ok_or_else(|| PyValueError::new_err("the array has fewer offsets than rows"))?,
        values: values.bytes(),
        start,
    };
    py.detach(|| run(&rows))
        .map_err(|failure| failure.into_exception(py))
}

impl<'a> Rows<'a> {
    /// The values with their offsets; none for a row that is null.
    fn iter(&self) -> impl Iterator<Item = Result<Option<(usize, &'a [u8])>, Failure>> {
        self.offsets.windows(2).enumerate().map(|(row, pair)| {
            let bit = self.start + row;
            let validity = self.validity.and_then(|bits| bits.get(bit / 8));
            if validity.is_some_and(|byte| byte >> (bit % 8) & 1 == 0) {
                return Ok(None);
            }
            let [start, end] =
                [pair[0], pair[1]].map(|word| usize::try_from(i32::from_le_bytes(word)));
            let (Ok(start), Ok(end)) = (start, end) else {
                return Err(Failure::Offsets);
            };
            let value = self.values.get(start..end).ok_or(Failure::Offsets)?;
            Ok(Some((start, value)))
        })
    }

    /// Converts all values. Returns their new offsets and themselves.
    pub fn convert(
        &self,
        converter: &Converter,
        to_json: bool,
    ) -> Result<(Vec<u8>, Vec<u8>), Failure> {
        let mut output = Vec::new();
        let mut offsets = Vec::with_capacity(4 * self.offsets.len());
        offsets.extend_from_slice(&0_i32.to_le_bytes());
        for (row, value) in self.iter().enumerate() {
            if let Some((start, value)) = value? {
                let converted = if to_json {
                    converter.to_json_into(value, &mut output)
                } else {
                    converter.to_binary_into(value, &mut output)
                };
                converted.map_err(|error| Failure::Convert(row, start, error))?;
            }
            let end = i32::try_from(output.len()).map_err(|_| Failure::TooLarge)?;
            offsets.extend_from_slice(&end.to_le_bytes());
        }
        Ok((offsets, output))
    }

    /// Returns all messages as lines of JSON.
    pub fn to_lines(&self, converter: &Converter) -> Result<Vec<u8>, Failure> {
        let mut output = Vec::new();
        for (row, value) in self.iter().enumerate() {
            let (start, value) = value?.ok_or(Failure::Null(row))?;
            converter
                .to_json_into(value, &mut output)
                .map_err(|error| Failure::Convert(row, start, error))?;
            output.push(b'\n');
        }
        Ok(output)
    }

    /// Returns all messages, each after its size.
    pub fn delimit(&self) -> Result<Vec<u8>, Failure> {
        let mut output = Vec::new();
        for (row, value) in self.iter().enumerate() {
            let (_, value) = value?.ok_or(Failure::Null(row))?;
            let mut size = value.len();
            while size > 0x7f {
                output.push(size.to_le_bytes()[0] | 0x80);
                size >>= 7;
            }
            output.push(size.to_le_bytes()[0]);
            output.extend_from_slice(value);
        }
        Ok(output)
    }
}

/// Returns rows of an Arrow array of messages, each after its size.
#[pyfunction]
pub fn delimit_array<'py>(
    py: Python<'py>,
    buffers: Buffers<'py>,
    start: usize,
    count: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let messages = with_rows(py, &buffers, start, count, |rows| rows.delimit())?;
    Ok(PyBytes::new(py, &messages))
}

/// Makes Python's bytes of new offsets and values.
pub fn to_python<'py>(
    py: Python<'py>,
    (offsets, values): &(Vec<u8>, Vec<u8>),
) -> (Bound<'py, PyBytes>, Bound<'py, PyBytes>) {
    (PyBytes::new(py, offsets), PyBytes::new(py, values))
}

/// Why an array cannot be converted.
pub enum Failure {
    Offsets,
    TooLarge,
    Null(usize),
    /// The row and its offset.
    Convert(usize, usize, Error),
}

impl Failure {
    fn into_exception(self, py: Python<'_>) -> PyErr {
        match self {
            Self::Offsets => PyValueError::new_err("the array has offsets out of its values"),
            Self::TooLarge => PyOverflowError::new_err("the array would have 2 GiB or more"),
            Self::Null(row) => PyValueError::new_err(format!("row {} is null", row + 1)),
            Self::Convert(row, start, Error::Refused(violation)) => {
                refused_document(py, &violation, row as u64 + 1, start as u64)
            }
            Self::Convert(_, _, error) => to_exception(py, error),
        }
    }
}
