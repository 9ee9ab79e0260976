//! Server-sent events: what the vectors of all languages do not have.

mod support;

use std::io::{self, Read};

use stepwire::events::{
    DecodeOptions, EventDecoder, EventEncoder, EventError, EventReader, EventStream, Framing,
};
use stepwire::{Code, Converter, Error, Mode, Options};
use support::chunks::{Chunks, collect};

const EVENTS: &str = "stepwire.chat.v1.ChatCompletionStreamEvent";

fn converter(mode: Mode) -> Converter {
    let options = Options {
        mode,
        ..Options::default()
    };
    Converter::new(EVENTS, options).unwrap()
}

fn chunk(text: &str) -> String {
    format!(
        r#"data: {{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{{"index":0,"delta":{{"content":"{text}"}},"finish_reason":null}}]}}"#
    )
}

/// The JSON document of an event, which shows what is in the message.
fn json(converter: &Converter, event: &[u8]) -> String {
    String::from_utf8(converter.to_json(event).unwrap()).unwrap()
}

fn document(text: &str) -> String {
    let chunk = chunk(text);
    format!(r#"{{"event":"","data":{}}}"#, &chunk["data: ".len()..])
}

/// Decodes pieces of a stream. Returns the events, and the errors as texts.
fn decode(
    converter: &Converter,
    options: DecodeOptions,
    stream: &[u8],
    size: usize,
) -> (Vec<String>, Vec<String>) {
    let mut decoder = EventDecoder::new(converter, options);
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    let mut take = |decoder: &mut EventDecoder| {
        loop {
            match decoder.next_event() {
                Ok(Some(event)) => events.push(json(converter, event)),
                Ok(None) => break,
                Err(error) => errors.push(error.to_string()),
            }
        }
    };
    for piece in stream.chunks(size) {
        decoder.push(piece);
        take(&mut decoder);
    }
    decoder.finish();
    take(&mut decoder);
    assert!(decoder.is_ended());
    (events, errors)
}

#[test]
fn events_come_in_any_pieces() {
    let converter = converter(Mode::Preserve);
    for end in ["\n", "\r\n", "\r"] {
        let lines = [
            "\u{feff}: a comment",
            &chunk("é"),
            "",
            &chunk("b"),
            "",
            "retry: 3",
            "data: [DONE]",
            "",
            "",
        ];
        let stream = lines.join(end);
        let done = r#"{"event":"[DONE]","data":"[DONE]"}"#.to_owned();
        let expected = vec![document("é"), document("b"), done];
        for size in [1, 2, 7, stream.len()] {
            let (events, errors) = decode(
                &converter,
                DecodeOptions::default(),
                stream.as_bytes(),
                size,
            );
            assert_eq!(events, expected, "{end:?} {size}");
            assert!(errors.is_empty(), "{errors:?}");
        }
    }
}

#[test]
fn an_event_is_returned_when_its_blank_line_has_arrived() {
    let converter = converter(Mode::Preserve);
    let mut decoder = EventDecoder::new(&converter, DecodeOptions::default());
    let stream = format!(": hello\n{}\n", chunk("a"));
    decoder.push(stream.as_bytes());
    assert!(decoder.next_event().unwrap().is_none());
    decoder.push(b"\n");
    assert!(decoder.next_event().unwrap().is_some());
    assert_eq!(decoder.skipped_lines(), 1);
    assert!(decoder.next_event().unwrap().is_none());
    assert!(!decoder.is_ended());
    decoder.finish();
    assert!(decoder.next_event().unwrap().is_none());
    assert!(decoder.is_ended());
}

#[test]
fn reading_continues_after_a_refused_event() {
    let converter = converter(Mode::Preserve);
    let wrong = chunk("x").replace(r#""created":1"#, r#""created":"1""#);
    let stream = format!(
        "{}\n\n{wrong}\n\ndata: {{\n\n{}\n\n",
        chunk("a"),
        chunk("b")
    );
    for size in [3, stream.len()] {
        let (events, errors) = decode(
            &converter,
            DecodeOptions::default(),
            stream.as_bytes(),
            size,
        );
        assert_eq!(events, [document("a"), document("b")]);
        assert_eq!(
            errors,
            [
                "event 1: wrong_type at /data/created (byte 53)",
                "event 2: not_json at /data (byte 0)"
            ]
        );
    }
    // In archives, what is not JSON is text.
    let archive = self::converter(Mode::Archive);
    let (events, errors) = decode(&archive, DecodeOptions::default(), stream.as_bytes(), 9);
    assert_eq!(events.len(), 4);
    assert!(events[2].contains(r#""data_text":"{""#), "{}", events[2]);
    assert!(errors.is_empty());
}

#[test]
fn many_refused_events_take_linear_time() {
    let converter = converter(Mode::Preserve);
    let stream = ["data: {\n\n".repeat(2_000), chunk("a"), "\n\n".into()].concat();
    let (events, errors) = decode(
        &converter,
        DecodeOptions::default(),
        stream.as_bytes(),
        stream.len(),
    );
    assert_eq!((events.len(), errors.len()), (1, 2_000));
}

#[test]
fn a_large_event_in_small_pieces() {
    let converter = converter(Mode::Preserve);
    let text = "x".repeat(200_000);
    let stream = format!("{}\n\n{}\n\n", chunk(&text), chunk("b"));
    let (events, errors) = decode(&converter, DecodeOptions::default(), stream.as_bytes(), 100);
    assert_eq!(events, [document(&text), document("b")]);
    assert!(errors.is_empty());

    let options = DecodeOptions {
        max_event_bytes: 100_000,
        ..DecodeOptions::default()
    };
    let (events, errors) = decode(&converter, options, stream.as_bytes(), 100);
    assert!(events.is_empty());
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("event 0: too_large"), "{}", errors[0]);
}

#[test]
fn lenient_framing_needs_no_blank_lines() {
    let converter = converter(Mode::Preserve);
    let stream = format!("{}\n{}\ndata: [DONE]\n", chunk("a"), chunk("b"));
    let lenient = DecodeOptions {
        framing: Framing::Lenient,
        ..DecodeOptions::default()
    };
    for size in [5, stream.len()] {
        let (events, errors) = decode(&converter, lenient, stream.as_bytes(), size);
        assert_eq!(events.len(), 3, "{errors:?}");
        assert_eq!(events[..2], [document("a"), document("b")]);
    }
    let (events, errors) = decode(&converter, DecodeOptions::default(), stream.as_bytes(), 5);
    assert_eq!((events.len(), errors.len()), (0, 1));
}

#[test]
fn events_are_written_as_they_were_read() {
    let converter = converter(Mode::Preserve);
    let stream = format!("{}\n\n{}\n\ndata: [DONE]\n\n", chunk("a"), chunk("b"));
    let events: Vec<Vec<u8>> = converter
        .decode_events(stream.as_bytes())
        .map(Result::unwrap)
        .collect();
    let mut encoder = EventEncoder::new(&converter);
    let mut written = encoder.encode(&events[0]).unwrap();
    encoder.encode_into(&events[1..], &mut written).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), stream);

    let error = encoder.encode([]).unwrap_err();
    assert_eq!(error.refused().unwrap().index, 3);
    assert_eq!(encoder.encode(&events[2]).unwrap(), b"data: [DONE]\n\n");
}

#[test]
fn an_error_of_the_input_is_passed_on() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::ErrorKind::ConnectionReset.into()),
                size => Ok(size),
            }
        }
    }
    let converter = converter(Mode::Preserve);
    let stream = format!("{}\n\ndata: cut off", chunk("a"));
    let decoder = EventDecoder::new(&converter, DecodeOptions::default());
    let mut events = EventReader::new(Failing(stream.as_bytes()), decoder);
    assert!(events.next().unwrap().is_ok());
    assert!(matches!(events.next(), Some(Err(EventError::Io(_)))));
    assert!(events.next().is_none());
}

#[test]
fn a_stream_of_chunks_is_a_stream_of_events() {
    let converter = converter(Mode::Preserve);
    let text = format!("{}\n\ndata: {{\n\n{}\n\n", chunk("a"), chunk("b"));
    let chunks = |failing: bool| {
        let whole = text.as_bytes().chunks(10).map(|chunk| Ok(chunk.to_vec()));
        let reset = || Err(io::ErrorKind::ConnectionReset.into());
        Chunks::new(whole.chain(failing.then(reset)))
    };
    let decoder = || EventDecoder::new(&converter, DecodeOptions::default());
    let items = collect(EventStream::new(chunks(false), decoder()));
    assert_eq!(items.len(), 3);
    assert_eq!(json(&converter, items[0].as_ref().unwrap()), document("a"));
    let refused = items[1].as_ref().unwrap_err().refused().unwrap();
    assert_eq!((refused.index, refused.violation.code), (1, Code::NotJson));
    assert_eq!(json(&converter, items[2].as_ref().unwrap()), document("b"));

    let items = collect(EventStream::new(chunks(true), decoder()));
    assert_eq!(items.len(), 4);
    assert!(matches!(items[3], Err(EventError::Io(_))));
}

#[test]
fn the_depth_is_that_of_the_document_of_an_event() {
    let options = Options {
        max_depth: 1000,
        ..Options::default()
    };
    let converter = Converter::new(EVENTS, options).unwrap();
    let read = |depth: usize| {
        let (open, close) = ("[".repeat(depth - 1), "]".repeat(depth - 1));
        let stream = format!("data: {{\"x\":{open}{close}}}\n\n");
        converter.decode_events(stream.as_bytes()).next().unwrap()
    };
    let event = read(999).unwrap();
    let mut encoder = EventEncoder::new(&converter);
    assert!(encoder.encode(&event).is_ok());
    match read(1000) {
        Err(EventError::Refused(refused)) => assert_eq!(refused.violation.code, Code::TooDeep),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_that_is_no_event_has_no_streams() {
    let converter = Converter::new("stepwire.v1.RunStep", Options::default()).unwrap();
    let mut events = converter.decode_events(b"data: {}\n\n".as_slice());
    assert!(matches!(
        events.next(),
        Some(Err(EventError::Convert(Error::Kernel(_))))
    ));
    assert!(events.next().is_none());
}
