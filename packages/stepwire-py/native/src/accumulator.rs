//! Events added up to objects.

use std::sync::{Mutex, MutexGuard};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::accumulate::{self, AccumulateError, AccumulateOptions, Ended, RefusedDelta};

use crate::data::Data;
use crate::error::{exception, to_exception};

/// The number of an object in its accumulator.
#[pyclass(frozen, eq, hash, module = "stepwire._native")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectNumber(accumulate::ObjectNumber);

/// Adds up the events of one stream.
#[pyclass(frozen, module = "stepwire._native")]
pub struct Accumulator {
    inner: Mutex<accumulate::Accumulator>,
}

type Object<'py> = (String, String, Bound<'py, PyBytes>);

#[pymethods]
impl Accumulator {
    #[new]
    fn new(
        py: Python<'_>,
        message: &str,
        limits: [u32; 6],
        max_event_bytes: usize,
        set_names: Option<Vec<String>>,
        objects: Vec<String>,
    ) -> PyResult<Self> {
        let [
            max_objects,
            max_elements,
            max_members,
            max_index_gap,
            max_size,
            max_text_length,
        ] = limits;
        let options = AccumulateOptions {
            max_objects,
            max_elements,
            max_members,
            max_index_gap,
            max_size,
            max_text_length,
            max_event_bytes,
            set_names,
            objects,
        };
        match accumulate::Accumulator::new(message, &options) {
            Ok(inner) => Ok(Self {
                inner: Mutex::new(inner),
            }),
            Err(stepwire::Error::UnknownMessage(name)) => Err(PyValueError::new_err(format!(
                "there are no events of {message}, or none about {name}"
            ))),
            Err(error) => Err(to_exception(py, error)),
        }
    }

    /// Applies an event. Returns the object that it is about.
    #[pyo3(signature = (event, /))]
    fn apply(&self, event: &Bound<'_, PyAny>) -> PyResult<Option<ObjectNumber>> {
        let data = Data::of_buffer(event)?;
        match self.lock()?.apply(data.bytes()) {
            Ok(number) => Ok(number.map(ObjectNumber)),
            Err(AccumulateError::Refused(refused)) => Err(refusal(event.py(), &refused)),
            Err(AccumulateError::Kernel(error)) => Err(to_exception(event.py(), error)),
            Err(error) => Err(PyRuntimeError::new_err(error.to_string())),
        }
    }

    /// Applies whole size-delimited events.
    #[pyo3(signature = (events, /))]
    fn apply_all(&self, events: &Bound<'_, PyAny>) -> PyResult<usize> {
        let py = events.py();
        let data = Data::of_buffer(events)?;
        let input = data.bytes();
        let mut guard = self.lock()?;
        let accumulator = &mut *guard;
        let applied = py.detach(|| accumulator.apply_all(input));
        let applied = applied.map_err(|error| to_exception(py, error))?;
        if let Some((refused, _)) = applied.refused {
            return Err(refusal(py, &refused));
        }
        if applied.consumed != input.len() {
            let offset = applied.consumed;
            return Err(PyValueError::new_err(format!(
                "the last event is cut off (offset {offset})"
            )));
        }
        Ok(applied.events)
    }

    /// Returns the numbers of all objects, in the order of their first events.
    fn numbers(&self, py: Python<'_>) -> PyResult<Vec<ObjectNumber>> {
        let numbers = self.lock()?.numbers();
        let numbers = numbers.map_err(|error| to_exception(py, error))?;
        Ok(numbers.into_iter().map(ObjectNumber).collect())
    }

    /// Returns the type, the identifier and the bytes of an object; none if there is no such object.
    fn object<'py>(&self, py: Python<'py>, number: &ObjectNumber) -> PyResult<Option<Object<'py>>> {
        let object = self.lock()?.object(number.0);
        let object = object.map_err(|error| to_exception(py, error))?;
        Ok(object.map(|object| (object.message, object.id, PyBytes::new(py, &object.bytes))))
    }

    /// Returns the number of an object; none if there is no such object.
    fn find(&self, py: Python<'_>, message: &str, id: &str) -> PyResult<Option<ObjectNumber>> {
        let number = self.lock()?.find(message, id);
        let number = number.map_err(|error| to_exception(py, error))?;
        Ok(number.map(ObjectNumber))
    }

    /// Removes an object. Returns whether there was one.
    fn remove(&self, py: Python<'_>, number: &ObjectNumber) -> PyResult<bool> {
        self.lock()?
            .remove(number.0)
            .map_err(|error| to_exception(py, error))
    }

    /// How the stream ended.
    #[getter]
    fn ended(&self, py: Python<'_>) -> PyResult<Option<&'static str>> {
        let ended = self
            .lock()?
            .ended()
            .map_err(|error| to_exception(py, error))?;
        Ok(ended.map(|ended| match ended {
            Ended::Done => "done",
            Ended::Error => "error",
        }))
    }

    /// The size of all objects.
    #[getter]
    fn size(&self, py: Python<'_>) -> PyResult<usize> {
        self.lock()?.size().map_err(|error| to_exception(py, error))
    }
}

impl Accumulator {
    fn lock(&self) -> PyResult<MutexGuard<'_, accumulate::Accumulator>> {
        self.inner
            .try_lock()
            .map_err(|_| PyRuntimeError::new_err("another thread uses this accumulator"))
    }
}

fn refusal(py: Python<'_>, refused: &RefusedDelta) -> PyErr {
    let RefusedDelta {
        code,
        message,
        id,
        pointer,
        expected,
        found,
        ..
    } = refused;
    let place = (code.as_str(), message, id, pointer, expected, found);
    exception(py, "AccumulationError", place)
}
