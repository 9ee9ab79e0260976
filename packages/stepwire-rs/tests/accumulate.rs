//! Accumulation and columns: what the recorded streams do not have.

mod support;

use stepwire::accumulate::{AccumulateError, AccumulateOptions, AccumulationCode, Ended};
use stepwire::columns::{ColumnType, Columns};
use stepwire::events::EventFlags;
use stepwire::{Accumulator, Converter, Error, Options};

const EVENTS: &str = "stepwire.v1.StreamEvent";
const MESSAGE: &str = "stepwire.v1.ThreadMessage";

fn payload(id: &str, text: &str) -> String {
    format!(
        r#"{{"id":"{id}","object":"thread.message.delta","delta":{{"content":[{{"index":0,"type":"text","text":{{"value":"{text}"}}}}]}}}}"#
    )
}

fn chunk(id: &str, text: &str) -> String {
    let payload = payload(id, text);
    format!(r#"{{"event":"thread.message.delta","data":{payload}}}"#)
}

fn events(chunks: &[&str]) -> Vec<Vec<u8>> {
    let events = Converter::new(EVENTS, Options::default()).unwrap();
    chunks
        .iter()
        .map(|chunk| events.to_binary(chunk).unwrap())
        .collect()
}

/// The text that deltas have made, in the bytes of a message.
fn has_text(message: &[u8], text: &str) -> bool {
    message
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

#[test]
fn deltas_become_objects() {
    let mut accumulator = Accumulator::new(EVENTS, &AccumulateOptions::default()).unwrap();
    let done = r#"{"event":"done","data":"[DONE]"}"#;
    let chunks = [chunk("a", "Hel"), chunk("b", "x"), chunk("a", "lo")];
    let events = events(&[&chunks[0], &chunks[1], &chunks[2], done]);
    let first = accumulator.apply(&events[0]).unwrap().unwrap();
    let second = accumulator.apply(&events[1]).unwrap().unwrap();
    assert_eq!(accumulator.apply(&events[2]).unwrap(), Some(first));
    assert_ne!(first, second);
    assert_eq!(accumulator.ended().unwrap(), None);

    let objects = accumulator.objects().unwrap();
    assert_eq!(objects.len(), 2);
    assert_eq!(
        (objects[0].message.as_str(), objects[0].id.as_str()),
        (MESSAGE, "a")
    );
    assert!(has_text(&objects[0].bytes, "Hello"));
    assert_eq!(
        accumulator.get(MESSAGE, "a").unwrap(),
        Some(objects[0].bytes.clone())
    );
    assert_eq!(accumulator.get(MESSAGE, "c").unwrap(), None);

    assert!(accumulator.remove(first).unwrap());
    assert!(!accumulator.remove(first).unwrap());
    assert_eq!(accumulator.object(first).unwrap(), None);
    assert_eq!(accumulator.numbers().unwrap(), [second]);
    assert_eq!(accumulator.apply(&events[3]).unwrap(), None);
    assert_eq!(accumulator.ended().unwrap(), Some(Ended::Done));
}

#[cfg(feature = "messages")]
#[test]
fn objects_are_messages() {
    let mut accumulator = Accumulator::new(EVENTS, &AccumulateOptions::default()).unwrap();
    for event in events(&[&chunk("a", "x"), &chunk("b", "y")]) {
        accumulator.apply(event).unwrap();
    }
    let messages = accumulator
        .messages::<stepwire::v1::ThreadMessage>()
        .unwrap();
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1].id, "b");
    assert!(
        accumulator
            .messages::<stepwire::v1::Run>()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn many_events_at_once() {
    let chunks = [chunk("a", "Hel"), chunk("a", "lo")];
    let converter = Converter::new(EVENTS, Options::default()).unwrap();
    let lines = chunks.join("\n");
    let delimited = converter.pack_lines(lines).unwrap();
    let mut accumulator = Accumulator::new(EVENTS, &AccumulateOptions::default()).unwrap();
    let cut = delimited.len() - 1;
    let applied = accumulator.apply_all(&delimited[..cut]).unwrap();
    assert_eq!(applied.events, 1);
    assert!(applied.refused.is_none());
    let applied = accumulator
        .apply_all(&delimited[applied.consumed..])
        .unwrap();
    assert_eq!(applied.events, 1);
    let object = accumulator
        .object(applied.changed.unwrap())
        .unwrap()
        .unwrap();
    assert!(has_text(&object.bytes, "Hello"));

    // The bytes of a stream, without a message in between.
    let stream = format!(
        "event: thread.message.delta\ndata: {}\n\n",
        payload("a", "!")
    );
    let flags = EventFlags {
        first: true,
        last: true,
        ..EventFlags::default()
    };
    let (delimited, _) = converter
        .decode_events_with(stream.as_bytes(), flags, 1 << 20, <[u8]>::to_vec)
        .unwrap();
    assert_eq!(accumulator.apply_all(delimited).unwrap().events, 1);
}

#[test]
fn the_first_of_many_events_that_is_too_large_is_refused() {
    let converter = Converter::new(EVENTS, Options::default()).unwrap();
    let small = converter.pack_lines(chunk("a", "x")).unwrap();
    let large = converter.pack_lines(chunk("a", &"y".repeat(500))).unwrap();
    let options = AccumulateOptions {
        max_event_bytes: 400,
        ..AccumulateOptions::default()
    };
    let mut accumulator = Accumulator::new(EVENTS, &options).unwrap();
    let all = [&small[..], &small, &large, &small].concat();
    let before = 2 * small.len();
    for end in [all.len(), before + 10] {
        let applied = accumulator.apply_all(&all[..end]).unwrap();
        assert_eq!((applied.events, applied.consumed), (2, before));
        let (refused, end) = applied.refused.unwrap();
        assert_eq!(refused.code, AccumulationCode::TooLarge);
        assert_eq!(refused.expected, "at most 400 bytes");
        assert_eq!(end, before + large.len());
    }
    let object = accumulator.objects().unwrap().remove(0);
    assert!(has_text(&object.bytes, "xxxx") && !has_text(&object.bytes, "y"));
}

#[test]
fn a_refused_event_changes_nothing() {
    let options = AccumulateOptions {
        max_objects: 1,
        max_event_bytes: 1000,
        ..AccumulateOptions::default()
    };
    let mut accumulator = Accumulator::new(EVENTS, &options).unwrap();
    let events = events(&[
        &chunk("a", "x"),
        &chunk("b", "y"),
        &chunk("a", &"z".repeat(2000)),
    ]);
    accumulator.apply(&events[0]).unwrap();
    let before = accumulator.objects().unwrap();
    let code = |error: AccumulateError| error.refused().unwrap().code;
    let error = accumulator.apply(&events[1]).unwrap_err();
    assert!(
        error.to_string().starts_with("too_many_objects at "),
        "{error}"
    );
    assert_eq!(code(error), AccumulationCode::TooManyObjects);
    assert_eq!(
        code(accumulator.apply(b"\xff").unwrap_err()),
        AccumulationCode::MalformedEvent
    );
    assert_eq!(
        code(accumulator.apply(&events[2]).unwrap_err()),
        AccumulationCode::TooLarge
    );
    assert_eq!(accumulator.objects().unwrap(), before);
    assert!(accumulator.size().unwrap() > 0);
}

#[test]
fn options_are_checked() {
    let new = |message: &str, options: &AccumulateOptions| {
        Accumulator::new(message, options).unwrap_err()
    };
    let defaults = AccumulateOptions::default();
    assert_eq!(
        new(MESSAGE, &defaults),
        Error::UnknownMessage(MESSAGE.into())
    );
    let options = AccumulateOptions {
        max_objects: 0,
        ..defaults.clone()
    };
    assert!(matches!(new(EVENTS, &options), Error::InvalidOption(_)));
    let options = AccumulateOptions {
        objects: vec!["a.B".into()],
        ..defaults.clone()
    };
    assert_eq!(new(EVENTS, &options), Error::UnknownMessage("a.B".into()));
    let options = AccumulateOptions {
        objects: vec![MESSAGE.into()],
        set_names: Some(vec!["name".into()]),
        ..defaults
    };
    let mut accumulator = Accumulator::new(EVENTS, &options).unwrap();
    let event = &events(&[&chunk("a", "x")])[0];
    assert!(accumulator.apply(event).unwrap().is_some());
}

fn integers(data: &[u8]) -> Vec<i64> {
    data.chunks(8)
        .map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap()))
        .collect()
}

fn offsets(data: &[u8]) -> Vec<usize> {
    data.chunks(4)
        .map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()) as usize)
        .collect()
}

#[test]
fn documents_become_columns() {
    let documents = Converter::new("stepwire.v1.Document", Options::default()).unwrap();
    let lines = [
        r#"{"id":"thread_1","object":"thread","created_at":1760000000,"metadata":{},"tool_resources":null}"#,
        r#"{"my":"own"}"#,
        r#"{"id":"thread_2","object":"thread","created_at":1760000001,"metadata":{},"tool_resources":null}"#,
    ];
    let packed = documents.pack_lines(lines.join("\n")).unwrap();
    let mut columns = Columns::new("stepwire.v1.Document").unwrap();
    let rows = columns.convert([&packed[..], &[200]].concat()).unwrap();
    assert_eq!(
        (rows.rows, rows.consumed, rows.malformed),
        (3, packed.len(), None)
    );

    let index = |columns: &Columns, name: &str| {
        let mut fields = columns.fields().iter();
        fields.position(|field| field.name == name).unwrap()
    };
    assert_eq!(columns.fields()[0].name, "document");
    assert_eq!(columns.fields()[0].column_type.arrow_format(), "z");
    let at = index(&columns, "id");
    assert_eq!(columns.fields()[at].column_type, ColumnType::String);
    let ids = columns.column(at).unwrap().unwrap();
    assert_eq!((ids.rows, ids.nulls, ids.validity[0] & 7), (3, 1, 0b101));
    assert_eq!(offsets(ids.offsets), [0, 8, 8, 16]);
    assert_eq!(ids.data, b"thread_1thread_2");
    let at = index(&columns, "created_at");
    assert_eq!(columns.fields()[at].column_type, ColumnType::Timestamp);
    let created = columns.column(at).unwrap().unwrap();
    let values = integers(created.data);
    assert_eq!(
        (values[0], values[2]),
        (1_760_000_000_000_000, 1_760_000_001_000_000)
    );

    let whole = columns.column(0).unwrap().unwrap();
    let ends = offsets(whole.offsets);
    for (row, line) in lines.iter().enumerate() {
        let json = documents
            .to_json(&whole.data[ends[row]..ends[row + 1]])
            .unwrap();
        assert_eq!(json, line.as_bytes());
    }
    assert!(columns.column(columns.fields().len()).unwrap().is_none());

    let rows = columns.convert([&packed[..], &[1, 0xff]].concat()).unwrap();
    assert_eq!((rows.rows, rows.malformed), (3, Some(packed.len())));
    let error = Columns::new("a.B").unwrap_err();
    assert_eq!(error, Error::UnknownMessage("a.B".into()));
}
