//! The command line.

use lexopt::prelude::{Long, ValueExt as _};

pub const HELP: &str = "\
Connects accounts through a platform that misbehaves, and accounts for each of them.

cargo run --release -p ce-soak -- [OPTIONS]

  --provisions N           how many, through each client; default: 10000
  --at-a-time N            how many at once; default: 64
  --share P                the share of answers that a fault spoils; default: 0.25
  --client async|blocking  one client alone; default: both
  --seed N                 the seed of every draw; default: 1

Exit codes: 0 nothing lost, duplicated or told wrong, and no call late; 1 otherwise; 2 usage";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Async,
    Blocking,
}

pub struct Options {
    pub provisions: usize,
    pub at_a_time: usize,
    pub share: f64,
    pub clients: Vec<Kind>,
    pub seed: u64,
}

pub fn parse() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options {
        provisions: 10_000,
        at_a_time: 64,
        share: 0.25,
        clients: vec![Kind::Async, Kind::Blocking],
        seed: 1,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") => return Ok(None),
            Long("provisions") => options.provisions = parser.value()?.parse()?,
            Long("at-a-time") => options.at_a_time = parser.value()?.parse()?,
            Long("share") => {
                options.share = parser.value()?.parse_with(|text| match text.parse() {
                    Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
                    _ => Err("a share lies between 0 and 1"),
                })?;
            }
            Long("client") => {
                options.clients = parser.value()?.parse_with(|text| match text {
                    "async" => Ok(vec![Kind::Async]),
                    "blocking" => Ok(vec![Kind::Blocking]),
                    _ => Err("async or blocking"),
                })?;
            }
            Long("seed") => options.seed = parser.value()?.parse()?,
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(options))
}
