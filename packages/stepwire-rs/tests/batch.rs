//! Lines and size-delimited messages, many at a time.

mod support;

use std::io::{self, Read};

use stepwire::batch::{BatchError, Block};
use stepwire::{Code, Converter, Error, Mode, Options};
use support::{Case, cases, size_prefix};

const STEP: &str = "stepwire.v1.RunStep";

fn converter(options: Options) -> Converter {
    Converter::new(STEP, options).unwrap()
}

/// Vectors of one message that are accepted, and fit on a line.
fn accepted() -> Vec<Case> {
    let mut cases = cases();
    cases.retain(|case| {
        case.schema() == STEP
            && !case.is_from_binary()
            && case.members.get("limits").is_none()
            && case.violations(Mode::Preserve).is_empty()
            && !case.json().contains(&b'\n')
    });
    assert!(cases.len() > 100, "only {}", cases.len());
    cases
}

fn delimited(message: &[u8]) -> Vec<u8> {
    [size_prefix(message.len()), message.to_vec()].concat()
}

fn lines(cases: &[Case]) -> Vec<u8> {
    cases
        .iter()
        .flat_map(|case| [case.json(), b"\n".to_vec()].concat())
        .collect()
}

fn messages(cases: &[Case]) -> Vec<u8> {
    cases
        .iter()
        .flat_map(|case| delimited(&case.bytes("binary").unwrap()))
        .collect()
}

fn outputs(cases: &[Case]) -> Vec<u8> {
    cases
        .iter()
        .flat_map(|case| [case.text("output").unwrap().as_bytes(), b"\n"].concat())
        .collect()
}

#[test]
fn the_vectors_in_one_batch() {
    let cases = accepted();
    let converter = converter(Options::default());
    let packed = converter.pack_lines(lines(&cases)).unwrap();
    assert!(packed == messages(&cases));
    let unpacked = converter.unpack_lines(packed).unwrap();
    assert!(unpacked == outputs(&cases));
}

/// An input that returns at most so many bytes at once, and is interrupted now and then.
struct Pieces<'a> {
    rest: &'a [u8],
    most: usize,
    is_interrupted: bool,
}

impl<'a> Pieces<'a> {
    fn new(rest: &'a [u8], most: usize) -> Self {
        Self {
            rest,
            most,
            is_interrupted: false,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_interrupted = !self.is_interrupted;
        if self.is_interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let most = self.most.min(buffer.len());
        self.rest.read(&mut buffer[..most])
    }
}

fn join(blocks: impl Iterator<Item = Result<Block, BatchError>>) -> (Vec<u8>, usize) {
    let mut output = Vec::new();
    let mut documents = 0;
    for block in blocks {
        let block = block.unwrap();
        assert!(block.refused.is_none(), "{:?}", block.refused);
        output.extend_from_slice(&block.bytes);
        documents += block.documents;
    }
    (output, documents)
}

#[test]
fn an_input_in_pieces() {
    let cases = accepted();
    let converter = converter(Options::default());
    let (lines, messages) = (lines(&cases), messages(&cases));
    for most in [usize::MAX, 4097, 61] {
        let packed = join(converter.pack(Pieces::new(&lines, most)));
        assert!(packed == (messages.clone(), cases.len()));
        let unpacked = join(converter.unpack(Pieces::new(&messages, most)));
        assert!(unpacked == (outputs(&cases), cases.len()));
    }
    // The last line needs no line feed, and empty lines are no documents.
    let lines = [b"\n \n".as_slice(), lines.trim_ascii_end()].concat();
    assert!(join(converter.pack(lines.as_slice())) == (messages, cases.len()));
    assert_eq!(join(converter.pack(b"\n\n".as_slice())), (Vec::new(), 0));
    assert_eq!(join(converter.unpack(io::empty())), (Vec::new(), 0));
}

fn call(arguments: &str) -> String {
    format!(r#"{{"name":"n","arguments":"{arguments}","output":null}}"#)
}

fn calls(options: Options) -> Converter {
    Converter::new("stepwire.v1.FunctionCall", options).unwrap()
}

#[test]
fn refused_lines_have_a_place_and_the_others_are_converted() {
    let calls = calls(Options::default());
    let input = format!("{}\n\n{{\"name\":1}}\n{}\n{{\n", call("a"), call("b"));
    let mut packed = Vec::new();
    let mut refused = Vec::new();
    for block in calls.pack(input.as_bytes()) {
        let block = block.unwrap();
        packed.extend(block.bytes);
        refused.extend(block.refused);
    }
    let expected = calls
        .pack_lines(format!("{}\n{}", call("a"), call("b")))
        .unwrap();
    assert_eq!(packed, expected);
    assert_eq!(
        refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "document 3 (offset 44): wrong_type at /name (byte 8)",
            "document 5 (offset 98): not_json at the document (byte 1)",
        ]
    );
    assert_eq!(&input[44..54], r#"{"name":1}"#);

    let error = calls.pack_lines(&input).unwrap_err();
    assert_eq!(error, Error::RefusedInBatch(refused[0].clone()));
    assert_eq!(error.violation().unwrap().code, Code::WrongType);
}

#[test]
fn many_refused_lines_take_linear_time_and_little_memory() {
    let calls = calls(Options::default());
    let input = [b"x\n".repeat(2_000), call("a").into_bytes()].concat();
    let blocks: Vec<_> = calls.pack(input.as_slice()).map(Result::unwrap).collect();
    let refused = blocks.iter().filter_map(|block| block.refused.as_ref());
    assert!(refused.map(|document| document.number).eq(1..=2_000));
    assert_eq!(blocks.iter().map(|block| block.documents).sum::<usize>(), 1);
}

#[test]
fn a_document_that_is_too_large_is_skipped() {
    let options = Options {
        max_bytes: 1000,
        ..Options::default()
    };
    let (small, bounded) = (calls(Options::default()), calls(options));
    // More than a block, and so much more than is allowed.
    let large = call(&"x".repeat(3_000_000));
    let lines = format!("{}\n{large}\n{}\n", call("a"), call("b"));
    let messages = small.pack_lines(&lines).unwrap();
    let check = |blocks: Vec<Block>, expected: Vec<u8>, offset: u64| {
        let refused: Vec<_> = blocks
            .iter()
            .filter_map(|block| block.refused.clone())
            .collect();
        assert_eq!(refused.len(), 1);
        assert_eq!((refused[0].number, refused[0].offset), (2, offset));
        assert_eq!(refused[0].violation.code, Code::TooLarge);
        let output: Vec<u8> = blocks.into_iter().flat_map(|block| block.bytes).collect();
        assert!(output == expected);
    };
    let others = format!("{}\n{}\n", call("a"), call("b"));
    let collect = |blocks: &mut dyn Iterator<Item = Result<Block, BatchError>>| {
        blocks.map(Result::unwrap).collect::<Vec<_>>()
    };
    for most in [usize::MAX, 4096] {
        check(
            collect(&mut bounded.pack(Pieces::new(lines.as_bytes(), most))),
            small.pack_lines(&others).unwrap(),
            call("a").len() as u64 + 1,
        );
        let first = small.pack_lines(call("a")).unwrap().len() as u64;
        check(
            collect(&mut bounded.unpack(Pieces::new(&messages, most))),
            others.clone().into_bytes(),
            first + 4,
        );
    }
    // Larger than a block, and allowed.
    assert!(join(small.pack(lines.as_bytes())) == (messages.clone(), 3));
    assert!(join(small.unpack(messages.as_slice())) == (lines.into_bytes(), 3));
}

#[test]
fn the_end_of_a_cut_archive_is_refused() {
    let calls = calls(Options::default());
    let whole = calls
        .pack_lines(format!("{}\n{}", call("a"), call("b")))
        .unwrap();
    let first = whole.len() / 2;
    for end in first + 1..whole.len() {
        let blocks: Vec<_> = calls.unpack(&whole[..end]).map(Result::unwrap).collect();
        assert_eq!(blocks[0].bytes, [call("a").as_bytes(), b"\n"].concat());
        let refused = blocks.last().unwrap().refused.as_ref().unwrap();
        assert_eq!(refused.violation.code, Code::MalformedBinary);
        assert_eq!((refused.number, refused.offset), (2, first as u64 + 1));
    }
    // What follows a size that is none cannot be read.
    let broken = [&whole[..first], &[0xff; 20], &whole[first..]].concat();
    let blocks: Vec<_> = calls
        .unpack(broken.as_slice())
        .map(Result::unwrap)
        .collect();
    assert_eq!(blocks.iter().map(|block| block.documents).sum::<usize>(), 1);
    let refused = blocks.last().unwrap().refused.as_ref().unwrap();
    assert_eq!(refused.offset, first as u64);
}

#[test]
fn an_error_of_the_input_ends_the_iteration() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let calls = calls(Options::default());
    let mut blocks = calls.pack(Failing);
    assert!(
        matches!(blocks.next(), Some(Err(BatchError::Io(error))) if error.kind() == io::ErrorKind::ConnectionReset)
    );
    assert!(blocks.next().is_none());
}

#[test]
fn a_chunk_is_converted_up_to_its_last_complete_document() {
    let calls = calls(Options::default());
    let lines = format!("{}\n{}", call("a"), call("b"));
    let (output, batch) = calls
        .pack_lines_with(lines.as_bytes(), false, <[u8]>::len)
        .unwrap();
    assert_eq!(
        (batch.documents, batch.lines, batch.consumed),
        (1, 1, call("a").len() + 1)
    );
    assert!(batch.refused.is_none());
    assert_eq!(output, calls.pack_lines(call("a")).unwrap().len());
}
