//! Fair timing of several batches: they take turns, and the fastest turn of each counts.

use std::time::{Duration, Instant};

/// Work that repeats the given number of times.
pub type Batch<'a> = Box<dyn Fn(u32) + 'a>;

/// The minimum length of a turn: enough for the clock, and less than a time slice of the scheduler.
const TURN: Duration = Duration::from_micros(250);

/// Measures the nanoseconds of one repetition, for each batch.
///
/// The fastest turn is closest to the work itself, because other work on the machine only adds time.
/// The batches take turns, so a slow period affects all of them alike.
#[must_use]
pub fn fastest_turns(rounds: usize, batches: &[Batch<'_>]) -> Vec<f64> {
    let times: Vec<u32> = batches.iter().map(calibrate).collect();
    let mut least = vec![f64::INFINITY; batches.len()];

    for _ in 0..rounds {
        for ((batch, &times), least) in batches.iter().zip(&times).zip(&mut least) {
            let start = Instant::now();
            batch(times);
            *least = least.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(times));
        }
    }
    least
}

/// Finds how many repetitions fill a turn.
fn calibrate(batch: &Batch<'_>) -> u32 {
    let mut times = 1;
    loop {
        let start = Instant::now();
        batch(times);
        if start.elapsed() >= TURN || times >= 1 << 20 {
            return times;
        }
        times *= 2;
    }
}
