//! The command line.

use lexopt::prelude::{Long, Value, ValueExt as _};

pub(crate) const HELP: &str = "\
Runs the flow of ce-core on a modelled platform in virtual time, and checks what must always hold.

cargo run --release -p ce-simulation -- [OPTIONS]             worlds drawn at random
cargo run --release -p ce-simulation -- exhaustive [OPTIONS]  one flow, and every fault there is

  --flows N     how many, in worlds of 10000; default: 20000
  --replicas N  how many share a world's flows; default: 10
  --seed N      of every draw; default: 1
  --world N     this world alone
  --faults N    exhaustive: the most faults of a flow; default: 3
  --threads N   default: 2

Exit codes: 0 all held; 1 something did not; 2 usage";

#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) exhaustive: bool,
    pub(crate) flows: usize,
    pub(crate) replicas: usize,
    pub(crate) seed: u64,
    pub(crate) world: Option<u64>,
    pub(crate) faults: usize,
    pub(crate) threads: usize,
}

pub(crate) fn parse() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options {
        exhaustive: false,
        flows: 20_000,
        replicas: 10,
        seed: 1,
        world: None,
        faults: 3,
        threads: 2,
    };
    let positive = |text: &str| match text.parse() {
        Ok(0) | Err(_) => Err("a number from 1 on is needed"),
        Ok(number) => Ok(number),
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("help") => return Ok(None),
            Long("flows") => options.flows = parser.value()?.parse_with(positive)?,
            Long("replicas") => options.replicas = parser.value()?.parse_with(positive)?,
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("world") => options.world = Some(parser.value()?.parse()?),
            Long("faults") => options.faults = parser.value()?.parse()?,
            Long("threads") => options.threads = parser.value()?.parse_with(positive)?,
            Value(word) if word == "exhaustive" => options.exhaustive = true,
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(Some(options))
}
