//! What a host function holds: its arguments, and the way to the scenario.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::desk::{Answer, Desk, Wish};
use super::{HostError, Value};

/// A call of a host function: its arguments, and what it can ask of the scenario.
///
/// A function asks for one thing of the scenario at a time; it panics if it asks for a second while it waits for
/// the first, as in a `join!` of two sleeps. What is to go on side by side is best spawned in the scenario.
///
/// While a function waits for something else, such as a thread, a socket or another host function, virtual time
/// stands still, so that what comes from outside comes at the instant at which it was asked for, however long it
/// really took. What comes is taken in the order in which the functions began to wait, so a trace does not depend
/// on which thread is faster. See [`Call::let_time_pass`] for a wait that ends only if time goes on.
///
/// ```
/// use scenario::{Call, HostError, Scenario};
/// use std::time::Duration;
///
/// async fn ship(call: Call) -> Result<String, HostError> {
///     let order = call.get("orders").await?;
///     call.sleep(Duration::from_secs(3600)).await;
///     call.log(format!("packed {order} at {:?}", call.now()));
///     call.put("parcels", order.clone()).await?;
///     Ok(format!("{order} is under way"))
/// }
///
/// let text = r#"
///     queue orders
///     queue parcels, capacity: 1
///     host ship()
///     main {
///       put orders, "lamp"
///       answer = await ship()
///       log "{answer}, {len(parcels)} parcel"
///     }
/// "#;
/// let run = Scenario::from_text(text)?.host("ship", ship).run()?;
/// assert_eq!(
///     run.logs(),
///     "   3600.000s  packed lamp at 3600s\n   3600.000s  lamp is under way, 1 parcel\n"
/// );
/// # Ok::<(), scenario::Error>(())
/// ```
pub struct Call {
    desk: Rc<Desk>,
}

impl Call {
    pub(crate) fn new(desk: Rc<Desk>) -> Call {
        Call { desk }
    }

    /// The argument of a name, as a type of Rust: `bool`, `i64` and other whole numbers, `f64`, `String`,
    /// [`Duration`], `Vec<Value>`, or [`Value`] as it stands. A task or resource is its name as a `String`.
    ///
    /// # Errors
    /// If the declaration has no such parameter, or the value is of another type.
    ///
    /// ```
    /// # use scenario::{Call, HostError, Scenario};
    /// async fn greet(call: Call) -> Result<String, HostError> {
    ///     Ok(format!("hello {}", call.argument::<String>("name")?))
    /// }
    /// let run = Scenario::from_text("host greet(name)\nmain { await greet(3) }")?.host("greet", greet).run()?;
    /// assert!(run.text().contains("TypeError: argument `name` of greet: text is needed, not an integer"));
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn argument<T>(&self, name: &str) -> Result<T, HostError>
    where
        T: TryFrom<Value>,
        T::Error: Into<HostError>,
    {
        let desk = &self.desk;
        let given = desk.arguments.iter().find(|(own, _)| own == name);
        let Some((_, value)) = given else {
            let message = format!("host function {} is declared without a parameter `{name}`", desk.host);
            return Err(HostError::new("NameError", message));
        };
        T::try_from(value.clone()).map_err(|error| {
            let error = error.into();
            HostError::new(error.kind(), format!("argument `{name}` of {}: {}", desk.host, error.message()))
        })
    }

    /// All arguments, with the names of their parameters.
    ///
    /// ```
    /// # use scenario::{Call, HostError, Scenario};
    /// let run = Scenario::from_text("host add(a, b)\nmain { n = await add(2, 3)\n log n }")?
    ///     .host("add", async |call: Call| {
    ///         let numbers = call.arguments().iter().map(|(_, value)| i64::try_from(value.clone()));
    ///         Ok(numbers.sum::<Result<i64, HostError>>()?)
    ///     })
    ///     .run()?;
    /// assert_eq!(run.logs(), "      0.000s  5\n");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn arguments(&self) -> &[(String, Value)] {
        &self.desk.arguments
    }

    /// The name of the task that calls, as traces show it.
    ///
    /// ```
    /// # use scenario::{Call, Scenario};
    /// let run = Scenario::from_text("host who()\nmain { t = spawn who()\n name = await t\n log name }")?
    ///     .host("who", async |call: Call| Ok(call.task()))
    ///     .run()?;
    /// assert_eq!(run.logs(), "      0.000s  who.1\n");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn task(&self) -> String {
        self.desk.task.clone()
    }

    /// Virtual time since the run began.
    ///
    /// ```
    /// # use scenario::{Call, Scenario};
    /// let run = Scenario::from_text("host now()\nmain { sleep 90s\n t = await now()\n log t }")?
    ///     .host("now", async |call: Call| Ok(call.now()))
    ///     .run()?;
    /// assert_eq!(run.logs(), "     90.000s  1m30s\n");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn now(&self) -> Duration {
        Duration::from_nanos(self.desk.now.get())
    }

    /// Sleeps on the scenario's clock, as the statement `sleep` does; really it takes no time.
    ///
    /// See [`Call`] for an example.
    ///
    /// # Panics
    /// If the function waits for something else of the scenario already.
    pub async fn sleep(&self, length: Duration) {
        let nanoseconds = u64::try_from(length.as_nanos()).unwrap_or(u64::MAX);
        // A sleep can't be refused.
        let _ = self.ask(Wish::Sleep(nanoseconds)).await;
    }

    /// Puts an item into a queue of the scenario, and waits for room if it is full. Of an array of queues, the
    /// name is that of a member: `lanes[0]`.
    ///
    /// See [`Call`] for an example.
    ///
    /// # Errors
    /// Of kind `Closed` if the queue is closed, of kind `UnknownQueue` if there is none of that name.
    ///
    /// # Panics
    /// If the function waits for something else of the scenario already.
    pub async fn put(&self, queue: &str, item: impl Into<Value>) -> Result<(), HostError> {
        self.ask(Wish::Put(queue.to_string(), item.into())).await.map(drop)
    }

    /// Takes an item out of a queue of the scenario, and waits for one if it is empty.
    ///
    /// See [`Call`] for an example. A future of this that is dropped while it waits leaves the line.
    ///
    /// # Errors
    /// Of kind `Closed` if the queue is closed and empty, of kind `UnknownQueue` if there is none of that name.
    ///
    /// # Panics
    /// If the function waits for something else of the scenario already.
    pub async fn get(&self, queue: &str) -> Result<Value, HostError> {
        self.ask(Wish::Get(queue.to_string())).await
    }

    /// Logs a line, as the statement `log` does.
    ///
    /// See [`Call`] for an example.
    pub fn log(&self, line: impl Into<String>) {
        self.desk.log(line.into());
    }

    /// Waits for what something else in the scenario will bring about, such as another host function: time goes on
    /// meanwhile. If nothing brings it about, the run ends in a deadlock that says so.
    ///
    /// Any other wait for what is not the scenario's own makes its time stand still. Code with channels and locks of
    /// its own needs this where what they wait for sleeps on the scenario's clock.
    ///
    /// ```
    /// use scenario::{Call, Scenario};
    /// use std::time::Duration;
    ///
    /// let slots = std::sync::Arc::new(tokio::sync::Semaphore::new(1));
    /// let text = "host work()\nmain { all n in 0..2 { await work() } }\nexpect { duration == 2s }";
    /// let run = Scenario::from_text(text)?
    ///     .host("work", async move |call: Call| {
    ///         let _slot = call.let_time_pass(slots.acquire()).await?;
    ///         call.sleep(Duration::from_secs(1)).await;
    ///         Ok(())
    ///     })
    ///     .run()?;
    /// assert!(run.holds());
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub async fn let_time_pass<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        std::future::poll_fn(|context| {
            let polled = future.as_mut().poll(context);
            if polled.is_pending() {
                self.desk.let_time_pass();
            }
            polled
        })
        .await
    }

    fn ask(&self, wish: Wish) -> Asking<'_> {
        Asking { desk: &self.desk, wish: Some(wish), state: State::New }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("host", &self.desk.host)
            .field("task", &self.desk.task)
            .field("arguments", &self.desk.arguments)
            .finish()
    }
}

/// A wish with its answer.
struct Asking<'a> {
    desk: &'a Desk,
    wish: Option<Wish>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Waiting,
    Answered,
}

impl Future for Asking<'_> {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Answer> {
        if let Some(wish) = self.wish.take() {
            assert!(
                self.desk.wish(wish),
                "host function {} asks for a second thing of the scenario while it waits for the first",
                self.desk.host
            );
            self.state = State::Waiting;
            return Poll::Pending;
        }
        // Whoever answers runs the function again: there is nobody to wake.
        match self.desk.take_answer() {
            Some(answer) => {
                self.state = State::Answered;
                Poll::Ready(answer)
            }
            None => Poll::Pending,
        }
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if self.state == State::Waiting {
            self.desk.withdraw();
        }
    }
}
