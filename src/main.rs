//! The program `scenario`.

use std::process::ExitCode;

fn main() -> ExitCode {
    scenario::execute(std::env::args_os())
}
