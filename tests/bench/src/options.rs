use crate::effort::Effort;

/// What `--help` prints.
pub const HELP: &str = "\
What the clients cost, beside what people would write instead of them.

  ce-bench [--quick]       every row of the table of speed, with its ratio and its bar

It ends with exit code 1 when a bar is broken.";

/// What is to be done.
pub enum Command {
    /// Measure speed.
    Speed,
    /// Count, for the program that asked for it.
    #[cfg(feature = "counting")]
    Count,
}

/// What was asked for.
pub struct Options {
    /// What is to be done.
    pub command: Command,
    /// How thoroughly.
    pub effort: Effort,
}

/// Reads the command line; `None` if help is wanted.
pub fn parse() -> Result<Option<Options>, lexopt::Error> {
    use lexopt::prelude::*;

    let mut options = Options {
        command: Command::Speed,
        effort: Effort::Whole,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("quick") => options.effort = Effort::Quick,
            Long("help") | Short('h') => return Ok(None),
            #[cfg(feature = "counting")]
            Value(word) if word == "count" => options.command = Command::Count,
            argument => return Err(argument.unexpected()),
        }
    }
    Ok(Some(options))
}
