//! The stream format: the vectors of all languages, and what they do not have.

#![cfg(feature = "messages")]

mod support;

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

use prost::{Message, Name};
use serde_json::Value;
use stepwire::chat::v1::ChatCompletionStreamEvent;
use stepwire::stream::{Encoding, Error, ErrorCode, Event, EventStream, ReadOptions, Reader};
use stepwire::stream::{WriteOptions, Writer};
use stepwire::v1::{Run, StreamEvent, stream_event};
use support::chunks::{Chunks, collect};
use support::{hex_bytes, stream_cases};

/// An input that returns at most so many bytes at once.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

fn read(stream: &[u8], piece: usize, options: ReadOptions) -> (Vec<Event>, Option<Error>) {
    let mut events = Vec::new();
    let mut reader = Reader::with_options(Pieces(stream, piece), options).unwrap();
    for next in &mut reader {
        match next {
            Ok(event) => events.push(event),
            Err(error) => {
                assert!(reader.next().is_none());
                return (events, Some(error));
            }
        }
    }
    (events, None)
}

fn bytes(case: &Value, member: &str) -> Vec<u8> {
    hex_bytes(case[member].as_str().unwrap())
}

fn events(case: &Value) -> Vec<Event> {
    let pair = |event: &Value| Event {
        number: event[0].as_u64().unwrap(),
        bytes: hex_bytes(event[1].as_str().unwrap()),
    };
    case["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(pair)
        .collect()
}

fn options(case: &Value) -> ReadOptions {
    let mut options = ReadOptions::default();
    if let Some(name) = case["encoding"].as_str() {
        options.encoding = Encoding::from_name(name).unwrap();
    }
    for (name, value) in case["options"].as_object().into_iter().flatten() {
        let value = value.as_u64().unwrap();
        let size = usize::try_from(value).unwrap();
        match name.as_str() {
            "firstNumber" => options.first_number = value,
            "maxEventBytes" => options.max_event_bytes = size,
            "maxStateBytes" => options.max_state_bytes = size,
            "maxBlockBytes" => options.max_block_bytes = size,
            "maxExpansion" => options.max_expansion = value,
            other => panic!("an unknown option {other}"),
        }
    }
    options
}

fn is_supported(case: &Value) -> bool {
    let encoding = case["encoding"].as_str().unwrap_or("identity");
    let is_known = Encoding::from_name(encoding).is_some();
    assert!(is_known || (encoding == "zstd" && !cfg!(feature = "zstd")));
    is_known
}

#[test]
fn streams_of_the_vectors_are_read() {
    let cases = stream_cases();
    for case in cases.iter().filter(|case| is_supported(case)) {
        let name = case["name"].as_str().unwrap();
        let stream = bytes(case, "stream");
        for piece in [usize::MAX, 7, 1] {
            let (found, error) = read(&stream, piece, options(case));
            let expected = &case["error"];
            if piece < usize::MAX && expected["code"] == "expands_too_much" {
                // The limit is reached sooner, because the input is shorter.
                assert_eq!(found, events(case)[..found.len()], "{name}");
            } else {
                assert_eq!(found, events(case), "{name}");
            }
            match error {
                None => assert!(expected.is_null() && case["failure"].is_null(), "{name}"),
                Some(Error::Failure(detail)) => assert_eq!(detail, bytes(case, "failure")),
                Some(Error::Format(error)) => {
                    assert_eq!(expected["code"], error.code.as_str(), "{name}: {error}");
                    assert!(!error.expected.is_empty() && !error.found.is_empty());
                    let sooner = piece < usize::MAX && error.code == ErrorCode::ExpandsTooMuch;
                    if expected.get("offset").is_some() && !sooner {
                        assert_eq!(expected["offset"], error.offset, "{name}: {error}");
                        assert_eq!(expected["event"], error.event, "{name}: {error}");
                    }
                }
                Some(error) => panic!("{name}: {error}"),
            }
        }
    }
}

fn write<M: Name>(case: &Value, encoding: Encoding) -> Vec<u8> {
    let events = events(case);
    let options = WriteOptions {
        encoding,
        first_number: events.first().map_or(1, |event| event.number),
        ..WriteOptions::default()
    };
    let mut writer = Writer::new::<M>(Vec::new(), options).unwrap();
    let mut rest = events.as_slice();
    for count in case["blocks"].as_array().unwrap() {
        let (block, after) = rest.split_at(count.as_u64().unwrap().try_into().unwrap());
        let number = block
            .first()
            .map_or(writer.next_number(), |event| event.number);
        let events = block.iter().map(|event| &event.bytes);
        writer.write_from(number, events).unwrap();
        rest = after;
    }
    writer.finish().unwrap()
}

fn write_case(case: &Value, encoding: Encoding) -> Vec<u8> {
    match case["schema"].as_str().unwrap() {
        "stepwire.v1.StreamEvent" => write::<StreamEvent>(case, encoding),
        "stepwire.chat.v1.ChatCompletionStreamEvent" => {
            write::<ChatCompletionStreamEvent>(case, encoding)
        }
        other => panic!("an unknown event message {other}"),
    }
}

#[test]
fn streams_of_the_vectors_are_written_byte_for_byte() {
    let cases = stream_cases();
    let written: Vec<_> = cases
        .iter()
        .filter(|case| case["blocks"].is_array())
        .collect();
    assert!(written.len() >= 8, "only {} cases", written.len());
    for case in written {
        let stream = write_case(case, Encoding::Identity);
        assert_eq!(stream, bytes(case, "stream"), "{}", case["name"]);
    }
}

#[test]
fn compressed_streams_come_back_equal() {
    for case in stream_cases()
        .iter()
        .filter(|case| case["blocks"].is_array())
    {
        for encoding in ["gzip", "zstd"].into_iter().filter_map(Encoding::from_name) {
            let stream = write_case(case, encoding);
            let options = ReadOptions {
                encoding,
                ..ReadOptions::default()
            };
            let (found, error) = read(&stream, 5, options);
            assert!(error.is_none(), "{error:?}");
            assert_eq!(found, events(case), "{}", case["name"]);
        }
    }
}

/// An output and input that both ends share.
#[derive(Clone, Default)]
struct Pipe(Rc<RefCell<Vec<u8>>>);

impl io::Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut bytes = self.0.borrow_mut();
        if bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let size = bytes.len().min(buffer.len());
        buffer[..size].copy_from_slice(&bytes[..size]);
        bytes.drain(..size);
        Ok(size)
    }
}

fn run(id: &str) -> Vec<u8> {
    let run = Run {
        id: id.into(),
        ..Run::default()
    };
    let event = Some(stream_event::Event::RunCreated(run));
    StreamEvent {
        event,
        ..StreamEvent::default()
    }
    .encode_to_vec()
}

#[test]
fn each_block_can_be_read_before_the_next_is_written() {
    for encoding in ["identity", "gzip", "zstd"]
        .into_iter()
        .filter_map(Encoding::from_name)
    {
        let pipe = Pipe::default();
        let options = WriteOptions {
            encoding,
            ..WriteOptions::default()
        };
        let mut writer = Writer::new::<StreamEvent>(pipe.clone(), options).unwrap();
        writer.alive().unwrap();
        let options = ReadOptions {
            encoding,
            ..ReadOptions::default()
        };
        let mut reader = Reader::with_options(pipe, options).unwrap();
        for number in 1..=3 {
            let event = run(&number.to_string());
            writer.write([&event]).unwrap();
            assert_eq!(
                reader.next().unwrap().unwrap(),
                Event {
                    number,
                    bytes: event
                }
            );
        }
        writer.finish().unwrap();
        // The pipe says that it has no more bytes, which is an error of the input.
        assert!(matches!(reader.next(), Some(Err(Error::Io(_))) | None));
    }
}

#[test]
fn an_error_of_the_input_is_passed_on() {
    let mut reader = Reader::new(Pipe::default());
    assert!(matches!(
        reader.next(),
        Some(Err(Error::Io(error))) if error.kind() == io::ErrorKind::WouldBlock
    ));
    assert!(reader.next().is_none());
}

#[test]
fn chunks_are_a_stream_of_events() {
    for name in ["identity", "gzip", "zstd"] {
        let Some(encoding) = Encoding::from_name(name) else {
            continue;
        };
        let options = WriteOptions {
            encoding,
            ..WriteOptions::default()
        };
        let mut writer =
            Writer::for_message(&StreamEvent::full_name(), Vec::new(), options).unwrap();
        writer.write([run("a"), run("b")]).unwrap();
        writer.write([run("c")]).unwrap();
        let whole = writer.finish().unwrap();
        let read = |bytes: &[u8], last: Option<io::Error>| {
            let chunks = bytes.chunks(3).map(|chunk| Ok(chunk.to_vec()));
            let input = Chunks::new(chunks.chain(last.map(Err)));
            let options = ReadOptions {
                encoding,
                ..ReadOptions::default()
            };
            collect(EventStream::new(input, options).unwrap())
        };
        let events = read(&whole, None);
        let bytes: Vec<_> = events
            .into_iter()
            .map(|event| event.unwrap().bytes)
            .collect();
        assert_eq!(bytes, [run("a"), run("b"), run("c")], "{name}");

        let items = read(&whole[..whole.len() / 2], None);
        let error = items.last().unwrap().as_ref().unwrap_err();
        assert_eq!(error.format().unwrap().code, ErrorCode::CutOff, "{name}");
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        let items = read(&whole[..whole.len() / 2], Some(reset));
        assert!(matches!(items.last(), Some(Err(Error::Io(_)))), "{name}");
    }
}

#[test]
fn a_stream_is_refused_wherever_it_is_cut() {
    let mut writer = Writer::new::<StreamEvent>(Vec::new(), WriteOptions::default()).unwrap();
    writer.write([run("a"), run("b")]).unwrap();
    let stream = writer.fail(b"x").unwrap();
    for end in 0..stream.len() {
        let (_, error) = read(&stream[..end], usize::MAX, ReadOptions::default());
        assert_eq!(error.unwrap().format().unwrap().code, ErrorCode::CutOff);
    }
    let (events, error) = read(&stream, usize::MAX, ReadOptions::default());
    assert_eq!(events.len(), 2);
    assert!(matches!(error, Some(Error::Failure(detail)) if detail == b"x"));
}

#[test]
fn a_large_size_takes_no_memory() {
    // An event of 8 MiB is announced, and nothing of it follows.
    let stream = hex_bytes("8953570101848080100d00");
    let (events, error) = read(&stream, usize::MAX, ReadOptions::default());
    assert!(events.is_empty());
    let error = error.unwrap();
    assert_eq!(
        error.to_string(),
        "cut_off in the stream (offset 5, event 1): expected the end mark, found the end of the \
         input within a record, after 6 bytes of it"
    );
}

#[test]
fn numbers_must_increase() {
    let writer = |first_number| {
        let options = WriteOptions {
            first_number,
            ..WriteOptions::default()
        };
        Writer::new::<StreamEvent>(Vec::new(), options)
    };
    assert!(matches!(
        writer(1 << 53),
        Err(Error::InvalidNumber { number, least: 0 }) if number == 1 << 53
    ));
    let mut last = writer((1 << 53) - 1).unwrap();
    last.write([run("a")]).unwrap();
    assert!(last.write([run("b")]).is_err());
    let mut second = writer(2).unwrap();
    assert_eq!(
        second.write_from(1, [run("a")]).unwrap_err().to_string(),
        "the number of an event is 1; it must be at least 2 and at most 2^53 - 1"
    );
}

#[test]
fn a_payload_that_does_not_fit_is_written_completely() {
    let options = WriteOptions {
        max_state_bytes: 80,
        ..WriteOptions::default()
    };
    let mut writer = Writer::new::<StreamEvent>(Vec::new(), options).unwrap();
    let events = [run("a"), run(&"x".repeat(100)), run("a")];
    writer.write(&events).unwrap();
    let stream = writer.finish().unwrap();
    let options = ReadOptions {
        max_state_bytes: 80,
        ..ReadOptions::default()
    };
    let (found, error) = read(&stream, usize::MAX, options);
    assert!(error.is_none(), "{error:?}");
    assert!(found.iter().map(|event| &event.bytes).eq(&events));
}

#[test]
fn a_number_has_at_most_64_bits() {
    let stream = |last: &str| {
        hex_bytes(&format!(
            "89535701013a1a006a0b08ffffffffffffffffff{last}0000"
        ))
    };
    let (events, error) = read(&stream("01"), usize::MAX, ReadOptions::default());
    assert!(error.is_none(), "{error:?}");
    assert_eq!(events.len(), 1);
    let (events, error) = read(&stream("02"), usize::MAX, ReadOptions::default());
    assert!(events.is_empty());
    assert_eq!(error.unwrap().format().unwrap().code, ErrorCode::Malformed);
}
