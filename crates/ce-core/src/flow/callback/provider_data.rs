use ce_model::{Object, Secret};

use super::Callback;

/// Which of the callback's parameters the platform gets (`providerData`) besides the code.
///
/// ```
/// use ce_core::{ConnectRequest, ProviderData};
///
/// let request = ConnectRequest::new("acme").provider_data(ProviderData::only(["tenant"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProviderData {
    /// Those that the platform's documentation and its public clients know: `realmId`,
    /// `dataSource`, `org`, `token`, `apikey`, `access_token`, `refresh_token`, `expires_in`.
    #[default]
    Documented,
    /// All of them.
    All,
    /// Those with these names.
    Only(Vec<String>),
}

/// The names that the platform's documentation and its public clients know.
const DOCUMENTED: [&str; 8] = [
    "realmId",
    "dataSource",
    "org",
    "token",
    "apikey",
    "access_token",
    "refresh_token",
    "expires_in",
];

/// The parameters that the flow itself reads.
const OF_THE_FLOW: [&str; 4] = ["code", STATE, "oauth_token", "oauth_verifier"];
/// It goes to the platform if it is wanted, and is known without the callback.
const STATE: &str = "state";

impl ProviderData {
    /// Those with these names.
    pub fn only(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Only(names.into_iter().map(Into::into).collect())
    }

    fn includes(&self, name: &str) -> bool {
        match self {
            Self::Documented => DOCUMENTED.contains(&name),
            Self::All => true,
            Self::Only(names) => names.iter().any(|wanted| wanted == name),
        }
    }

    /// Adds to what the flow itself found the parameters that are wanted.
    pub(crate) fn select(
        &self,
        mut found: Object,
        state: Option<&Secret>,
        extras: &Object,
    ) -> Object {
        if let Some(state) = state.filter(|_| self.includes(STATE)) {
            found.insert(STATE, state.expose());
        }
        let wanted = extras.iter().filter(|(name, _)| self.includes(name));
        found.extend(wanted.map(|(name, value)| (name, value.clone())));
        found
    }
}

/// The most parameters that are kept; no provider adds more.
const MOST: usize = 64;

/// The parameters that the flow itself does not read. If one is repeated, the first counts.
pub(crate) fn extras(callback: &Callback<'_>) -> Object {
    let mut extras = Object::new();
    let others = callback
        .parameters()
        .filter(|(name, _)| !OF_THE_FLOW.contains(name));
    for (name, value) in others.take(MOST) {
        if extras.get(name).is_none() {
            extras.insert(name, value);
        }
    }
    extras
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_parameters_that_are_wanted_go_to_the_platform() {
        let callback = Callback::parse(
            "code=c&state=s&realmId=42&dataSource=QBO&utm_source=x&tenant=t&realmId=43",
        );
        let extras = extras(&callback.unwrap());
        let found: Object = [("code", "c")].into_iter().collect();
        for (wanted, selected) in [
            (
                ProviderData::Documented,
                r#"{"code":"c","realmId":"42","dataSource":"QBO"}"#,
            ),
            (
                ProviderData::only(["tenant", "code", "state", "absent"]),
                r#"{"code":"c","state":"s","tenant":"t"}"#,
            ),
            (ProviderData::only([""; 0]), r#"{"code":"c"}"#),
            (
                ProviderData::All,
                r#"{"code":"c","state":"s","realmId":"42","dataSource":"QBO","utm_source":"x","tenant":"t"}"#,
            ),
        ] {
            let data = wanted.select(found.clone(), Some(&Secret::new("s")), &extras);
            assert_eq!(serde_json::to_string(&data).unwrap(), selected);
        }
    }
}
