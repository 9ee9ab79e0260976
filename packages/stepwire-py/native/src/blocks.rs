//! Large inputs, a block at a time.

use std::io::{self, Read};
use std::sync::Mutex;

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::batch;

use crate::data::Data;
use crate::error::{of_batch, of_document};

/// Reads from a function of Python, like the method `read` of a file.
pub struct Source {
    read: Py<PyAny>,
}

impl Source {
    pub fn new(read: Py<PyAny>) -> Self {
        Self { read }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Python::attach(|py| {
            let chunk = self.read.bind(py).call1((buffer.len(),))?;
            let data = Data::of_buffer(&chunk)?;
            let bytes = data.bytes();
            match buffer.get_mut(..bytes.len()) {
                Some(start) => start.copy_from_slice(bytes),
                None => {
                    return Err(PyValueError::new_err(
                        "the source returned more than was asked for",
                    ));
                }
            }
            Ok(bytes.len())
        })
        .map_err(|error: PyErr| io::Error::other(error))
    }
}

/// An iterator over the converted documents of an input. An item is the documents, their number, and
/// the exception for the document after them if it was refused.
#[pyclass(frozen, module = "stepwire._native")]
pub struct Blocks {
    inner: Mutex<batch::Blocks<Source>>,
}

impl Blocks {
    pub fn new(inner: batch::Blocks<Source>) -> Self {
        Self {
            inner: Mutex::new(inner),
        }
    }
}

type Item<'py> = (Bound<'py, PyBytes>, usize, Option<Bound<'py, PyAny>>);

#[pymethods]
impl Blocks {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Item<'py>>> {
        let next = py.detach(|| match self.inner.try_lock() {
            Ok(mut blocks) => Ok(blocks.next()),
            Err(_) => Err(PyRuntimeError::new_err(
                "another thread reads this iterator",
            )),
        })?;
        match next {
            None => Ok(None),
            Some(Err(batch::BatchError::Io(error))) => Err(source_error(error)),
            Some(Err(error)) => Err(of_batch(py, error)),
            Some(Ok(block)) => {
                let refused = block.refused.map(|document| {
                    of_document(py, &document)
                        .into_value(py)
                        .into_bound(py)
                        .into_any()
                });
                Ok(Some((
                    PyBytes::new(py, &block.bytes),
                    block.documents,
                    refused,
                )))
            }
        }
    }
}

/// Returns the exception of the source itself.
pub fn source_error(error: io::Error) -> PyErr {
    match error.downcast::<PyErr>() {
        Ok(exception) => exception,
        Err(error) => PyErr::from(error),
    }
}
