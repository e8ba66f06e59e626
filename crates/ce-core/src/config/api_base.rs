//! The published API bases of the platform, for [`Config::new`](crate::Config::new).
//!
//! Any other URL works as well. Paths, bodies and headers are the same everywhere, whatever the brand
//! calls an element. Sugar Integrate's API base is given by SugarCRM to each customer.

/// Cloud Elements, United States.
pub const CLOUD_ELEMENTS_US: &str = "https://api.cloud-elements.com/elements/api-v2";
/// Cloud Elements, European Union.
pub const CLOUD_ELEMENTS_EU: &str = "https://api.cloud-elements.co.uk/elements/api-v2";
/// Cloud Elements, staging.
pub const CLOUD_ELEMENTS_STAGING: &str = "https://staging.cloud-elements.com/elements/api-v2";
/// SAP Open Connectors, United States.
pub const OPEN_CONNECTORS_US: &str =
    "https://api.openconnectors.us2.ext.hana.ondemand.com/elements/api-v2";
/// SAP Open Connectors, trial.
pub const OPEN_CONNECTORS_TRIAL: &str =
    "https://api.openconnectors.ext.hanatrial.ondemand.com/elements/api-v2";
/// SAP Open Connectors, trial US10.
pub const OPEN_CONNECTORS_TRIAL_US10: &str =
    "https://api.openconnectors.trial.us10.ext.hana.ondemand.com/elements/api-v2";

/// Every one of them.
pub(super) const ALL: [&str; 6] = [
    CLOUD_ELEMENTS_US,
    CLOUD_ELEMENTS_EU,
    CLOUD_ELEMENTS_STAGING,
    OPEN_CONNECTORS_US,
    OPEN_CONNECTORS_TRIAL,
    OPEN_CONNECTORS_TRIAL_US10,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Credentials, FieldErrorKind};

    #[test]
    fn each_is_an_api_base() {
        for base in ALL {
            let config = Config::new(base, Credentials::new("u", "o")).unwrap();
            assert_eq!(config.base_url(), base);
            let short = base.trim_end_matches("/elements/api-v2");
            for wrong in [short, &format!("{short}/elements/api-v1")] {
                let error = Config::new(wrong, Credentials::new("u", "o")).unwrap_err();
                assert_eq!(error.errors()[0].kind(), FieldErrorKind::NotAnApiBase);
            }
        }
    }
}
