//! Calls of the platform that this application needs and the library doesn't have: a call is a
//! value, and anybody can write one.

use ce_async::http::Method;
use ce_async::{Call, Error, InvalidInput, Platform, Request, RequestBuilder, Response, read_json};
use serde::Deserialize;

/// `GET /elements`: the catalogue. One page of the largest size holds it all.
pub(crate) struct ListElements;

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Element {
    pub(crate) key: String,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) authentication: Authentication,
    #[serde(default)]
    pub(crate) configuration: Vec<Entry>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Authentication {
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) required: bool,
}

impl Call for ListElements {
    type Answer = Vec<Element>;

    fn purpose(&self) -> &'static str {
        "list the elements"
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        RequestBuilder::new(platform, Method::GET, &["elements"])?
            .query("pageSize", "200")
            .build()
    }

    fn answer(&self, response: &Response) -> Result<Vec<Element>, Error> {
        read_json(self.purpose(), response)
    }
}

/// `PUT` and `DELETE /instances/{id}/enabled`: switches an instance on, or off.
pub(crate) struct SetEnabled {
    pub(crate) instance: u64,
    pub(crate) enabled: bool,
}

impl Call for SetEnabled {
    type Answer = ();

    fn purpose(&self) -> &'static str {
        if self.enabled {
            "enable the instance"
        } else {
            "disable the instance"
        }
    }

    fn request(&self, platform: &Platform) -> Result<Request, InvalidInput> {
        let method = if self.enabled {
            Method::PUT
        } else {
            Method::DELETE
        };
        let instance = self.instance.to_string();
        RequestBuilder::new(platform, method, &["instances", &instance, "enabled"])?.build()
    }

    fn answer(&self, _: &Response) -> Result<(), Error> {
        Ok(())
    }
}
