//! Files of any length, in both forms: producers and consumers with retries, timeouts and limits, as people
//! write them, again and again under other names. And a task with a long body.

use std::fmt::Write;

/// A file in the text form of at least so many lines.
pub fn text(lines: usize) -> String {
    let mut declarations = String::from("scenario \"generated\"\nseed 1\n");
    let mut main = String::from("\nmain {\n");
    for group in 0.. {
        if declarations.lines().count() + main.lines().count() >= lines {
            break;
        }
        declarations += &text_group(group);
        main += &text_calls(group);
    }
    declarations + &main + "}\n"
}

fn text_group(group: usize) -> String {
    format!(
        r#"
queue orders_{group}, capacity: 5
semaphore pool_{group}, permits: 3

# Makes orders.
task producer_{group}(name, orders = 4) {{
  for i in 0..orders {{
    sleep 100ms..500ms
    put orders_{group}, "{{name}}_{{i}}"
    log "{{name}} made order {{i}} (queue {{len(orders_{group})}}/5)"
  }}
}}

# Uses orders; what fails is repeated.
task consumer_{group}(name) {{
  used = 0
  for order in orders_{group} {{
    retry 3, backoff: 50ms, factor: 2, only: IoError {{
      timeout 1s {{
        with pool_{group} {{
          sleep 200ms..800ms
        }}
        fail IoError, "the line of {{name}} was busy", chance: 20%
      }}
      used += 1
    }} catch as error {{
      log "{{name}} gave {{order}} up: {{error.message}}", level: warning
    }}
    done orders_{group}
    if used > 10 and len(orders_{group}) == 0 {{
      log "{{name}} has used {{used}} at {{now():.1s}} s"
    }}
  }}
}}
"#
    )
}

fn text_calls(group: usize) -> String {
    format!(
        r#"  consumers = spawn name in ["C0", "C1"] {{ await consumer_{group}(name) }}
  all name in ["P0", "P1"] {{ await producer_{group}(name) }}
  join orders_{group}
  cancel consumers
"#
    )
}

/// A file in the YAML form of at least so many lines.
pub fn yaml(lines: usize) -> String {
    let mut queues = String::from("scenario: generated\nseed: 1\n\nqueues:\n");
    let mut semaphores = String::from("\nsemaphores:\n");
    let mut tasks = String::from("\ntasks:\n");
    let mut main = String::from("\nmain:\n");
    for group in 0.. {
        if [&queues, &semaphores, &tasks, &main].iter().map(|part| part.lines().count()).sum::<usize>()
            >= lines
        {
            break;
        }
        queues += &format!("  orders_{group}: {{ capacity: 5 }}\n");
        semaphores += &format!("  pool_{group}: {{ permits: 3 }}\n");
        tasks += &yaml_group(group);
        main += &yaml_calls(group);
    }
    queues + &semaphores + &tasks + &main
}

fn yaml_group(group: usize) -> String {
    format!(
        r#"  # Makes orders.
  producer_{group}(name, orders = 4):
    - for: i in 0..orders
      do:
        - sleep: 100ms..500ms
        - put: orders_{group}
          item: "{{name}}_{{i}}"
        - log: "{{name}} made order {{i}} (queue {{len(orders_{group})}}/5)"
  # Uses orders; what fails is repeated.
  consumer_{group}(name):
    - used = 0
    - for: order in orders_{group}
      do:
        - retry: 3
          backoff: 50ms
          factor: 2
          only: IoError
          do:
            - timeout: 1s
              do:
                - with: pool_{group}
                  do:
                    - sleep: 200ms..800ms
                - fail: IoError
                  message: the line of {{name}} was busy
                  chance: 20%
            - used += 1
          catch as error:
            - log: "{{name}} gave {{order}} up: {{error.message}}"
              level: warning
        - done: orders_{group}
        - if: used > 10 and len(orders_{group}) == 0
          do:
            - log: "{{name}} has used {{used}} at {{now():.1s}} s"
"#
    )
}

fn yaml_calls(group: usize) -> String {
    format!(
        r#"  - spawn: name in ["C0", "C1"]
    do:
      - await: consumer_{group}(name)
    into: consumers
  - all: name in ["P0", "P1"]
    do:
      - await: producer_{group}(name)
  - join: orders_{group}
  - cancel: consumers
"#
    )
}

/// A task whose body puts and gets in a straight line: so many operations, two for each pair.
pub fn straight_line(operations: u64) -> String {
    let mut file = String::from(
        "scenario \"operations in a task\"\n\nparam rounds, default: 1\n\nqueue baton, capacity: 1\n\nmain {\n  for _ in 0..rounds {\n",
    );
    for _ in 0..operations / 2 {
        // Writing to a string can't fail.
        let _ = writeln!(file, "    put baton, 1\n    get baton");
    }
    file + "  }\n}\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_their_length() {
        for file in [text(10_000), yaml(10_000)] {
            let lines = file.lines().count();
            assert!((10_000..10_100).contains(&lines), "{lines}");
        }
    }

    #[test]
    fn a_straight_line_has_its_operations() {
        let file = straight_line(100);
        assert_eq!(file.matches("put baton").count(), 50);
        assert_eq!(file.matches("get baton").count(), 50);
    }
}
