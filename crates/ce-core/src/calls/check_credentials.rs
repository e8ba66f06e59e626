use std::marker::PhantomData;

use ce_model::Json;
use http::{Method, StatusCode};
use serde::de::IgnoredAny;

use crate::config::Config;
use crate::error::{Error, InvalidInput};
use crate::execution::Call;
use crate::wire::{Request, RequestBuilder, Response};

/// `GET /instances`: checks that the platform accepts the credentials.
///
/// ```
/// use ce_core::calls::CheckCredentials;
/// use ce_core::{Call, Config, Credentials};
///
/// let config = Config::new("https://a.example/api", Credentials::new("u", "o"))?;
/// assert_eq!(CheckCredentials.request(&config)?.path(), "/api/instances");
/// # Ok::<(), ce_core::InvalidInput>(())
/// ```
///
/// The platform asks for no credentials before the user has consented, so wrong ones would show after
/// that. Send it when the application starts.
///
/// # Errors
/// [`Error::Refused`] with status 401 if they are wrong.
#[derive(Clone, Copy, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct CheckCredentials;

impl Call for CheckCredentials {
    type Output = ();

    fn purpose(&self) -> &'static str {
        "check the credentials"
    }

    fn request(&self, config: &Config) -> Result<Request, InvalidInput> {
        RequestBuilder::new(config, Method::GET, &["instances"])
            .query("pageSize", "1")
            .query("hydrate", "false")
            .build()
    }

    fn decode(&self, response: &Response) -> Result<(), Error> {
        // A gateway may answer anything with a page of its own.
        let list = PhantomData::<Vec<IgnoredAny>>;
        let read = || response.json_by::<Vec<Json>, _>(self.purpose(), list);
        match response.is_blank() {
            true => Ok(()),
            false => read().map(drop),
        }
    }

    fn on_error(&self, error: Error, _: bool) -> Result<(), Error> {
        match error {
            Error::Refused(error) if error.says_none_found() => Ok(()),
            // Every platform has this path.
            Error::Refused(error) if error.status() == StatusCode::NOT_FOUND => {
                let advice = "; check the base URL, whose path is /elements/api-v2";
                Err(error.with_advice(advice).into())
            }
            error => Err(error),
        }
    }
}
