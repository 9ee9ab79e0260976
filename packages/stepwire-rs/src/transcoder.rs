use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use prost::{Message, Name};

use crate::{Converter, Error, Options};

/// Converts between OpenAI JSON and messages of the type `M`.
///
/// Any number of threads may use one transcoder, or clones of it, at a time. Keep it: it holds the memory
/// of the kernel. All that needs no type is done by the [`Converter`] to which it dereferences.
#[derive(Debug)]
pub struct Transcoder<M> {
    converter: Converter,
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
        let name = M::full_name();
        let converter = match table {
            Some(table) => Converter::with_table(&name, table, options)?,
            None => Converter::new(&name, options)?,
        };
        Ok(Self {
            converter,
            message: PhantomData,
        })
    }

    /// A JSON document as a message.
    ///
    /// # Errors
    ///
    /// As for [`Converter::to_binary`].
    pub fn parse(&self, json: impl AsRef<[u8]>) -> Result<M, Error> {
        let message = self.to_binary_with(json, |binary| M::decode(binary))?;
        message.map_err(|error| Error::Kernel(error.to_string()))
    }

    /// A message as a JSON document.
    ///
    /// # Errors
    ///
    /// As for [`Converter::to_json`].
    pub fn stringify(&self, message: &M) -> Result<String, Error> {
        let json = self.to_json(message.encode_to_vec())?;
        String::from_utf8(json).map_err(|error| Error::Kernel(error.to_string()))
    }
}

impl<M> Clone for Transcoder<M> {
    fn clone(&self) -> Self {
        Self {
            converter: self.converter.clone(),
            message: PhantomData,
        }
    }
}

impl<M> Deref for Transcoder<M> {
    type Target = Converter;

    fn deref(&self) -> &Converter {
        &self.converter
    }
}
