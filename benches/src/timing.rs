//! Taking the time of several things fairly: in turns, and the fastest turn of each counts.

use std::time::{Duration, Instant};

/// Does something so many times.
pub type Batch<'a> = Box<dyn Fn(u32) + 'a>;

/// A turn lasts at least as long: enough for the clock, and less than a scheduler's slice.
const TURN: Duration = Duration::from_micros(250);

/// The nanoseconds that one time takes, for each of the batches.
///
/// The least of all turns is what is closest to the work itself: whatever else the machine does
/// only ever adds. Turns of one follow those of the others, so that a slow spell meets all alike.
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

/// How many times fill a turn.
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
