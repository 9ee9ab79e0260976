//! Documents and batches.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::batch::Batch;
use stepwire::{Error, Mode, Options, UnknownFields};

use crate::array::{self, Buffers, Rows};
use crate::blocks::{Blocks, Source};
use crate::data::Data;
use crate::error::{refused_document, to_exception};

/// From so many bytes of input, which take some 7 µs, other threads run during a conversion. Releasing
/// the lock of the interpreter takes only 0.1 µs, but with another busy thread of Python, getting it back
/// takes up to 5 ms.
const RELEASE_FROM: usize = 32 * 1024;

/// Converts one message type. `stepwire.Transcoder` is its documented subclass.
#[pyclass(subclass, frozen, module = "stepwire._native")]
pub struct Converter {
    pub inner: stepwire::Converter,
}

#[pymethods]
impl Converter {
    #[new]
    #[pyo3(signature = (name, mode, max_depth, max_bytes, refuse_unknown, table))]
    fn new(
        py: Python<'_>,
        name: &str,
        mode: &str,
        max_depth: u32,
        max_bytes: usize,
        refuse_unknown: bool,
        table: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let mut options = Options::default();
        options.mode = match mode {
            "strict" => Mode::Strict,
            "preserve" => Mode::Preserve,
            "archive" => Mode::Archive,
            _ => return Err(PyValueError::new_err("unknown mode")),
        };
        options.max_depth = max_depth;
        options.max_bytes = max_bytes;
        if refuse_unknown {
            options.unknown_fields = UnknownFields::Refuse;
        }
        let inner = match table {
            None => stepwire::Converter::new(name, options),
            Some(table) => {
                let table = Data::of_buffer(table)?.bytes().to_vec();
                stepwire::Converter::with_table(name, table, options)
            }
        };
        match inner {
            Ok(inner) => Ok(Self { inner }),
            Err(Error::UnknownMessage(name)) if table.is_none() => Err(PyValueError::new_err(
                format!("stepwire does not know a message '{name}'"),
            )),
            Err(error) => Err(to_exception(py, error)),
        }
    }

    #[pyo3(signature = (json, /))]
    fn to_binary<'py>(&self, json: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let data = Data::of_text_or_buffer(json)?;
        convert(json.py(), data.bytes(), |input, take| {
            self.inner.to_binary_with(input, take)
        })
    }

    #[pyo3(signature = (binary, /))]
    fn to_json<'py>(&self, binary: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let data = Data::of_buffer(binary)?;
        convert(binary.py(), data.bytes(), |input, take| {
            self.inner.to_json_with(input, take)
        })
    }

    #[pyo3(signature = (lines, /))]
    fn pack_lines<'py>(&self, lines: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let data = Data::of_text_or_buffer(lines)?;
        convert_batch(lines.py(), data.bytes(), |input, take| {
            self.inner.pack_lines_with(input, true, take)
        })
    }

    #[pyo3(signature = (messages, /))]
    fn unpack_lines<'py>(&self, messages: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let data = Data::of_buffer(messages)?;
        convert_batch(messages.py(), data.bytes(), |input, take| {
            self.inner.unpack_lines_with(input, true, take)
        })
    }

    /// Returns an iterator over blocks of messages; `read(size)` returns bytes of lines.
    fn pack_blocks(&self, read: Py<PyAny>) -> Blocks {
        Blocks::new(self.inner.pack(Source::new(read)))
    }

    /// Returns an iterator over blocks of lines; `read(size)` returns bytes of messages.
    fn unpack_blocks(&self, read: Py<PyAny>) -> Blocks {
        Blocks::new(self.inner.unpack(Source::new(read)))
    }

    /// Converts rows of an Arrow array. Returns the new offsets and values.
    fn convert_array<'py>(
        &self,
        py: Python<'py>,
        to_json: bool,
        buffers: Buffers<'py>,
        start: usize,
        count: usize,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
        let convert = |rows: &Rows<'_>| rows.convert(&self.inner, to_json);
        let converted = array::with_rows(py, &buffers, start, count, convert)?;
        Ok(array::to_python(py, &converted))
    }

    /// Returns rows of an Arrow array of messages as lines of JSON.
    fn array_to_lines<'py>(
        &self,
        py: Python<'py>,
        buffers: Buffers<'py>,
        start: usize,
        count: usize,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let to_lines = |rows: &Rows<'_>| rows.to_lines(&self.inner);
        let lines = array::with_rows(py, &buffers, start, count, to_lines)?;
        Ok(PyBytes::new(py, &lines))
    }

    #[getter]
    fn memory_size(&self) -> usize {
        self.inner.memory_size()
    }
}

/// Converts an input. The output is copied once: from the memory of the kernel.
fn convert<'py, F>(py: Python<'py>, input: &[u8], run: F) -> PyResult<Bound<'py, PyBytes>>
where
    F: FnOnce(&[u8], Take<'_>) -> Result<Py<PyBytes>, Error> + Send,
{
    match with_lock(py, input, run) {
        Ok(output) => Ok(output.into_bound(py)),
        Err(error) => Err(to_exception(py, error)),
    }
}

/// Converts all documents of an input, or raises.
fn convert_batch<'py, F>(py: Python<'py>, input: &[u8], run: F) -> PyResult<Bound<'py, PyBytes>>
where
    F: FnOnce(&[u8], Take<'_>) -> Result<(Py<PyBytes>, Batch), Error> + Send,
{
    match with_lock(py, input, run) {
        Ok((output, Batch { refused: None, .. })) => Ok(output.into_bound(py)),
        Ok((
            _,
            Batch {
                refused: Some(refused),
                lines,
                ..
            },
        )) => Err(refused_document(
            py,
            &refused.violation,
            lines as u64 + 1,
            refused.start as u64,
        )),
        Err(error) => Err(to_exception(py, error)),
    }
}

/// Makes Python's bytes of an output.
type Take<'a> = &'a dyn Fn(&[u8]) -> Py<PyBytes>;

/// Runs a conversion, for a large input without the lock of the interpreter.
fn with_lock<R: Send>(
    py: Python<'_>,
    input: &[u8],
    run: impl FnOnce(&[u8], Take<'_>) -> R + Send,
) -> R {
    if input.len() < RELEASE_FROM {
        run(input, &|output| PyBytes::new(py, output).unbind())
    } else {
        py.detach(|| {
            run(input, &|output| {
                Python::attach(|py| PyBytes::new(py, output).unbind())
            })
        })
    }
}
