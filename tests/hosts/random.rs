//! Random programs: a host function leaves the trace that the same steps leave as a task, whatever happens to it on the
//! way.

use std::time::Duration;

use scenario::random::Generator;
use scenario::{Call, HostError, Scenario, Value};

/// Does the steps of its script, each a list: a word and what belongs to it.
const ACT: &str = r#"
queue q, capacity: 2
queue r
lock l
host act(script) {
  for step in script {
    word = step[0]
    if word == "sleep" { sleep step[1] }
    if word == "log" { log step[1] }
    if word == "put" { put step[1], step[2] }
    if word == "get" { item = get step[1]
                       log "got {item}" }
    if word == "fail" { fail Broken, step[1] }
    if word == "return" { return step[1] }
  }
}
stream twice(script) {
  try {
    await act(script)
    yield 1
    await act(script)
    yield 2
  } finally {
    await act([["sleep", 1ms], ["log", "closed"]])
  }
}
context held(script) {
  await act(script)
  return 5
} exit as e {
  await act([["log", "left"], ["sleep", 1ms]])
}
service web(path), connections: 1 {
  await act([["sleep", 2ms], ["log", path]])
  return 200
}
"#;

async fn act(call: Call) -> Result<Value, HostError> {
    for step in call.argument::<Vec<Value>>("script")? {
        let step: Vec<Value> = step.try_into()?;
        let part = |index: usize| step[index].clone();
        match String::try_from(part(0))?.as_str() {
            "sleep" => call.sleep(Duration::try_from(part(1))?).await,
            "log" => call.log(String::try_from(part(1))?),
            "put" => call.put(&String::try_from(part(1))?, part(2)).await?,
            "get" => {
                let item = call.get(&String::try_from(part(1))?).await?;
                call.log(format!("got {item}"));
            }
            "fail" => return Err(HostError::new("Broken", String::try_from(part(1))?)),
            _ => return Ok(part(1)),
        }
    }
    Ok(Value::Null)
}

/// A program under construction.
struct Author {
    seed: u64,
    draws: u32,
    text: String,
    tasks: u32,
}

impl Author {
    fn below(&mut self, end: u64) -> u64 {
        self.draws += 1;
        Generator::new(self.seed).draw(0, 0, self.draws) % end
    }

    fn script(&mut self) -> String {
        let steps: Vec<String> = (0..=self.below(4))
            .map(|_| {
                let (number, queue) = (self.below(5), if self.below(2) == 0 { "q" } else { "r" });
                match self.below(9) {
                    0..=2 => format!("[\"sleep\", {number}ms]"),
                    3 => format!("[\"log\", \"line {number}\"]"),
                    4 | 5 => format!("[\"put\", {queue}, {number}]"),
                    6 => format!("[\"get\", {queue}]"),
                    7 if number == 0 => format!("[\"fail\", \"at {number}\"]"),
                    _ => format!("[\"return\", {number}]"),
                }
            })
            .collect();
        format!("act([{}])", steps.join(", "))
    }

    fn block(&mut self, depth: u32) {
        self.text.push_str("{\n");
        for _ in 0..=self.below(3) {
            self.statement(depth);
        }
        self.text.push_str("}\n");
    }

    fn statement(&mut self, depth: u32) {
        let number = self.below(6);
        let choice = if depth == 0 { self.below(6) } else { self.below(16) };
        match choice {
            0 | 1 => {
                let call = self.script();
                self.text.push_str(&format!("await {call}\n"));
            }
            2 => {
                let call = self.script();
                self.text.push_str(&format!("try {{ await {call} }} catch as e {{ log \"{{e.kind}}\" }}\n"));
            }
            3 => self.text.push_str(&format!("sleep {number}ms\n")),
            4 => self.text.push_str(&format!("put r, {number}\n")),
            5 => {
                let call = self.script();
                self.tasks += 1;
                self.text.push_str(&format!("t{} = spawn {call}\n", self.tasks));
                if number < 3 {
                    self.text.push_str(&format!("sleep {number}ms\ncancel t{}\n", self.tasks));
                } else if number < 5 {
                    self.text.push_str(&format!("await t{}\n", self.tasks));
                }
            }
            6 | 7 => {
                self.text.push_str(&format!("timeout {number}ms "));
                self.block(depth - 1);
                self.text.push_str("catch Timeout { log \"late\" }\n");
            }
            8 | 9 => {
                let word = ["all", "race", "any", "settle"][self.below(4) as usize];
                let calls: Vec<String> = (0..=self.below(3)).map(|_| self.script()).collect();
                self.text.push_str(&format!("try {{ {word} {{\n"));
                for call in calls {
                    self.text.push_str(&format!("await {call}\n"));
                }
                self.text.push_str("} } catch as e { log \"{e.kind}\" }\n");
            }
            10 => {
                self.text.push_str("group ");
                self.block(depth - 1);
            }
            11 => {
                self.text.push_str("try ");
                self.block(depth - 1);
                let call = self.script();
                self.text.push_str(&format!("finally {{ await {call} }}\n"));
            }
            12 => {
                self.text.push_str("with l ");
                self.block(depth - 1);
            }
            13 => {
                let script = self.script().replacen("act", "twice", 1);
                self.text.push_str(&format!("try {{ for x in {script} "));
                self.block(depth - 1);
                self.text.push_str("} catch as e { log \"{e.kind}\" }\n");
            }
            14 => {
                let script = self.script().replacen("act", "held", 1);
                self.text.push_str(&format!("try {{ with {script} as h "));
                self.block(depth - 1);
                self.text.push_str("} catch as e { log \"{e.kind}\" }\n");
            }
            _ => {
                let timeout = format!("timeout: {number}ms");
                self.text.push_str(&format!("try {{ all n in 0..3 {{ request web, \"/x\", {timeout} }} }} "));
                self.text.push_str("catch as e { log \"{e.kind}\" }\n");
            }
        }
    }
}

fn program(seed: u64) -> String {
    let mut author = Author { seed, draws: 0, text: format!("{ACT}main "), tasks: 0 };
    author.block(3);
    author.text
}

#[test]
fn a_function_leaves_the_trace_of_its_stand_in() {
    let mut ended = [0; 4];
    for seed in 0..3_000 {
        let text = program(seed);
        let scenario = Scenario::from_text(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let stood_in = scenario.run().unwrap();
        let called = scenario.host("act", act).run().unwrap();
        assert_eq!(called.text(), stood_in.text(), "program {seed}:\n{text}");
        assert_eq!(called.digest(), stood_in.digest(), "program {seed}:\n{text}");
        ended[match called.outcome() {
            scenario::Outcome::Ok(_) => 0,
            scenario::Outcome::Failed(_) => 1,
            scenario::Outcome::Deadlock(_) => 2,
            _ => 3,
        }] += 1;
    }
    let [ok, failed, deadlock, other] = ended;
    assert!(ok > 1_000 && failed > 50 && deadlock > 500 && other == 0, "{ended:?}");
}
