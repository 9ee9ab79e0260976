//! Columns of documents, in the layout of Arrow.

use std::ops::Range;

use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::{Converter, Error};

use crate::error::{refused_document, to_exception};

/// Converts values between 32-bit offsets. Returns the offsets and the values of the result.
///
/// A value that is null has the size 0 by convention, and stays that: its validity is the caller's.
pub fn convert<'py>(
    py: Python<'py>,
    converter: &Converter,
    to_json: bool,
    offsets: &[u8],
    values: &[u8],
    rows: Range<usize>,
) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let (words, _) = offsets.as_chunks::<4>();
    let words = words
        .get(rows.start..=rows.end)
        .ok_or_else(|| PyValueError::new_err("the array has fewer offsets than values"))?;
    let result = py.detach(|| {
        let mut output = Vec::with_capacity(values.len());
        let mut ends = Vec::with_capacity(offsets.len());
        ends.extend_from_slice(&0_i32.to_le_bytes());
        for (row, pair) in words.windows(2).enumerate() {
            let [start, end] = [pair[0], pair[1]].map(|word| i32::from_le_bytes(word) as usize);
            let value = values.get(start..end).ok_or(Failure::Offsets)?;
            if !value.is_empty() {
                let converted = if to_json {
                    converter.to_json_into(value, &mut output)
                } else {
                    converter.to_binary_into(value, &mut output)
                };
                converted.map_err(|error| Failure::Convert(row, start, error))?;
            }
            let end = i32::try_from(output.len()).map_err(|_| Failure::TooLarge)?;
            ends.extend_from_slice(&end.to_le_bytes());
        }
        Ok((ends, output))
    });
    match result {
        Ok((ends, output)) => Ok((PyBytes::new(py, &ends), PyBytes::new(py, &output))),
        Err(Failure::Offsets) => Err(PyValueError::new_err(
            "the array has offsets out of its values",
        )),
        Err(Failure::TooLarge) => Err(PyOverflowError::new_err(
            "the array would have 2 GiB or more",
        )),
        Err(Failure::Convert(row, start, Error::Refused(violation))) => Err(refused_document(
            py,
            &violation,
            row as u64 + 1,
            start as u64,
        )),
        Err(Failure::Convert(_, _, error)) => Err(to_exception(py, error)),
    }
}

enum Failure {
    Offsets,
    TooLarge,
    Convert(usize, usize, Error),
}
