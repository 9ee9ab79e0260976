use std::time::{Duration, Instant};

use serde_json::json;

/// As many rounds are not counted.
const WARM_UP_ROUNDS: u32 = 50;

/// One way to do the work.
pub struct Contender<'a> {
    name: &'static str,
    run: Box<dyn Fn() + 'a>,
}

impl<'a> Contender<'a> {
    pub fn new(name: &'static str, run: impl Fn() + 'a) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }

    /// How many microseconds one run takes, as the mean of so many.
    fn time(&self, runs: u32) -> f64 {
        let start = Instant::now();
        for _ in 0..runs {
            (self.run)();
        }
        start.elapsed().as_secs_f64() * 1e6 / f64::from(runs)
    }

    /// Warms up, and says how many runs fill a round.
    fn prepare(&self, round: Duration) -> u32 {
        let start = Instant::now();
        let mut runs = 0;
        while start.elapsed() < round * WARM_UP_ROUNDS {
            (self.run)();
            runs += 1;
        }
        (runs / WARM_UP_ROUNDS).max(1)
    }
}

pub struct Measurement {
    rounds: usize,
    round: Duration,
}

impl Measurement {
    pub fn new(rounds: usize, milliseconds: u64) -> Self {
        Self {
            rounds,
            round: Duration::from_millis(milliseconds),
        }
    }

    /// Times contenders side by side and prints the times, in microseconds.
    pub fn print(&self, document: &str, contenders: &[Contender]) {
        let runs: Vec<u32> = contenders
            .iter()
            .map(|each| each.prepare(self.round))
            .collect();
        let mut times = vec![Vec::with_capacity(self.rounds); contenders.len()];
        for _ in 0..self.rounds {
            for (index, contender) in contenders.iter().enumerate() {
                times[index].push(contender.time(runs[index]));
            }
        }
        for (contender, times) in contenders.iter().zip(times) {
            let name = contender.name;
            println!(
                "{}",
                json!({ "document": document, "contender": name, "times": times })
            );
        }
    }
}
