//! Alarms fire when and in which order they should, whatever was armed and taken back.

use std::collections::BTreeMap;

use super::*;
use crate::random::Generator;

#[test]
fn alarms_of_one_instant_fire_in_the_order_armed_timeouts_first() {
    let mut timers = Timers::default();
    let wake = |task| Alarm::Wake(TaskId(task));
    timers.arm(5, wake(1));
    timers.arm(5, wake(2));
    timers.arm(5, Alarm::Timeout { task: TaskId(3), frame: 0 });
    timers.arm(4, wake(4));
    let gone = timers.arm(5, wake(5));
    timers.disarm(gone);
    assert_eq!(timers.pop_due(3), None);
    let order: Vec<Alarm> = std::iter::from_fn(|| timers.pop_due(5)).collect();
    assert_eq!(order, [wake(4), Alarm::Timeout { task: TaskId(3), frame: 0 }, wake(1), wake(2)]);
    assert_eq!(timers.len(), 0);
}

/// The same, kept in a sorted map.
#[derive(Default)]
struct Model {
    alarms: BTreeMap<(u64, bool, u64), (Alarm, TimerKey)>,
    armed: u64,
}

#[test]
fn the_wheel_does_what_a_sorted_map_does() {
    let mut popped = 0;
    for case in 0..100 {
        let mut step = 0;
        let mut random = |below: u64| {
            step += 1;
            Generator::new(case).draw(1, 2, step) % below
        };
        let (mut timers, mut model, mut now) = (Timers::default(), Model::default(), 0);
        for task in 0..1_500 {
            match random(10) {
                0..5 => {
                    let span = [1, 3, 70, 5_000, 1 << 20, 1 << 40][random(6) as usize];
                    let deadline = now + random(span);
                    let (frame, task) = (0, TaskId(task));
                    let alarm =
                        if random(3) == 0 { Alarm::Timeout { task, frame } } else { Alarm::Wake(task) };
                    let key = timers.arm(deadline, alarm);
                    let place = (deadline, !alarm.is_urgent(), model.armed);
                    model.alarms.insert(place, (alarm, key));
                    model.armed += 1;
                }
                5..7 if !model.alarms.is_empty() => {
                    let at = random(model.alarms.len() as u64) as usize;
                    let place = *model.alarms.keys().nth(at).unwrap();
                    let (_, key) = model.alarms.remove(&place).unwrap();
                    timers.disarm(key);
                    timers.disarm(key);
                }
                7 => now += random(200),
                8 => {
                    let last = now + random(1_000);
                    let mut places = model.alarms.iter();
                    let (first, second) = (places.next(), places.next());
                    let lone = first.and_then(|(place, (alarm, _))| match *alarm {
                        Alarm::Wake(task) if place.0 <= last => Some((*place, task)),
                        _ => None,
                    });
                    let lone = lone.filter(|(place, _)| second.is_none_or(|(other, _)| other.0 > place.0));
                    match timers.pop_lone_sleep(last) {
                        Some(taken) => {
                            let (place, task) = lone.unwrap();
                            assert_eq!(taken, (place.0, task));
                            model.alarms.remove(&place);
                            now = now.max(place.0);
                            popped += 1;
                        }
                        // It may say so because of one that is dead.
                        None => now = timers.next_deadline().unwrap_or(now).max(now),
                    }
                }
                _ => {
                    let next = model.alarms.keys().next().map(|(deadline, ..)| *deadline);
                    if next.is_none_or(|deadline| deadline > now) {
                        assert_eq!(timers.pop_due(now), None);
                        assert_eq!(timers.next_deadline(), next);
                        now = next.unwrap_or(now);
                    }
                }
            }
            while random(2) == 0 {
                let due = model.alarms.first_entry().filter(|entry| entry.key().0 <= now);
                assert_eq!(timers.pop_due(now), due.map(|entry| entry.remove().0));
            }
            assert_eq!(timers.len(), model.alarms.len());
        }
    }
    assert!(popped > 1_000, "too few were alone: {popped}");
}

#[test]
fn alarms_that_are_always_disarmed_do_not_pile_up() {
    let mut timers = Timers::default();
    for task in 0..1_000_000 {
        let key = timers.arm(1 << 50, Alarm::Wake(TaskId(task)));
        timers.disarm(key);
    }
    assert!(timers.slots.iter().map(Vec::len).sum::<usize>() <= 2 * FEW);
    assert_eq!(timers.next_deadline(), None);
    assert_eq!(timers.dead, 0);
}

#[test]
fn an_alarm_behind_slots_that_a_sweep_has_emptied_fires() {
    let mut timers = Timers::default();
    let wake = |task| Alarm::Wake(TaskId(task));
    timers.arm(10, wake(0));
    let last_of_its_instant = timers.arm(10, wake(1));
    let swept: Vec<TimerKey> = (0..FEW as u32 + 7).map(|task| timers.arm(1_000, wake(task))).collect();
    timers.arm(5_000, Alarm::Timeout { task: TaskId(2), frame: 0 });
    swept.into_iter().for_each(|key| timers.disarm(key));
    assert!(timers.dead < FEW, "they have been swept out");
    assert_eq!(timers.next_deadline(), Some(10));
    timers.disarm(last_of_its_instant);
    assert_eq!([timers.pop_due(10), timers.pop_due(10)], [Some(wake(0)), None]);
    assert_eq!(timers.next_deadline(), Some(5_000));
    assert_eq!(timers.pop_due(5_000), Some(Alarm::Timeout { task: TaskId(2), frame: 0 }));
}
