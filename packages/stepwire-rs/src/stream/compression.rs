use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// Distances that a match may reach back, in bits: 128 KiB. Larger windows cost memory for each stream
/// and save nothing, because nearly all of what repeats was left out.
#[cfg(feature = "zstd")]
const ZSTD_WINDOW_LOG: u32 = 17;
/// The largest window that is read. It bounds the memory of the decompressor to 8 MiB.
#[cfg(feature = "zstd")]
const ZSTD_MAXIMUM_WINDOW_LOG: u32 = 23;
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 3;

/// How a stream is compressed: the names of HTTP's `Content-Encoding`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// Not compressed.
    #[default]
    Identity,
    /// gzip.
    Gzip,
    /// Zstandard.
    #[cfg(feature = "zstd")]
    Zstd,
}

impl Encoding {
    /// Returns the name in HTTP, such as `"gzip"`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            #[cfg(feature = "zstd")]
            Self::Zstd => "zstd",
        }
    }

    /// Returns the encoding with a name of HTTP. None if this build cannot read it; `zstd` needs the
    /// feature of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "identity" => Some(Self::Identity),
            "gzip" => Some(Self::Gzip),
            #[cfg(feature = "zstd")]
            "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// Counts the bytes of an input, and remembers whether it failed.
pub(crate) struct Counted<R> {
    input: R,
    bytes: u64,
    has_failed: bool,
}

impl<R> Counted<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            bytes: 0,
            has_failed: false,
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.input.read(buffer);
        match &result {
            Ok(size) => {
                self.bytes += *size as u64;
                self.has_failed = false;
            }
            Err(error) => self.has_failed = error.kind() != io::ErrorKind::Interrupted,
        }
        result
    }
}

/// The input of a reader, decompressed.
pub(crate) enum Source<R: Read> {
    Identity(Counted<R>),
    Gzip(Box<MultiGzDecoder<Counted<R>>>),
    #[cfg(feature = "zstd")]
    Zstd(Box<zstd::stream::read::Decoder<'static, io::BufReader<Counted<R>>>>),
}

impl<R: Read> Source<R> {
    pub(crate) fn identity(input: R) -> Self {
        Self::Identity(Counted::new(input))
    }

    #[cfg_attr(
        not(feature = "zstd"),
        expect(clippy::unnecessary_wraps, reason = "only zstd can fail")
    )]
    pub(crate) fn new(input: R, encoding: Encoding) -> io::Result<Self> {
        let input = Counted::new(input);
        Ok(match encoding {
            Encoding::Identity => Self::Identity(input),
            Encoding::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(input))),
            #[cfg(feature = "zstd")]
            Encoding::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::new(input)?;
                decoder.window_log_max(ZSTD_MAXIMUM_WINDOW_LOG)?;
                Self::Zstd(Box::new(decoder))
            }
        })
    }

    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Identity(input) => input.read(buffer),
            Self::Gzip(decoder) => decoder.read(buffer),
            #[cfg(feature = "zstd")]
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }

    pub(crate) fn encoding(&self) -> Encoding {
        match self {
            Self::Identity(_) => Encoding::Identity,
            Self::Gzip(_) => Encoding::Gzip,
            #[cfg(feature = "zstd")]
            Self::Zstd(_) => Encoding::Zstd,
        }
    }

    /// Returns the size of the input that was read, before decompression.
    pub(crate) fn read_bytes(&self) -> u64 {
        self.counted().bytes
    }

    /// Returns whether the input failed, not its decompression.
    pub(crate) fn has_failed(&self) -> bool {
        self.counted().has_failed
    }

    fn counted(&self) -> &Counted<R> {
        match self {
            Self::Identity(input) => input,
            Self::Gzip(decoder) => decoder.get_ref(),
            #[cfg(feature = "zstd")]
            Self::Zstd(decoder) => decoder.get_ref().get_ref(),
        }
    }
}

/// The output of a writer, compressed.
pub(crate) enum Sink<W: Write> {
    Identity(W),
    Gzip(Box<GzEncoder<W>>),
    #[cfg(feature = "zstd")]
    Zstd(Box<zstd::stream::write::Encoder<'static, W>>),
}

impl<W: Write> Sink<W> {
    #[cfg_attr(
        not(feature = "zstd"),
        expect(clippy::unnecessary_wraps, reason = "only zstd can fail")
    )]
    pub(crate) fn new(output: W, encoding: Encoding) -> io::Result<Self> {
        Ok(match encoding {
            Encoding::Identity => Self::Identity(output),
            Encoding::Gzip => Self::Gzip(Box::new(GzEncoder::new(output, Compression::default()))),
            #[cfg(feature = "zstd")]
            Encoding::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(output, ZSTD_LEVEL)?;
                encoder.window_log(ZSTD_WINDOW_LOG)?;
                Self::Zstd(Box::new(encoder))
            }
        })
    }

    /// Writes a block, so that the reader gets all of it.
    pub(crate) fn write(&mut self, block: &[u8]) -> io::Result<()> {
        let output: &mut dyn Write = match self {
            Self::Identity(output) => output,
            Self::Gzip(encoder) => encoder,
            #[cfg(feature = "zstd")]
            Self::Zstd(encoder) => encoder,
        };
        output.write_all(block)?;
        output.flush()
    }

    /// Writes the last block, and ends the compression.
    pub(crate) fn end(self, block: &[u8]) -> io::Result<W> {
        let mut output = match self {
            Self::Identity(mut output) => {
                output.write_all(block)?;
                output
            }
            Self::Gzip(mut encoder) => {
                encoder.write_all(block)?;
                encoder.finish()?
            }
            #[cfg(feature = "zstd")]
            Self::Zstd(mut encoder) => {
                encoder.write_all(block)?;
                encoder.finish()?
            }
        };
        output.flush()?;
        Ok(output)
    }
}
