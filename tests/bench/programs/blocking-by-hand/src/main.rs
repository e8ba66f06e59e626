//! Connects an account: the base URL and the secrets from the environment, the callback from the
//! command line's input.

use std::time::Duration;

use ce_bench_blocking_by_hand::{Error, Platform, documents::App};

fn main() -> Result<(), Error> {
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let installed = provider.install_default();
    installed.map_err(|_| "there is a provider")?;
    let platform = Platform::new(Some(Duration::from_secs(120)), App::from_env()?);
    let instance = platform.connect(|url| {
        println!("{url}");
        std::io::stdin()
            .lines()
            .next()
            .and_then(Result::ok)
            .unwrap_or_default()
    });
    println!("{}", instance?.token);
    Ok(())
}
