//! Connects an account: the base URL and the secrets from the environment, the callback from the
//! command line's input.

use std::time::Duration;

use ce_bench_async_by_hand::{Error, Platform, documents::App};

fn main() -> Result<(), Error> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(connect())
}

async fn connect() -> Result<(), Error> {
    let platform = Platform::new(Some(Duration::from_secs(120)), App::from_env()?)?;
    let instance = platform.connect(|url| {
        println!("{url}");
        std::io::stdin()
            .lines()
            .next()
            .and_then(Result::ok)
            .unwrap_or_default()
    });
    println!("{}", instance.await?.token);
    Ok(())
}
