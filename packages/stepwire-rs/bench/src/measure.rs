use std::ops::Range;
use std::time::{Duration, Instant};

use serde_json::json;

/// The longest seconds of a block in the fastest contender, and in the slowest.
const FASTEST_BLOCK: f64 = 0.0007;
const SLOWEST_BLOCK: f64 = 0.002;
const LEAST_ROUNDS: usize = 7;
/// The part of the time that is not counted.
const WARM_UP: f64 = 0.2;

/// One way to convert the documents of a set.
pub struct Contender<'a> {
    name: &'static str,
    /// The number of documents that it cannot convert, and converts in another way.
    refused: usize,
    /// Converts the documents with these indexes.
    convert: Box<dyn Fn(Range<usize>) + 'a>,
}

impl<'a> Contender<'a> {
    /// One that converts a document at a time.
    pub fn new(name: &'static str, convert: impl Fn(usize) + 'a) -> Self {
        Self::of_many(name, move |block| block.for_each(&convert))
    }

    /// One that converts many documents at a time.
    pub fn of_many(name: &'static str, convert: impl Fn(Range<usize>) + 'a) -> Self {
        Self {
            name,
            refused: 0,
            convert: Box::new(convert),
        }
    }

    pub fn with_refused(self, refused: usize) -> Self {
        Self { refused, ..self }
    }

    fn time(&self, block: Range<usize>) -> Duration {
        let start = Instant::now();
        (self.convert)(block);
        start.elapsed()
    }

    /// Converts all documents for some time, and returns the shortest time.
    fn warm_up(&self, count: usize, time: Duration) -> Duration {
        let start = Instant::now();
        let mut shortest = self.time(0..count);
        while start.elapsed() < time {
            shortest = shortest.min(self.time(0..count));
        }
        shortest
    }
}

/// Measures contenders for so many milliseconds, and prints the milliseconds of each by block and
/// round. Like `packages/bench/src/speed/blocks.ts`: each contender converts a block of documents
/// before any of them converts the next block, and another contender begins each round.
pub fn print(set: &str, contenders: &[Contender], count: usize, milliseconds: u64) {
    let time = Duration::from_millis(milliseconds);
    let warm_up = time.mul_f64(WARM_UP / contenders.len() as f64);
    let (fastest, slowest) = contenders
        .iter()
        .map(|contender| contender.warm_up(count, warm_up).as_secs_f64())
        .fold((f64::INFINITY, 0.0_f64), |(fastest, slowest), seconds| {
            (fastest.min(seconds), slowest.max(seconds))
        });
    let parts = (fastest / FASTEST_BLOCK)
        .max(slowest / SLOWEST_BLOCK)
        .ceil() as usize;
    let parts = parts.clamp(1, count);
    let mut times = vec![vec![Vec::new(); parts]; contenders.len()];
    let start = Instant::now();
    let mut round = 0;
    while round < LEAST_ROUNDS || start.elapsed() < time.mul_f64(1.0 - WARM_UP) {
        for part in 0..parts {
            let block = part * count / parts..(part + 1) * count / parts;
            for turn in 0..contenders.len() {
                let index = (turn + round + part) % contenders.len();
                let elapsed = contenders[index].time(block.clone());
                times[index][part].push(elapsed.as_secs_f64() * 1e3);
            }
        }
        round += 1;
    }
    for (contender, blocks) in contenders.iter().zip(times) {
        println!(
            "{}",
            json!({
                "set": set,
                "contender": contender.name,
                "documents": count,
                "refused": contender.refused,
                "blocks": blocks,
            })
        );
    }
}
