use super::instance::{Function, Instance, size_of_input};
use crate::conversion::OUT_OF_MEMORY;
use crate::{Code, Error, Violation};

const RESULT_CODE: usize = 0;
const RESULT_OFFSET: usize = 1;
const RESULT_DOCUMENTS: usize = 3;
const RESULT_CONSUMED: usize = 4;
const RESULT_END: usize = 5;
const RESULT_LINES: usize = 6;
const RESULT_SKIPPED: usize = 7;
/// The offset of a violation outside of a payload.
const OUTSIDE: u32 = u32::MAX;

/// Which way a conversion goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    ToBinary,
    ToJson,
}

/// What a conversion refuses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_depth: u32,
    /// A bit for each code.
    pub(crate) refused: u32,
    pub(crate) max_bytes: usize,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Converted {
    pub(crate) documents: usize,
    pub(crate) lines: usize,
    /// Events only: the lines that belong to none.
    pub(crate) skipped: usize,
    pub(crate) consumed: usize,
    /// Why the document after them was refused, and where it ends.
    pub(crate) refused: Option<(Code, usize)>,
}

impl Instance {
    /// Converts a document, and lends the output.
    #[inline]
    pub(crate) fn convert(
        &mut self,
        direction: Direction,
        input: &[u8],
        limits: Limits,
    ) -> Result<&[u8], Error> {
        self.load(input)?;
        let function = match direction {
            Direction::ToBinary => Function::ToBinary,
            Direction::ToJson => Function::ToJson,
        };
        let size = size_of_input(input.len())?;
        let result = self.call(function, &[size, limits.max_depth, limits.refused])?;
        match usize::try_from(result) {
            Ok(size) => self.output(size),
            Err(_) => Err(self.explain()),
        }
    }

    /// Converts lines or messages until one is refused, and lends the output.
    pub(crate) fn convert_batch(
        &mut self,
        direction: Direction,
        input: &[u8],
        limits: Limits,
        last: bool,
    ) -> Result<(&[u8], Converted), Error> {
        self.load(input)?;
        let function = match direction {
            Direction::ToBinary => Function::PackLines,
            Direction::ToJson => Function::UnpackLines,
        };
        self.convert_many(function, input.len(), limits, u32::from(last))
    }

    /// Converts events until one is refused, and lends the output.
    pub(crate) fn convert_events(
        &mut self,
        function: Function,
        input: &[u8],
        limits: Limits,
        flags: u32,
    ) -> Result<(&[u8], Converted), Error> {
        self.load(input)?;
        self.convert_many(function, input.len(), limits, flags)
    }

    fn convert_many(
        &mut self,
        function: Function,
        size: usize,
        limits: Limits,
        flags: u32,
    ) -> Result<(&[u8], Converted), Error> {
        let arguments = [
            size_of_input(size)?,
            limits.max_depth,
            limits.refused,
            size_of_input(limits.max_bytes)?,
            flags,
        ];
        let result = self.call(function, &arguments)?;
        let code = self.word(RESULT_CODE);
        let Ok(size) = usize::try_from(result) else {
            return Err(failure(code));
        };
        let reason = Code::from_number(code);
        if code != 0 && reason.is_none() {
            return Err(failure(code));
        }
        let converted = Converted {
            documents: self.word(RESULT_DOCUMENTS) as usize,
            lines: self.word(RESULT_LINES) as usize,
            skipped: self.word(RESULT_SKIPPED) as usize,
            consumed: self.word(RESULT_CONSUMED) as usize,
            refused: reason.map(|code| (code, self.word(RESULT_END) as usize)),
        };
        Ok((self.output(size)?, converted))
    }

    /// The error of the last conversion.
    #[cold]
    fn explain(&mut self) -> Error {
        self.violation().map_or_else(|error| error, Error::Refused)
    }

    /// The violation of the last conversion, of a document or of an event.
    #[cold]
    pub(crate) fn violation(&mut self) -> Result<Violation, Error> {
        let size = self.call(Function::Explain, &[])?;
        let number = self.word(RESULT_CODE);
        let offset = self.word(RESULT_OFFSET);
        let code = Code::from_number(number).ok_or_else(|| failure(number))?;
        let pointer = self.output(usize::try_from(size).unwrap_or(0))?;
        Ok(Violation {
            code,
            pointer: String::from_utf8_lossy(pointer).into_owned(),
            offset: usize::try_from(offset).ok().filter(|_| offset != OUTSIDE),
        })
    }
}

#[cold]
fn failure(code: u32) -> Error {
    match code {
        OUT_OF_MEMORY => Error::OutOfMemory,
        _ => Error::Kernel(format!("it stopped with the code {code}")),
    }
}
