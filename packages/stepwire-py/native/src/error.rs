//! Errors as exceptions.

use pyo3::exceptions::{
    PyMemoryError, PyOSError, PyRuntimeError, PyUnicodeEncodeError, PyValueError,
};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};
use stepwire::batch::{BatchError, RefusedDocument};
use stepwire::events::{EventError, RefusedEvent};
use stepwire::{Error, Violation};

/// Returns the exception for a failed call.
pub fn to_exception(py: Python<'_>, error: Error) -> PyErr {
    match error {
        Error::Refused(violation) => refused(py, &violation),
        Error::RefusedInBatch(document) => of_document(py, &document),
        Error::InvalidOption(reason) => PyValueError::new_err(reason),
        Error::UnknownMessage(name) => {
            PyValueError::new_err(format!("the table does not know a message '{name}'"))
        }
        Error::InvalidTable(reason) => {
            PyValueError::new_err(format!("the table cannot be used: {reason}"))
        }
        Error::OutOfMemory => PyMemoryError::new_err(
            "a WebAssembly memory cannot hold the document and its conversion",
        ),
        error => PyRuntimeError::new_err(error.to_string()),
    }
}

/// Returns the exception for a batch that failed.
pub fn of_batch(py: Python<'_>, error: BatchError) -> PyErr {
    match error {
        BatchError::Refused(document) => of_document(py, &document),
        BatchError::Convert(error) => to_exception(py, error),
        BatchError::Io(error) => PyErr::from(error),
        error => PyRuntimeError::new_err(error.to_string()),
    }
}

/// Returns the exception for events that failed.
pub fn of_events(py: Python<'_>, error: EventError) -> PyErr {
    match error {
        EventError::Refused(event) => refused_event(py, &event),
        EventError::Convert(error) => to_exception(py, error),
        EventError::Io(error) => PyOSError::new_err(error.to_string()),
        error => PyRuntimeError::new_err(error.to_string()),
    }
}

/// Returns the exception for a text that has no UTF-8, because of a lone surrogate.
pub fn refused_text(text: &Bound<'_, PyString>, error: PyErr) -> PyErr {
    let py = text.py();
    if !error.is_instance_of::<PyUnicodeEncodeError>(py) {
        return error;
    }
    let offset = error
        .value(py)
        .getattr("start")
        .and_then(|start| start.extract::<usize>())
        .and_then(|start| {
            text.call_method1(
                "__getitem__",
                (pyo3::types::PySlice::new(py, 0, start.cast_signed(), 1),),
            )
        })
        .and_then(|before| before.call_method0("encode"))
        .and_then(|before| before.len());
    match offset {
        Ok(offset) => exception(py, "StepwireError", ("not_json", "", Some(offset))),
        Err(error) => error,
    }
}

fn refused(py: Python<'_>, violation: &Violation) -> PyErr {
    let Violation {
        code,
        pointer,
        offset,
        ..
    } = violation;
    exception(py, "StepwireError", (code.as_str(), pointer, *offset))
}

/// Returns the exception for a document among many.
pub fn refused_document(py: Python<'_>, violation: &Violation, number: u64, start: u64) -> PyErr {
    let Violation {
        code,
        pointer,
        offset,
        ..
    } = violation;
    exception(
        py,
        "DocumentError",
        (code.as_str(), pointer, *offset, number, start),
    )
}

pub fn of_document(py: Python<'_>, document: &RefusedDocument) -> PyErr {
    refused_document(py, &document.violation, document.number, document.offset)
}

fn refused_event(py: Python<'_>, event: &RefusedEvent) -> PyErr {
    let RefusedEvent {
        index, violation, ..
    } = event;
    let place = (
        violation.code.as_str(),
        &violation.pointer,
        violation.offset,
        *index,
    );
    exception(py, "EventError", place)
}

/// Returns an exception of the package.
pub fn exception<'py>(
    py: Python<'py>,
    name: &'static str,
    parameters: impl pyo3::call::PyCallArgs<'py>,
) -> PyErr {
    static MODULE: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    let module = MODULE.get_or_try_init(py, || py.import("stepwire.errors").map(Bound::unbind));
    let created = module
        .and_then(|module| module.bind(py).getattr(name))
        .and_then(|class| class.cast_into::<PyType>().map_err(PyErr::from))
        .and_then(|class| class.call1(parameters));
    match created {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}
