//! A million calls in 8 threads: the same bytes each time, and no memory that grows. That takes long, so
//! without `STEPWIRE_LONG` there are fewer calls.

use std::{env, fs, thread};

use stepwire::accumulate::AccumulateOptions;
use stepwire::events::{DecodeOptions, EventDecoder, EventEncoder};
use stepwire::{Accumulator, Converter, Options};

const THREADS: usize = 8;
const CALLS: usize = 1_000_000;
const EVENTS: &str = "stepwire.v1.StreamEvent";

fn payload(text: &str) -> String {
    format!(
        r#"{{"id":"msg_1","object":"thread.message.delta","delta":{{"content":[{{"index":0,"type":"text","text":{{"value":"{text}"}}}}]}}}}"#
    )
}

/// The memory of this process in bytes; none where there is no /proc.
fn resident() -> Option<usize> {
    let pages = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = pages.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

/// Converts, reads, writes and accumulates so many times.
fn run(converter: &Converter, calls: usize) {
    let event = format!(
        r#"{{"event":"thread.message.delta","data":{}}}"#,
        payload("Hello")
    );
    let sse = format!(
        "event: thread.message.delta\ndata: {}\n\n",
        payload("Hello")
    );
    let binary = converter.to_binary(&event).unwrap();
    let lines = [event.as_bytes(), b"\n"].concat().repeat(10);
    let packed = converter.pack_lines(&lines).unwrap();
    let mut decoder = EventDecoder::new(converter, DecodeOptions::default());
    let mut encoder = EventEncoder::new(converter);
    let mut output = Vec::new();
    for call in 0..calls {
        output.clear();
        match call % 6 {
            0 => {
                converter.to_binary_into(&event, &mut output).unwrap();
                assert!(output == binary);
            }
            1 => {
                converter.to_json_into(&binary, &mut output).unwrap();
                assert!(output == event.as_bytes());
            }
            2 => assert!(converter.to_binary(b"{").is_err()),
            3 => assert!(converter.pack_lines(&lines).unwrap() == packed),
            4 => {
                decoder.push(sse.as_bytes());
                assert!(decoder.next_event().unwrap() == Some(binary.as_slice()));
            }
            _ => {
                encoder.encode_into([&binary], &mut output).unwrap();
                assert!(output == sse.as_bytes());
            }
        }
    }
    // An accumulator holds an instance of its own: each gives it up.
    for _ in 0..calls / 10_000 {
        let mut accumulator = Accumulator::new(EVENTS, &AccumulateOptions::default()).unwrap();
        for _ in 0..100 {
            accumulator.apply(&binary).unwrap();
        }
        assert_eq!(accumulator.objects().unwrap().len(), 1);
    }
}

fn run_in_threads(converter: &Converter, calls: usize) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| run(converter, calls / THREADS));
        }
    });
}

#[test]
fn a_million_calls_take_no_more_memory_than_some() {
    let is_long = env::var_os("STEPWIRE_LONG").is_some();
    let calls = if is_long { CALLS } else { 2_000 };
    let converter = Converter::new(EVENTS, Options::default()).unwrap();
    run_in_threads(&converter, calls / 10);
    let (memory, before) = (converter.memory_size(), resident());
    run_in_threads(&converter, calls);
    assert!(converter.memory_size() <= memory.max(1) * THREADS);
    let (Some(before), Some(after)) = (before, resident()) else {
        return;
    };
    println!("{calls} calls: {before} bytes before, {after} after");
    if is_long {
        let most = before + 8 * 1024 * 1024;
        assert!(after <= most, "{before} bytes before, {after} after");
    }
}
