//! Archives.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard};

use pyo3::exceptions::{PyBlockingIOError, PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use stepwire::archive::{self, ArchiveDamage, ArchiveError, ArchiveOptions, Compression};

use crate::blocks::{Source, source_error};
use crate::data::Data;
use crate::error::exception;

/// Reads an archive.
#[pyclass(frozen, module = "stepwire._native")]
pub struct ArchiveReader {
    inner: Mutex<archive::ArchiveReader<Source>>,
}

type Document<'py> = (u64, Bound<'py, PyBytes>);

#[pymethods]
impl ArchiveReader {
    #[new]
    fn new(read: Py<PyAny>, max_bytes: usize, max_block_bytes: usize, recover: bool) -> Self {
        let mut options = ArchiveOptions::default();
        options.max_document_bytes = max_bytes;
        options.max_block_bytes = max_block_bytes;
        options.recover = recover;
        let inner = archive::ArchiveReader::with_options(Source::new(read), options);
        Self {
            inner: Mutex::new(inner),
        }
    }

    /// The full name of the messages' type, if the header has it.
    #[getter]
    fn message(&self) -> PyResult<Option<String>> {
        Ok(lock(&self.inner)?.message().map(str::to_owned))
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    /// Returns the number of the next document, and its bytes.
    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Document<'py>>> {
        match lock(&self.inner)?.next().transpose() {
            Ok(document) => Ok(document.map(|each| (each.number, PyBytes::new(py, &each.bytes)))),
            Err(error) => Err(to_exception(py, error)),
        }
    }

    /// Returns the number of the first of the next documents, and the bytes of all.
    fn next_block<'py>(&self, py: Python<'py>) -> PyResult<Option<Document<'py>>> {
        let mut guard = lock(&self.inner)?;
        let reader = &mut *guard;
        match py.detach(|| reader.next_block()) {
            Ok(block) => Ok(block.map(|each| (each.number, PyBytes::new(py, &each.bytes)))),
            Err(error) => Err(to_exception(py, error)),
        }
    }
}

/// Writes to a function of Python, like the method `write` of a file.
struct Sink {
    write: Py<PyAny>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Python::attach(|py| {
            let write = self.write.bind(py);
            let written = write.call1((PyBytes::new(py, bytes),))?;
            if written.is_none() {
                return if is_of_raw_file(write)? {
                    let message = "the output must be a blocking file";
                    Err(PyBlockingIOError::new_err(message))
                } else {
                    Ok(bytes.len())
                };
            }
            // An unbuffered file may write less than it was given.
            match written.extract::<usize>() {
                Ok(size) if (1..=bytes.len()).contains(&size) => Ok(size),
                _ => Err(PyOSError::new_err(format!(
                    "the output returned {written} for {} bytes",
                    bytes.len()
                ))),
            }
        })
        .map_err(|error: PyErr| io::Error::other(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a function is a method of an unbuffered file, which returns None if it would have to wait.
fn is_of_raw_file(write: &Bound<'_, PyAny>) -> PyResult<bool> {
    let raw = write.py().import("io")?.getattr("RawIOBase")?;
    let file = write.getattr_opt("__self__")?;
    file.map_or(Ok(false), |file| file.is_instance(&raw))
}

/// Writes an archive.
#[pyclass(frozen, module = "stepwire._native")]
pub struct ArchiveWriter {
    inner: Mutex<Option<archive::ArchiveWriter<Sink>>>,
}

#[pymethods]
impl ArchiveWriter {
    #[new]
    fn new(
        write: Py<PyAny>,
        message: &str,
        compression: &str,
        id: Option<[u8; 8]>,
    ) -> PyResult<Self> {
        let compression = match compression {
            "none" => Compression::None,
            #[cfg(feature = "zstd")]
            "zstd" => Compression::Zstd,
            _ => return Err(PyValueError::new_err("unknown compression")),
        };
        let sink = Sink { write };
        let inner = match id {
            Some(id) => archive::ArchiveWriter::with_id(sink, message, compression, id),
            None => archive::ArchiveWriter::new(sink, message, compression),
        };
        Ok(Self {
            inner: Mutex::new(Some(inner.map_err(source_error)?)),
        })
    }

    /// Adds a document.
    fn write(&self, document: &Bound<'_, PyAny>) -> PyResult<()> {
        let data = Data::of_buffer(document)?;
        self.with(|writer| writer.write(data.bytes()))
    }

    /// Adds size-delimited documents.
    fn write_delimited(&self, documents: &Bound<'_, PyAny>) -> PyResult<()> {
        let data = Data::of_buffer(documents)?;
        self.with(|writer| writer.write_delimited(data.bytes()))
    }

    /// Ends the block.
    fn flush(&self) -> PyResult<()> {
        self.with(archive::ArchiveWriter::flush)
    }

    /// Ends the archive.
    fn finish(&self) -> PyResult<()> {
        match lock(&self.inner)?.take() {
            Some(writer) => writer.finish().map(|_| ()).map_err(source_error),
            None => Ok(()),
        }
    }
}

impl ArchiveWriter {
    fn with(
        &self,
        run: impl FnOnce(&mut archive::ArchiveWriter<Sink>) -> io::Result<()>,
    ) -> PyResult<()> {
        match &mut *lock(&self.inner)? {
            Some(writer) => run(writer).map_err(source_error),
            None => Err(PyValueError::new_err("the archive is finished")),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> PyResult<MutexGuard<'_, T>> {
    mutex
        .try_lock()
        .map_err(|_| PyRuntimeError::new_err("another thread uses this archive"))
}

fn to_exception(py: Python<'_>, error: ArchiveError) -> PyErr {
    match error {
        ArchiveError::Io(error) => source_error(error),
        ArchiveError::Damaged(damage) => {
            let ArchiveDamage {
                code,
                offset,
                document,
                message,
                gap,
                ..
            } = damage;
            let gap = gap.map(|gap| (gap.start, gap.end, gap.first_document, gap.last_document));
            exception(
                py,
                "ArchiveError",
                (code.as_str(), offset, document, message, gap),
            )
        }
        error => PyRuntimeError::new_err(error.to_string()),
    }
}
