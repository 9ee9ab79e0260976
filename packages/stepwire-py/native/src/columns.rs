//! Columns of documents.

use std::sync::Mutex;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::columns;

use crate::data::Data;
use crate::error::to_exception;

/// Makes columns of binary messages.
#[pyclass(frozen, module = "stepwire._native")]
pub struct Columns {
    inner: Mutex<columns::Columns>,
    #[pyo3(get)]
    fields: Vec<(String, &'static str, bool)>,
}

/// The rows, the nulls, and the buffers: validity, offsets and data; the elements and their offsets.
type Column<'py> = (
    usize,
    usize,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    Bound<'py, PyBytes>,
    usize,
    Bound<'py, PyBytes>,
);

#[pymethods]
impl Columns {
    #[new]
    fn new(py: Python<'_>, message: &str) -> PyResult<Self> {
        let inner = columns::Columns::new(message).map_err(|error| match error {
            stepwire::Error::UnknownMessage(name) => {
                PyValueError::new_err(format!("{name} has no columns"))
            }
            error => to_exception(py, error),
        })?;
        let fields = inner.fields().iter();
        let fields = fields
            .map(|field| {
                (
                    field.name.clone(),
                    field.column_type.arrow_format(),
                    field.is_list,
                )
            })
            .collect();
        Ok(Self {
            inner: Mutex::new(inner),
            fields,
        })
    }

    /// Returns the columns of whole size-delimited messages. Each buffer is copied once.
    fn convert<'py>(&self, messages: &Bound<'py, PyAny>) -> PyResult<Vec<Column<'py>>> {
        let py = messages.py();
        let data = Data::of_buffer(messages)?;
        let input = data.bytes();
        let mut guard = self
            .inner
            .try_lock()
            .map_err(|_| PyRuntimeError::new_err("another thread uses these columns"))?;
        let columns = &mut *guard;
        let converted = py.detach(|| columns.convert(input));
        let converted = converted.map_err(|error| to_exception(py, error))?;
        if let Some(offset) = converted.malformed {
            return Err(PyValueError::new_err(format!(
                "malformed message (offset {offset})"
            )));
        }
        if converted.consumed != input.len() {
            let offset = converted.consumed;
            return Err(PyValueError::new_err(format!(
                "the last message is cut off (offset {offset})"
            )));
        }
        let mut result = Vec::with_capacity(self.fields.len());
        for index in 0..self.fields.len() {
            let column = columns
                .column(index)
                .map_err(|error| to_exception(py, error))?;
            let column = column.ok_or_else(|| PyRuntimeError::new_err("a column is missing"))?;
            let copy = |buffer| PyBytes::new(py, buffer);
            result.push((
                column.rows,
                column.nulls,
                copy(column.validity),
                copy(column.offsets),
                copy(column.data),
                column.elements,
                copy(column.element_offsets),
            ));
        }
        Ok(result)
    }
}
