//! The program `scenario`.

use std::process::ExitCode;

fn main() -> ExitCode {
    scenario::cli::execute(std::env::args_os())
}
