//! The platform's endpoints, one file a family.

mod bulk;
mod docs;
mod elements;
mod endpoints;
mod files;
mod instances;
mod oauth;
mod objects;
mod path;
mod through;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::get;
use http::HeaderName;
use tower_http::cors::{AllowHeaders, Any, CorsLayer, ExposeHeaders};

use endpoints::Endpoints;
use instances::{change, configuration, create, set_disabled};
use path::InstanceRef;

use crate::faults::{Faults, Operation::*};
use crate::store::Store;
use crate::web::{method_not_allowed, takes_json};

/// The paths below which there is what is done through an instance. The hub is ignored.
const HUBS: &[&str] = &["", "/hubs/{hub}"];

/// Every endpoint, each with its operation's faults around it.
pub(crate) fn routes(store: &Arc<Store>, faults: &Arc<Faults>) -> Router {
    let below = |prefixes: &[&str], endpoints: Endpoints| endpoints.below(prefixes, store, faults);
    let by_id = &["/instances/{id}", "/elements/{key}/instances/{id}"];
    let json = below(&[""], platform())
        .merge(below(
            by_id,
            Endpoints::default()
                .at("")
                .get(GetInstance, instances::show),
        ))
        .merge(below(by_id, instance()))
        // For the element token to name the instance.
        .merge(below(&["/instances"], instance()))
        .merge(below(HUBS, objects()))
        .route_layer(from_fn(takes_json));
    // What these answer may be of any media type.
    let any = below(HUBS, files()).merge(below(HUBS, bulk()));
    json.merge(any)
        .route("/provider/links/{link}/{name}", get(files::follow_link))
        .method_not_allowed_fallback(method_not_allowed)
        // Around that as well, for a preflight is of a method that no endpoint has.
        .layer(cors())
        .with_state(Arc::clone(store))
}

fn platform() -> Endpoints {
    Endpoints::default()
        .at("/elements")
        .get(ListElements, elements::list)
        .at("/elements/keys")
        .get(ListElementKeys, elements::keys)
        .at("/elements/{key}")
        .get(GetElement, elements::show)
        .at("/elements/{key}/metadata")
        .get(GetElementMetadata, elements::metadata)
        .at("/elements/{key}/docs")
        .get(GetElementDocs, docs::of_element)
        .at("/elements/{key}/oauth/token")
        .get(OAuthToken, oauth::request_token)
        .at("/elements/{key}/oauth/url")
        .get(OAuthUrl, oauth::url_by_query)
        .post(OAuthUrl, oauth::url_by_body)
        .at("/elements/{key}/instances")
        .get(ListInstances, instances::list)
        .post(CreateInstance, create::create)
        .at("/hubs")
        .get(ListHubs, elements::list_hubs)
        .at("/hubs/keys")
        .get(ListHubKeys, elements::hub_keys)
        .at("/hubs/{hub}")
        .get(GetHub, elements::show_hub)
        .at("/hubs/{hub}/elements")
        .get(ListHubElements, elements::list_of_hub)
        .at("/instances")
        .get(ListInstances, instances::list)
        .post(CreateInstance, create::create)
}

/// What is done with one instance.
fn instance() -> Endpoints {
    Endpoints::default()
        .patch(UpdateInstance, change::patch)
        .put(ReplaceInstance, change::put)
        .delete(DeleteInstance, instances::delete)
        .at("/enabled")
        .put(EnableInstance, async |it: InstanceRef| {
            set_disabled(&it, false)
        })
        .delete(DisableInstance, async |it: InstanceRef| {
            set_disabled(&it, true)
        })
        .at("/configuration")
        .get(ListConfiguration, configuration::list)
        .at("/configuration/{entry}")
        .get(GetConfiguration, configuration::show)
        .patch(UpdateConfiguration, configuration::patch)
        .at("/docs")
        .get(GetInstanceDocs, docs::of_instance)
}

fn objects() -> Endpoints {
    Endpoints::default()
        .at("/ping")
        .get(Ping, instances::ping)
        .at("/objects")
        .get(ListObjectNames, objects::names)
        .at("/objects/{resource}/metadata")
        .get(GetObjectMetadata, objects::metadata)
        .at("/{resource}")
        .get(ListObjects, objects::list)
        .post(CreateObject, objects::create)
        .at("/{resource}/{id}")
        .get(GetObject, objects::show)
        .put(ReplaceObject, objects::put)
        .patch(UpdateObject, objects::patch)
        .delete(DeleteObject, objects::delete)
}

fn files() -> Endpoints {
    Endpoints::default()
        .at("/folders/contents")
        .get(ListFolder, files::contents)
        .at("/folders")
        .post(CreateFolder, files::create_folder)
        .delete(DeleteFolder, files::delete_folder)
        .at("/files")
        .get(DownloadFile, files::download)
        .post(UploadFile, files::upload)
        .delete(DeleteFile, files::delete_file)
        .at("/files/links")
        .get(GetFileLinks, files::links)
        .at("/files/{id}")
        .get(DownloadFile, files::download_by_id)
}

fn bulk() -> Endpoints {
    Endpoints::default()
        .at("/bulk/query")
        .post(StartBulk, bulk::query)
        .at("/bulk/{resource}")
        .post(StartBulk, bulk::upload)
        .at("/bulk/{id}/status")
        .get(GetBulkStatus, bulk::status)
        .at("/bulk/{id}/errors")
        .get(GetBulkErrors, bulk::errors)
        .at("/bulk/{id}/{resource}")
        .get(DownloadBulk, bulk::download)
}

/// Browsers may call the platform themselves.
fn cors() -> CorsLayer {
    let exposed = [
        "elements-element-instance-id",
        "elements-error",
        "elements-next-page-token",
        "elements-request-id",
        "elements-returned-count",
        "elements-total-count",
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(ExposeHeaders::list(exposed.map(HeaderName::from_static)))
}
