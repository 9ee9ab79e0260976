use std::marker::PhantomData;
use std::sync::Arc;

use prost::{Message, Name};

use crate::kernel::{Direction, Pool};
use crate::{Code, Error, Options, Violation};

/// Converts between OpenAI JSON and messages of the type `M`.
///
/// Any number of threads may use one transcoder at a time. Keep it: the first one of a
/// process compiles the kernel.
#[derive(Debug)]
pub struct Transcoder<M> {
    pool: Pool,
    options: Options,
    message: PhantomData<fn() -> M>,
}

impl<M: Message + Name + Default> Transcoder<M> {
    /// A transcoder with the default options.
    ///
    /// # Errors
    ///
    /// The kernel does not know the message, or cannot run.
    pub fn new() -> Result<Self, Error> {
        Self::with_options(Options::default())
    }

    /// A transcoder with options.
    ///
    /// # Errors
    ///
    /// An option has a value that it cannot have; or as for [`Transcoder::new`].
    pub fn with_options(options: Options) -> Result<Self, Error> {
        Self::create(options, None)
    }

    /// A transcoder for a message of your own schema.
    ///
    /// The table is what the command `stepwire table` of the same version writes. The name of the
    /// message comes from its generated code, which needs the option `enable_type_names` of
    /// prost-build.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidTable`] if the table is for another version; or as for
    /// [`Transcoder::with_options`].
    pub fn with_table(table: impl Into<Arc<[u8]>>, options: Options) -> Result<Self, Error> {
        Self::create(options, Some(table.into()))
    }

    fn create(options: Options, table: Option<Arc<[u8]>>) -> Result<Self, Error> {
        options.check()?;
        Ok(Self {
            pool: Pool::new(M::full_name(), table)?,
            options,
            message: PhantomData,
        })
    }

    /// A JSON document, UTF-8, as a binary message.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the first reason that was met.
    pub fn to_binary(&self, json: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        let refused = self.options.mode.refused();
        self.convert(Direction::ToBinary, json.as_ref(), refused)
    }

    /// A binary message as a JSON document, UTF-8, without white space.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if it is malformed, or has no JSON form.
    pub fn to_json(&self, binary: impl AsRef<[u8]>) -> Result<Vec<u8>, Error> {
        let refused = self.options.refused_binary();
        self.convert(Direction::ToJson, binary.as_ref(), refused)
    }

    /// A JSON document as a message.
    ///
    /// # Errors
    ///
    /// As for [`Transcoder::to_binary`].
    pub fn parse(&self, json: impl AsRef<[u8]>) -> Result<M, Error> {
        let binary = self.to_binary(json)?;
        M::decode(binary.as_slice()).map_err(|error| Error::Kernel(error.to_string()))
    }

    /// A message as a JSON document.
    ///
    /// # Errors
    ///
    /// As for [`Transcoder::to_json`].
    pub fn stringify(&self, message: &M) -> Result<String, Error> {
        let json = self.to_json(message.encode_to_vec())?;
        String::from_utf8(json).map_err(|error| Error::Kernel(error.to_string()))
    }

    /// How many bytes of WebAssembly memory it holds between conversions.
    #[must_use]
    pub fn memory_size(&self) -> usize {
        self.pool.memory_size()
    }

    fn convert(&self, direction: Direction, input: &[u8], refused: u32) -> Result<Vec<u8>, Error> {
        if input.len() > self.options.max_bytes {
            return Err(Error::Refused(Violation {
                code: Code::TooLarge,
                pointer: String::new(),
                offset: None,
            }));
        }
        self.pool
            .convert(direction, input, self.options.max_depth, refused)
    }
}
