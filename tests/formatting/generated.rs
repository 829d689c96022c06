//! Programs made at random, formatted and converted. What is written is read again and compared by the
//! formatter itself; here it must also stay what it is.

use super::program::Program;
use super::{converted, formatted, generator};
use scenario::source::Form;

const PROGRAMS: u64 = 100;

#[test]
fn generated_programs_are_formatted_and_converted() {
    for number in 0..PROGRAMS {
        let program: Program = generator::program(number);
        let text = program.to_string();
        let once = formatted(&text, Form::Text);
        assert_eq!(formatted(&once, Form::Text), once, "program {number}");
        let yaml = converted(&text, Form::Text);
        assert_eq!(formatted(&yaml, Form::Yaml), yaml, "program {number}");
        let back = converted(&yaml, Form::Yaml);
        assert_eq!(formatted(&back, Form::Text), back, "program {number}");
        assert_eq!(converted(&back, Form::Text), yaml, "program {number}");
    }
}
