//! Server-sent events.

use std::sync::{Mutex, MutexGuard};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use stepwire::events::{self, DecodeOptions, Framing};

use crate::converter::Converter;
use crate::data::Data;
use crate::error::of_events;

/// Decodes the bytes of a stream of server-sent events.
#[pyclass(frozen, module = "stepwire._native")]
pub struct EventDecoder {
    inner: Mutex<events::EventDecoder>,
}

#[pymethods]
impl EventDecoder {
    #[new]
    fn new(converter: &Converter, framing: &str, max_event_bytes: usize) -> PyResult<Self> {
        let mut options = DecodeOptions::default();
        options.framing = match framing {
            "strict" => Framing::Strict,
            "lenient" => Framing::Lenient,
            _ => return Err(PyValueError::new_err("unknown framing")),
        };
        options.max_event_bytes = max_event_bytes;
        let inner = events::EventDecoder::new(&converter.inner, options);
        Ok(Self {
            inner: Mutex::new(inner),
        })
    }

    /// Adds bytes of the stream.
    #[pyo3(signature = (chunk, /))]
    fn push(&self, chunk: &Bound<'_, PyAny>) -> PyResult<()> {
        let data = Data::of_buffer(chunk)?;
        lock(&self.inner)?.push(data.bytes());
        Ok(())
    }

    /// Ends the stream.
    fn finish(&self) -> PyResult<()> {
        lock(&self.inner)?.finish();
        Ok(())
    }

    /// Returns the next event, or None.
    fn next_event<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let mut decoder = lock(&self.inner)?;
        match decoder.next_event() {
            Ok(event) => Ok(event.map(|event| PyBytes::new(py, event))),
            Err(error) => Err(of_events(py, error)),
        }
    }

    /// Whether no more event can come.
    #[getter]
    fn is_ended(&self) -> PyResult<bool> {
        Ok(lock(&self.inner)?.is_ended())
    }

    /// How many lines did not belong to an event so far.
    #[getter]
    fn skipped_lines(&self) -> PyResult<u64> {
        Ok(lock(&self.inner)?.skipped_lines())
    }
}

/// Encodes event messages as server-sent events.
#[pyclass(frozen, module = "stepwire._native")]
pub struct EventEncoder {
    inner: Mutex<events::EventEncoder>,
}

#[pymethods]
impl EventEncoder {
    #[new]
    fn new(converter: &Converter) -> Self {
        let inner = events::EventEncoder::new(&converter.inner);
        Self {
            inner: Mutex::new(inner),
        }
    }

    /// Returns the server-sent events of a list of event messages.
    #[pyo3(signature = (events, /))]
    fn encode<'py>(&self, events: &Bound<'py, PyList>) -> PyResult<Bound<'py, PyBytes>> {
        let py = events.py();
        let objects: Vec<_> = events.iter().collect();
        let data = objects
            .iter()
            .map(Data::of_buffer)
            .collect::<PyResult<Vec<_>>>()?;
        let mut output = Vec::new();
        match lock(&self.inner)?.encode_into(data.iter().map(Data::bytes), &mut output) {
            Ok(()) => Ok(PyBytes::new(py, &output)),
            Err(error) => Err(of_events(py, error)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> PyResult<MutexGuard<'_, T>> {
    mutex
        .try_lock()
        .map_err(|_| PyRuntimeError::new_err("another thread uses this object"))
}
