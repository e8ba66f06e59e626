use crate::effort::Effort;

/// What `--help` prints.
pub const HELP: &str = "\
What the clients cost, beside what people would write instead of them.

  ce-bench [--quick]             every row of the table of speed, with its ratio and its bar
  ce-bench --only <part>         some of them: model, own-work, allocations, flows, listing,
                                 memory, provisioning, verifying or waiting
  ce-bench budgets [--quick]     crates, build times and sizes; two programs and two by hand are
                                 built from nothing
  ce-bench instructions          instructions, beside those that are kept; needs valgrind
  ce-bench instructions --accept keeps the new ones
  ce-bench plots [--quick]       draws the plots anew

It ends with exit code 1 when a bar is broken.";

/// What is to be done.
pub enum Command {
    /// Measure speed; of this part alone, if one is named.
    Speed { only: Option<String> },
    /// Count crates, and build.
    Budgets,
    /// Count instructions; and keep them?
    Instructions { accept: bool },
    /// Draw.
    Plots,
    /// Do some work, for callgrind to look at.
    Work { name: String, times: usize },
    /// List, for the program that looks at the memory of it.
    List { base_url: String, instances: usize },
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
        command: Command::Speed { only: None },
        effort: Effort::Whole,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match (argument, &mut options.command) {
            (Long("quick"), _) => options.effort = Effort::Quick,
            (Long("help") | Short('h'), _) => return Ok(None),
            (Long("accept"), Command::Instructions { accept }) => *accept = true,
            (Long("only"), Command::Speed { only }) => *only = Some(parser.value()?.string()?),
            (Value(word), command @ Command::Speed { only: None }) => {
                *command = match word.string()?.as_str() {
                    "budgets" => Command::Budgets,
                    "instructions" => Command::Instructions { accept: false },
                    "plots" => Command::Plots,
                    "work" => Command::Work {
                        name: parser.value()?.string()?,
                        times: parser.value()?.parse()?,
                    },
                    "list" => Command::List {
                        base_url: parser.value()?.string()?,
                        instances: parser.value()?.parse()?,
                    },
                    other => return Err(format!("no such command: {other}").into()),
                };
            }
            (argument, _) => return Err(argument.unexpected()),
        }
    }
    Ok(Some(options))
}
