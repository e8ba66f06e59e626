use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::{Extension, Json};

use super::body::{InstanceBody, check_required, configuration};
use super::consent::Consent;
use super::view::full;
use crate::api::path::{PathParameters, element};
use crate::catalogue::Element;
use crate::faults::ExtraProvisioning;
use crate::store::{ExternalAuthentication, Instance, Redacted, Store, mask_all, without_tags};
use crate::web::{ApiError, ApiResult, JsonBody, JsonResult, PlatformCall};

type Body = JsonBody<InstanceBody>;
type Extra = Option<Extension<ExtraProvisioning>>;

/// Step 2: `POST /instances`, of which the body names the element, and
/// `POST /elements/{keyOrId}/instances`.
pub(crate) async fn create(
    _: PlatformCall,
    State(store): State<Arc<Store>>,
    path: PathParameters,
    extra: Extra,
    body: Body,
) -> JsonResult {
    let element = match path.key.as_str() {
        "" => named(&store, &body.value)?,
        key => element(&store, key)?,
    };
    provision(&store, element, body, extra).await
}

fn named(store: &Store, body: &InstanceBody) -> ApiResult<Arc<Element>> {
    // A number is taken for a key in paths alone.
    if let Some(key) = body.element_key() {
        let element = store.settings.catalogue.find_key(key);
        let element = element.ok_or_else(|| ApiError::no_such_element(key))?;
        return Ok(Arc::clone(element));
    }
    let id = body.element_named().ok_or_else(|| {
        ApiError::bad_request("The body has to name an element, by element.key or element.id.")
    })?;
    element(store, &id)
}

async fn provision(
    store: &Store,
    element: Arc<Element>,
    JsonBody {
        value: body,
        weight,
    }: Body,
    extra: Extra,
) -> JsonResult {
    let tags = body.tags().unwrap_or_default();
    let name = body.name.unwrap_or_default();
    let given = body.configuration.unwrap_or_default();
    let external_authentication = body.external_authentication.unwrap_or_default();
    // Who has been through the provider's consent elsewhere brings a token, not a code.
    let is_initial = external_authentication == ExternalAuthentication::Initial;
    let brings_token = element.is_oauth2() && is_initial;
    check_required(&element, &name, &given, brings_token)?;
    let provider_data = body.provider_data.as_ref();
    let consent = match element.authentication.is_oauth() && !brings_token {
        true => Some(Consent::read(&element, provider_data, true)?),
        false => None,
    };
    let (id, token, resets) = accept(store, consent, weight)?;
    let extra = extra.map_or(Duration::ZERO, |Extension(ExtraProvisioning(extra))| extra);
    let duration = store.settings.provisioning.saturating_add(extra);
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
    let instance = Instance {
        name: without_tags(&name),
        tags,
        provider_data: provider_data.map(mask_all),
        configuration: configuration(&element, given),
        external_authentication,
        ..Instance::new(id, token, element, store.now())
    };
    let view = full(&instance);
    let mut state = store.state();
    if state.resets == resets {
        state.instances.insert(instance);
    }
    Ok(Json(view))
}

/// The last check, and with it the point of no return: uses up what shows the consent, and gives
/// out the id and the token of the instance to be.
fn accept(
    store: &Store,
    consent: Option<Consent<'_>>,
    weight: usize,
) -> ApiResult<(u64, Redacted, u64)> {
    let mut state = store.state();
    if state.instances.room() == 0 || !state.instances.has_room_for(weight) {
        return Err(ApiError::full());
    }
    if let Some(consent) = consent {
        consent.redeem(&mut state)?;
    }
    let token = Redacted::new(state.random.token());
    Ok((state.instances.reserve(), token, state.resets))
}
