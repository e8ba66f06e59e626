use ce_model::Object;

use super::AuthorizationGrant;

/// Which of the callback's parameters the platform gets (`providerData`) besides the code.
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

impl ProviderData {
    /// Those with these names.
    pub fn only(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self::Only(names.into_iter().map(Into::into).collect())
    }

    fn includes(&self, name: &str) -> bool {
        #[rustfmt::skip]
        let documented = [
            "realmId", "dataSource", "org", "token", "apikey", "access_token", "refresh_token",
            "expires_in",
        ];
        match self {
            Self::Documented => documented.contains(&name),
            Self::All => true,
            Self::Only(names) => names.iter().any(|wanted| wanted == name),
        }
    }

    /// What proves the consent, and the parameters that are wanted. The state is the flow's own,
    /// since the callback may lack it.
    pub(crate) fn select(&self, grant: &AuthorizationGrant) -> Object {
        let mut selected = grant.found.clone();
        if let Some(state) = grant.state.as_ref().filter(|_| self.includes("state")) {
            selected.insert("state", state.expose());
        }
        let extras = grant.extras.iter().filter(|(name, _)| self.includes(name));
        selected.extend(extras.map(|(name, value)| (name, value.clone())));
        selected
    }
}
