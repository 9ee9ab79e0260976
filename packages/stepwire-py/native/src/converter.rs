//! Documents and batches.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::{Error, Mode, Options, UnknownFields};

use crate::array;
use crate::blocks::{Blocks, Source};
use crate::data::Data;
use crate::error::to_exception;

/// From so many bytes of input, other threads run during a conversion. Letting them run costs more
/// than converting less: with another busy thread, getting the lock back takes up to 5 ms.
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
        let py = lines.py();
        let input = data.bytes();
        let packed = py.detach(|| self.inner.pack_lines(input));
        packed
            .map(|packed| PyBytes::new(py, &packed))
            .map_err(|error| to_exception(py, error))
    }

    #[pyo3(signature = (messages, /))]
    fn unpack_lines<'py>(&self, messages: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
        let data = Data::of_buffer(messages)?;
        let py = messages.py();
        let input = data.bytes();
        let unpacked = py.detach(|| self.inner.unpack_lines(input));
        unpacked
            .map(|unpacked| PyBytes::new(py, &unpacked))
            .map_err(|error| to_exception(py, error))
    }

    /// Returns an iterator over blocks of messages; `read(size)` returns bytes of lines.
    fn pack_blocks(&self, read: Py<PyAny>) -> Blocks {
        Blocks::new(self.inner.pack(Source::new(read)))
    }

    /// Returns an iterator over blocks of lines; `read(size)` returns bytes of messages.
    fn unpack_blocks(&self, read: Py<PyAny>) -> Blocks {
        Blocks::new(self.inner.unpack(Source::new(read)))
    }

    /// Converts `count` values of an Arrow array with 32-bit offsets, from its value `start`.
    fn convert_array<'py>(
        &self,
        py: Python<'py>,
        to_json: bool,
        offsets: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        start: usize,
        count: usize,
    ) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
        let offsets = Data::of_buffer(offsets)?;
        let values = Data::of_buffer(values)?;
        array::convert(
            py,
            &self.inner,
            to_json,
            offsets.bytes(),
            values.bytes(),
            start..start + count,
        )
    }

    #[getter]
    fn memory_size(&self) -> usize {
        self.inner.memory_size()
    }
}

/// Converts an input. The output is copied once: from the memory of the kernel.
fn convert<'py, F>(py: Python<'py>, input: &[u8], run: F) -> PyResult<Bound<'py, PyBytes>>
where
    F: FnOnce(&[u8], &dyn Fn(&[u8]) -> Py<PyBytes>) -> Result<Py<PyBytes>, Error> + Send,
{
    let result = if input.len() < RELEASE_FROM {
        run(input, &|output| PyBytes::new(py, output).unbind())
    } else {
        py.detach(|| {
            run(input, &|output| {
                Python::attach(|py| PyBytes::new(py, output).unbind())
            })
        })
    };
    match result {
        Ok(output) => Ok(output.into_bound(py)),
        Err(error) => Err(to_exception(py, error)),
    }
}
