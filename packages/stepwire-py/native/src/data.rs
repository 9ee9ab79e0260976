//! What Python gives as input, without a copy.

use std::slice;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyString};

use crate::error::refused_text;

/// The bytes of an object.
pub enum Data<'a, 'py> {
    Borrowed(&'a [u8]),
    Buffer(PyUntypedBuffer),
    Copied(Bound<'py, PyBytes>),
}

impl<'a, 'py> Data<'a, 'py> {
    /// Returns the UTF-8 of a text, or the bytes of a buffer.
    pub fn of_text_or_buffer(object: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Borrowed(bytes.as_bytes()));
        }
        match object.cast::<PyString>() {
            // Python keeps the UTF-8 of a text; that of ASCII is the text itself.
            Ok(text) => match text.to_str() {
                Ok(text) => Ok(Self::Borrowed(text.as_bytes())),
                Err(error) => Err(refused_text(text, error)),
            },
            Err(_) => Self::of_buffer(object),
        }
    }

    /// Returns the bytes of a buffer.
    pub fn of_buffer(object: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Borrowed(bytes.as_bytes()));
        }
        let buffer = PyUntypedBuffer::get(object)?;
        if buffer.is_c_contiguous() {
            return Ok(Self::Buffer(buffer));
        }
        let copy = PyMemoryView::from(object)?.call_method0("tobytes")?;
        Ok(Self::Copied(copy.cast_into().map_err(|_| {
            PyBufferError::new_err("the buffer is not contiguous")
        })?))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Copied(bytes) => bytes.as_bytes(),
            Self::Buffer(buffer) => {
                let size = buffer.len_bytes();
                if size == 0 {
                    return &[];
                }
                // SAFETY: the buffer is contiguous, and its owner must not resize or free it before it is
                // released. Nobody may change it during a call: the documentation says so, as does that of
                // hashlib and zlib.
                unsafe { slice::from_raw_parts(buffer.buf_ptr().cast::<u8>(), size) }
            }
        }
    }
}
