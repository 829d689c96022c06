//! A file declares a host function, and its block stands in for it.

use std::process::Command;
use std::time::Duration;

use scenario::{Call, HostError, Scenario};

use super::load;

const FILE: &str = r#"
scenario "a shop"
queue orders, capacity: 2
queue parcels
host charge(order, amount = 10) {
  sleep 50ms
  if amount > 100 { fail Declined, "{order}: the limit is 100" }
  return {receipt: "R{order}", amount: amount}
}
host pack() {
  order = get orders
  log "packing {order}"
  sleep 20ms
  put parcels, order
  return order
}
main {
  packers = spawn n in 0..2 { await pack() }
  all n in 1..4 {
    try {
      receipt = await charge(n, amount = n * 50)
      log "{receipt}"
      put orders, n
    } catch Declined as e {
      log "{e.message}"
    }
  }
  packed = await packers
  log "{packed}, {len(parcels)}"
}
expect {
  duration == 70ms
  always len(orders) <= 2
}
"#;

async fn charge(call: Call) -> Result<scenario::Value, HostError> {
    let (order, amount) = (call.argument::<i64>("order")?, call.argument::<i64>("amount")?);
    call.sleep(Duration::from_millis(50)).await;
    if amount > 100 {
        return Err(HostError::new("Declined", format!("{order}: the limit is 100")));
    }
    Ok(scenario::Value::map([
        ("receipt", scenario::Value::from(format!("R{order}"))),
        ("amount", amount.into()),
    ]))
}

async fn pack(call: Call) -> Result<i64, HostError> {
    let order: i64 = call.get("orders").await?.try_into()?;
    call.log(format!("packing {order}"));
    call.sleep(Duration::from_millis(20)).await;
    call.put("parcels", order).await?;
    Ok(order)
}

#[test]
fn a_function_that_does_the_same_leaves_the_same_trace() {
    let scenario = load(FILE);
    let stood_in = scenario.run().unwrap();
    assert!(stood_in.holds(), "{}", stood_in.text());
    let packed = scenario.clone().host("pack", pack).run().unwrap();
    assert_eq!(packed.text(), stood_in.text());
    let both = scenario.host("pack", pack).host("charge", charge).run().unwrap();
    assert_eq!(both.text(), stood_in.text());
    assert_eq!(both.digest(), stood_in.digest());
}

#[test]
fn both_forms_declare_host_functions() {
    let yaml = "hosts:\n  charge(order):\n  pack():\n    - sleep: 1s\nmain:\n  - await: charge(3)\n    into: paid\n  - \
                log: \"{paid}\"\n  - await: pack()\n";
    let run = Scenario::from_yaml(yaml)
        .unwrap()
        .host("charge", async |call: Call| Ok(format!("paid {}", call.argument::<i64>("order")?)))
        .run()
        .unwrap();
    assert_eq!(run.logs(), "      0.000s  paid 3\n");
    assert_eq!(run.duration(), Duration::from_secs(1));
}

#[test]
fn without_a_block_it_runs_only_where_it_is_registered() {
    let scenario = load("host charge(order)\nmain { await charge(1) }");
    let error = scenario.run().unwrap_err();
    let [diagnostic] = error.diagnostics() else { panic!("{error}") };
    assert_eq!((diagnostic.code(), diagnostic.line()), ("unregistered-host", 1));
    assert!(diagnostic.help().unwrap().contains("stands in for it"));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.scenario");
    std::fs::write(&file, "host charge(order)\nmain { await charge(1) }\n").unwrap();
    let run =
        |verb: &str| Command::new(env!("CARGO_BIN_EXE_scenario")).arg(verb).arg(&file).output().unwrap();
    let refused = run("run");
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("x.scenario:1:6") && said.contains("help: give it a block"), "{said}");
    assert!(run("check").status.success());
    assert_eq!(run("test").status.code(), Some(1));
}

#[test]
fn a_call_is_checked_like_that_of_a_task() {
    let error =
        Scenario::from_text("host charge(order)\nmain { await charge(1, 2)\n await charg(1) }").unwrap_err();
    let codes: Vec<_> = error.diagnostics().iter().map(|it| it.code()).collect();
    assert_eq!(codes, ["too-many-arguments", "unknown-task"]);
    let warned = Scenario::from_text("host charge(order)\nmain { sleep 1s }").unwrap();
    assert_eq!(warned.warnings()[0].message(), "host function `charge` is never used");
}
