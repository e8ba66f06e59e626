use ce_core::model::AuthenticationScheme;
use ce_core::{Config, ConnectRequest, Credentials, Limits};

/// What an application and its replicas are made from.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) limits: Limits,
    /// A replica each; they wait differently.
    pub(crate) replicas: Vec<Config>,
    with_consent: ConnectRequest,
    without_consent: ConnectRequest,
}

impl Setting {
    pub(crate) fn new(limits: Limits, replicas: usize, seed: u64) -> Self {
        let config = match Config::new("https://a.example", Credentials::new("u", "o")) {
            Ok(config) => config.with_limits(limits),
            Err(error) => unreachable!("constants: {error}"),
        };
        let seeds = (0..replicas as u64).map(|index| seed.wrapping_add(index));
        let request = ConnectRequest::new("instagram").name("n").recoverable();
        let with_consent = request.clone().api_key("k").api_secret("s");
        Self {
            limits,
            replicas: seeds
                .map(|it| config.clone().with_jitter_seed(it))
                .collect(),
            with_consent: with_consent.callback_url("https://app.example/callback"),
            without_consent: request.authentication(AuthenticationScheme::Basic),
        }
    }

    pub(crate) fn request(&self, with_consent: bool) -> &ConnectRequest {
        match with_consent {
            true => &self.with_consent,
            false => &self.without_consent,
        }
    }
}
