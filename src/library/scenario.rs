//! A scenario to run: its file, and what is set from outside.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::diagnostic::{Diagnostic, Error};
use super::event::{Recorder, Trace};
use super::run::Run;
use super::stack::with_room;
use crate::driver::{self, Driver};
use crate::host::{Call, HostError, HostFunction, Value};
use crate::load::{Load, load, unregistered};
use crate::plan::Plan;
use crate::read;
use crate::source::{Form, Source};
use crate::trace;
use crate::world::Limits;

/// How long a host function may keep time standing still, unless something else is said.
const PATIENCE: Duration = Duration::from_secs(10);

/// A scenario, checked and ready to run.
///
/// ```
/// use scenario::Scenario;
///
/// let scenario = Scenario::from_text(
///     r#"
///     param clients, default: 2
///     semaphore pool, permits: 1
///     main {
///       all n in 0..clients { with pool { sleep 100ms..300ms } }
///       log "{clients} clients after {now()}"
///     }
///     "#,
/// )?;
/// // The same scenario under other conditions: ten clients, three different sets of random values.
/// for seed in 0..3 {
///     let run = scenario.clone().param("clients", 10)?.seed(seed).run()?;
///     assert!(run.duration().as_millis() >= 1_000);
/// }
/// # Ok::<(), scenario::Error>(())
/// ```
#[derive(Clone)]
pub struct Scenario {
    source: Arc<Source>,
    settings: Load,
    plan: Arc<Plan>,
    warnings: Vec<Diagnostic>,
    hosts: BTreeMap<String, HostFunction>,
    limits: Limits,
    driver: Driver,
    patience: Duration,
}

impl Scenario {
    /// Reads and checks a scenario of the text form.
    ///
    /// # Errors
    /// With all that is wrong with it.
    ///
    /// ```
    /// let run = scenario::Scenario::from_text("main { log \"hello\" }")?.run()?;
    /// assert_eq!(run.logs(), "      0.000s  hello\n");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn from_text(text: &str) -> Result<Scenario, Error> {
        Scenario::load(Source::new("<text>", text, Form::Text))
    }

    /// Reads and checks a scenario of the YAML form.
    ///
    /// # Errors
    /// With all that is wrong with it.
    ///
    /// ```
    /// let run = scenario::Scenario::from_yaml("main:\n  - log: hello\n")?.run()?;
    /// assert_eq!(run.logs(), "      0.000s  hello\n");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn from_yaml(yaml: &str) -> Result<Scenario, Error> {
        Scenario::load(Source::new("<yaml>", yaml, Form::Yaml))
    }

    /// Reads and checks a file; `.scenario`, `.yaml` or `.yml` tells its form.
    ///
    /// # Errors
    /// If it can't be read, and with all that is wrong with it.
    ///
    /// ```
    /// let scenario = scenario::Scenario::from_path("scenarios/limits/patience.scenario")?;
    /// assert!(scenario.run()?.holds());
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn from_path(path: impl AsRef<Path>) -> Result<Scenario, Error> {
        Scenario::load(read::read(path.as_ref(), None).map_err(Error::unreadable)?)
    }

    pub(super) fn load(source: Source) -> Result<Scenario, Error> {
        let settings = Load::default();
        let Compiled { source, plan, warnings } = compile(source, &settings)?;
        Ok(Scenario {
            source,
            settings,
            plan,
            warnings,
            hosts: BTreeMap::new(),
            limits: Limits::default(),
            driver: Driver::default(),
            patience: PATIENCE,
        })
    }

    /// What the file says that it is about; empty if it says nothing.
    ///
    /// ```
    /// let scenario = scenario::Scenario::from_text("scenario \"a nap\"\nmain { sleep 1s }")?;
    /// assert_eq!(scenario.title(), "a nap");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn title(&self) -> &str {
        &self.plan.title
    }

    /// What is probably wrong with it.
    ///
    /// ```
    /// let scenario = scenario::Scenario::from_text("main { x = 1 }")?;
    /// assert_eq!(scenario.warnings()[0].message(), "`x` is never used");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Gives a `param` of the file another value: a number, or text such as `100ms` or `5%`, as in the file.
    ///
    /// # Errors
    /// If the file has no such parameter, or can't do with the value.
    ///
    /// ```
    /// let scenario = scenario::Scenario::from_text("param nap, default: 1s\nmain { sleep nap }")?;
    /// assert_eq!(scenario.clone().param("nap", "2h")?.run()?.duration().as_secs(), 7200);
    /// assert!(scenario.param("nip", 1).is_err());
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn param(mut self, name: &str, value: impl fmt::Display) -> Result<Scenario, Error> {
        self.settings.parameters.retain(|(own, _)| own != name);
        self.settings.parameters.push((name.to_string(), value.to_string()));
        let Compiled { source, plan, warnings } = compile(Source::clone(&self.source), &self.settings)?;
        Ok(Scenario { source, plan, warnings, ..self })
    }

    /// Chooses the random values, instead of the file's own seed.
    ///
    /// ```
    /// let scenario = scenario::Scenario::from_text("main { sleep 1s..2s }")?;
    /// let digest = |seed| Ok::<_, scenario::Error>(scenario.clone().seed(seed).run()?.digest());
    /// assert_eq!(digest(7)?, digest(7)?);
    /// assert_ne!(digest(7)?, digest(8)?);
    /// # Ok::<(), scenario::Error>(())
    /// ```
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Scenario {
        self.settings.seed = Some(seed);
        Arc::make_mut(&mut self.plan).seed = seed;
        self
    }

    /// Ends the run after so much virtual time; without a word, it takes as long as it takes.
    ///
    /// See [`Stop`](crate::Stop) for an example.
    #[must_use]
    pub fn max_time(mut self, time: Duration) -> Scenario {
        self.limits.max_time = Some(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        self
    }

    /// Ends the run after so many operations; without a word, after 100 million, or 20 million of one task that
    /// does not wait.
    ///
    /// ```
    /// let run = scenario::Scenario::from_text("main { while true { sleep 0 } }")?.max_steps(1_000).run()?;
    /// assert!(matches!(run.outcome(), scenario::Outcome::Stopped(_)));
    /// # Ok::<(), scenario::Error>(())
    /// ```
    #[must_use]
    pub fn max_steps(mut self, steps: u64) -> Scenario {
        self.limits.bound_operations(steps);
        self
    }

    /// Chooses what runs the tasks; the trace is the same. With host functions it makes no difference: they need a
    /// runtime of tokio, and get one.
    ///
    /// See [`Driver`] for an example.
    #[must_use]
    pub fn driver(mut self, driver: Driver) -> Scenario {
        self.driver = driver;
        self
    }

    /// Registers a host function: where the file declares `host charge(order)`, `await charge(7)` runs it. A name
    /// that the file does not declare does no harm.
    ///
    /// The function runs on a runtime of tokio with one thread; its future needs not be `Send`. Where it waits for
    /// something outside of the scenario, time stands still: see [`Call`]. If it panics, the run ends as
    /// [`Outcome::HostFailed`](crate::Outcome::HostFailed); if its task is cancelled, its future is dropped.
    ///
    /// ```
    /// use scenario::{Call, HostError, Scenario};
    /// use std::time::Duration;
    ///
    /// let run = Scenario::from_text("host nap(n)\nmain { all n in 1..3 { await nap(n) } }")?
    ///     .host("nap", async |call: Call| {
    ///         let hours: i64 = call.argument("n")?;
    ///         call.sleep(Duration::from_secs(3600) * hours as u32).await;
    ///         Ok(format!("slept {hours} h"))
    ///     })
    ///     .run()?;
    /// assert_eq!(run.duration().as_secs(), 2 * 3600);
    /// # Ok::<(), scenario::Error>(())
    /// ```
    #[must_use]
    pub fn host<F, V>(mut self, name: &str, function: F) -> Scenario
    where
        F: AsyncFn(Call) -> Result<V, HostError> + Send + Sync + 'static,
        V: Into<Value>,
    {
        let function = Arc::new(function);
        let erased = move |call| -> crate::host::HostFuture {
            let function = function.clone();
            Box::pin(async move { function(call).await.map(Into::into) })
        };
        self.hosts.insert(name.to_string(), Arc::new(erased));
        self
    }

    /// How long, in real time, a host function may wait for something outside before the run is given up; 10 seconds
    /// if nothing is said. A function that never waits can't be interrupted.
    ///
    /// ```
    /// use scenario::{Call, HostError, Outcome, Scenario};
    /// use std::time::Duration;
    ///
    /// let run = Scenario::from_text("host stuck()\nmain {\n  await stuck()\n}")?
    ///     .host("stuck", async |_: Call| -> Result<(), HostError> { std::future::pending().await })
    ///     .host_timeout(Duration::from_millis(20))
    ///     .run()?;
    /// let Outcome::HostFailed(failure) = run.outcome() else { panic!("{}", run.text()) };
    /// assert_eq!(failure.reason, "host function stuck has not come back within 20ms of real time");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    #[must_use]
    pub fn host_timeout(mut self, patience: Duration) -> Scenario {
        self.patience = patience;
        self
    }

    /// Runs it to its end, in virtual time. A run that fails is a [`Run`] like any other: see [`Run::holds`].
    ///
    /// # Errors
    /// If the file declares a host function without a block, and it is not registered; or if the system can't give
    /// host functions a runtime.
    ///
    /// ```
    /// let scenario = scenario::Scenario::from_text("host charge()\nmain { await charge() }")?;
    /// assert_eq!(scenario.run().unwrap_err().diagnostics()[0].code(), "unregistered-host");
    /// # Ok::<(), scenario::Error>(())
    /// ```
    pub fn run(&self) -> Result<Run, Error> {
        let missing = unregistered(&self.plan, |name| self.hosts.contains_key(name));
        if !missing.is_empty() {
            return Err(Error::refused(Diagnostic::all(&self.source, missing)));
        }
        let is_inside_runtime = tokio::runtime::Handle::try_current().is_ok();
        let (outcome, recorder) = if is_inside_runtime {
            // A runtime can't run inside another.
            let ran = std::thread::scope(|scope| scope.spawn(|| with_room(|| self.execute())).join());
            ran.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?
        } else {
            with_room(|| self.execute())?
        };
        let trace = Trace::new(recorder, self.plan.clone(), self.source.clone());
        Ok(Run::new(self.plan.clone(), self.source.clone(), outcome, trace))
    }

    fn execute(&self) -> Result<(trace::Outcome, Recorder), Error> {
        let recorder = Recorder::default();
        let functions: Vec<Option<HostFunction>> =
            self.plan.hosts.iter().map(|host| self.hosts.get(&host.name).cloned()).collect();
        if functions.iter().all(Option::is_none) {
            return Ok(driver::run(&self.plan, self.driver, self.limits, recorder));
        }
        driver::run_with_hosts(&self.plan, self.limits, functions, self.patience, recorder)
            .map_err(|error| Error::plain(format!("no runtime for host functions: {error}")))
    }
}

/// A scenario's file with what it compiles to.
struct Compiled {
    source: Arc<Source>,
    plan: Arc<Plan>,
    warnings: Vec<Diagnostic>,
}

fn compile(source: Source, settings: &Load) -> Result<Compiled, Error> {
    let loaded = with_room(|| load(source, settings));
    let source = Arc::new(loaded.source);
    let diagnostics = Diagnostic::all(&source, loaded.diagnostics);
    match loaded.plan {
        Some(plan) => Ok(Compiled { source, plan, warnings: diagnostics }),
        None => Err(Error::refused(diagnostics)),
    }
}

impl fmt::Debug for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Scenario")
            .field("name", &self.source.name)
            .field("title", &self.plan.title)
            .field("seed", &self.plan.seed)
            .field("hosts", &self.hosts.keys())
            .finish()
    }
}
