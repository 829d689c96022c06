//! Does one thing with many items on a few threads, and hands the results out in the order of the items, so that
//! what is said about them is the same each time.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::super::STACK;
use crate::trace::Flow;

/// So many threads as there are processors to be had.
pub(super) fn processors() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Works on items. Every result goes to `take`, in order, until it wants no more; `progress` is told how many
/// are done.
pub(super) fn work<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    act: impl Fn(&T) -> R + Sync,
    mut progress: impl FnMut(usize),
    mut take: impl FnMut(&T, R) -> Flow,
) {
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..threads.min(items.len()) {
            let (next, act, sender) = (&next, &act, sender.clone());
            let spawned = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    if sender.send((index, act(item))).is_err() {
                        return;
                    }
                }
            });
            started += usize::from(spawned.is_ok());
        }
        drop(sender);
        if started == 0 {
            // Where no thread is to be had, this one does it all.
            for (index, item) in items.iter().enumerate() {
                let flow = take(item, act(item));
                progress(index + 1);
                if flow == Flow::Stop {
                    return;
                }
            }
            return;
        }
        let (mut waiting, mut due, mut done) = (BTreeMap::new(), 0, 0);
        for (index, result) in results {
            done += 1;
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                if take(&items[due], result) == Flow::Stop {
                    next.store(items.len(), Ordering::Relaxed);
                    return;
                }
                due += 1;
            }
            progress(done);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..500).collect();
        for threads in [1, 3, 8] {
            let (mut taken, mut done) = (Vec::new(), Vec::new());
            work(
                &items,
                threads,
                |item| item * 2,
                |it| done.push(it),
                |item, result| {
                    assert_eq!(item * 2, result);
                    taken.push(*item);
                    Flow::Continue
                },
            );
            assert_eq!(taken, items);
            assert_eq!(done.last(), Some(&500));
        }
    }

    #[test]
    fn it_stops_when_nobody_wants_more() {
        let items: Vec<usize> = (0..500).collect();
        let mut taken = 0;
        work(
            &items,
            2,
            |_| (),
            |_| (),
            |item, ()| {
                taken += 1;
                if *item == 10 { Flow::Stop } else { Flow::Continue }
            },
        );
        assert_eq!(taken, 11);
    }
}
