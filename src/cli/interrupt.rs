//! Ctrl-C: the run stops after the step under way, what is known of it is written, and the exit code says so.
//!
//! Left to itself, the signal would end the program in the middle of a line, and lose what is buffered.

use std::process::exit;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use super::Exit;
use crate::render::{Format, Printer};
use crate::trace::{Event, Flow, Interest, Names, Sink};

/// How long a run has to notice. One that is in the midst of a long step does not.
const GRACE: Duration = Duration::from_millis(500);

/// Whether the user has had enough.
#[derive(Clone, Debug, Default)]
pub(super) struct Interrupt {
    requested: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens for Ctrl-C from now on.
    pub(super) fn listen() -> Interrupt {
        let interrupt = Interrupt::default();
        let requested = interrupt.requested.clone();
        // Where no handler can be set, the signal ends the program, as it would without us.
        let _ = ctrlc::set_handler(move || {
            requested.store(true, Ordering::Relaxed);
            sleep(GRACE);
            exit(Exit::Interrupted as i32);
        });
        interrupt
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn is_requested(&self) -> bool {
        self.requested.load(Ordering::Relaxed)
    }
}

/// A printer that stops the run when the user has had enough.
pub(super) struct Interruptible<F, W> {
    pub(super) printer: Printer<F, W>,
    pub(super) interrupt: Interrupt,
}

impl<F: Format, W: std::io::Write> Sink for Interruptible<F, W> {
    fn interest(&self) -> Interest {
        self.printer.interest()
    }

    fn event(&mut self, event: &Event, names: &Names) -> Flow {
        self.printer.event(event, names)
    }

    fn flow(&self) -> Flow {
        if self.interrupt.is_requested() { Flow::Stop } else { Flow::Continue }
    }
}
