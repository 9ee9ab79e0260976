use std::sync::Arc;

use crate::kernel::{Direction, Limits, Pool};
use crate::{Code, Error, Options, Violation};

/// Converts between OpenAI JSON and binary messages of a type that is known by its name alone.
///
/// Any number of threads may use a converter, or clones of it, at a time. A clone shares its memory. For
/// messages of prost, see [`Transcoder`](crate::Transcoder).
#[derive(Clone, Debug)]
pub struct Converter {
    pool: Arc<Pool>,
    options: Options,
}

impl Converter {
    /// Returns a converter for a message type, by its full name, such as `acme.v1.Thing`.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownMessage`] if there is no such type with a JSON form, [`Error::InvalidOption`], or
    /// [`Error::Kernel`] if the kernel cannot run.
    pub fn new(message: &str, options: Options) -> Result<Self, Error> {
        Self::create(message, options, None)
    }

    /// Returns a converter for a message type of your own schema. The table is what the command
    /// `stepwire table` of the same version writes.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTable`] if the table is for another version; or as for [`Converter::new`].
    pub fn with_table(
        message: &str,
        table: impl Into<Arc<[u8]>>,
        options: Options,
    ) -> Result<Self, Error> {
        Self::create(message, options, Some(table.into()))
    }

    fn create(message: &str, options: Options, table: Option<Arc<[u8]>>) -> Result<Self, Error> {
        options.check()?;
        Ok(Self {
            pool: Arc::new(Pool::new(message, table)?),
            options,
        })
    }

    /// Returns the full name of the message type.
    #[must_use]
    pub fn message(&self) -> &str {
        self.pool.message()
    }

    /// Returns the options.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Returns a JSON document, UTF-8, as a binary message.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the first violation that was found.
    pub fn to_binary(&self, json: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        self.to_binary_with(json, <[u8]>::to_vec)
    }

    /// Returns a binary message as a JSON document, UTF-8, without white space.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if it is malformed, or has no JSON form.
    pub fn to_json(&self, binary: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        self.to_json_with(binary, <[u8]>::to_vec)
    }

    /// Appends the binary message of a JSON document to a buffer, and returns its size. After an error,
    /// the buffer is unchanged.
    ///
    /// # Errors
    ///
    /// As for [`Converter::to_binary`].
    pub fn to_binary_into(
        &self,
        json: impl AsRef<[u8]>,
        output: &mut Vec<u8>,
    ) -> Result<usize, Error> {
        self.to_binary_with(json, |binary| append(output, binary))
    }

    /// Appends the JSON document of a binary message to a buffer, and returns its size. After an error,
    /// the buffer is unchanged.
    ///
    /// # Errors
    ///
    /// As for [`Converter::to_json`].
    pub fn to_json_into(
        &self,
        binary: impl AsRef<[u8]>,
        output: &mut Vec<u8>,
    ) -> Result<usize, Error> {
        self.to_json_with(binary, |json| append(output, json))
    }

    /// Calls a function with the binary message of a JSON document, in the memory of the kernel: the
    /// function makes the only copy of it.
    ///
    /// # Errors
    ///
    /// As for [`Converter::to_binary`].
    #[inline]
    pub fn to_binary_with<R>(
        &self,
        json: impl AsRef<[u8]>,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error> {
        self.convert(Direction::ToBinary, json.as_ref(), take)
    }

    /// Calls a function with the JSON document of a binary message, in the memory of the kernel: the
    /// function makes the only copy of it.
    ///
    /// # Errors
    ///
    /// As for [`Converter::to_json`].
    #[inline]
    pub fn to_json_with<R>(
        &self,
        binary: impl AsRef<[u8]>,
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error> {
        self.convert(Direction::ToJson, binary.as_ref(), take)
    }

    /// Returns how many bytes of WebAssembly memory it holds between conversions.
    #[must_use]
    pub fn memory_size(&self) -> usize {
        self.pool.memory_size()
    }

    #[inline]
    fn convert<R>(
        &self,
        direction: Direction,
        input: &[u8],
        take: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, Error> {
        if input.len() > self.options.max_bytes {
            return Err(Error::Refused(Violation::of(Code::TooLarge)));
        }
        let limits = self.limits(direction);
        self.pool
            .with(|kernel| kernel.convert(direction, input, limits).map(take))
    }

    pub(crate) fn limits(&self, direction: Direction) -> Limits {
        Limits {
            max_depth: self.options.max_depth,
            refused: match direction {
                Direction::ToBinary => self.options.mode.refused(),
                Direction::ToJson => self.options.refused_binary(),
            },
            max_bytes: self.options.max_bytes,
        }
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }
}

fn append(output: &mut Vec<u8>, bytes: &[u8]) -> usize {
    output.extend_from_slice(bytes);
    bytes.len()
}
