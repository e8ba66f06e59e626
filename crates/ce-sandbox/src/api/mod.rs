//! The platform's endpoints, one file a family.

mod accept;
mod asynchronous;
mod bulk;
mod docs;
mod elements;
mod files;
mod hubs;
mod instances;
mod oauth;
mod objects;
mod path;
mod through;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, delete, get, patch, post, put};
use http::HeaderName;
use tower_http::cors::{AllowHeaders, Any, CorsLayer, ExposeHeaders};

use instances::{change, configuration, create};

use crate::faults::{Faults, Operation, apply};
use crate::store::Store;
use crate::web::method_not_allowed;

/// Every endpoint, each with its operation's faults around it.
pub(crate) fn routes(store: &Arc<Store>, faults: &Arc<Faults>) -> Router {
    let none = || Routes {
        router: Router::new(),
        store,
        faults,
    };
    let routes = through_instances(instances(elements(none())));
    let json = routes.router.route_layer(from_fn(accept::json));
    let routes = json.merge(bulk(files(none())).router);
    let routes = routes.method_not_allowed_fallback(method_not_allowed);
    // Around that as well, for a preflight is of a method that no endpoint has.
    routes.layer(cors()).with_state(Arc::clone(store))
}

struct Routes<'a> {
    router: Router<Arc<Store>>,
    store: &'a Arc<Store>,
    faults: &'a Arc<Faults>,
}

impl Routes<'_> {
    fn add(mut self, operation: Operation, path: &str, endpoint: MethodRouter<Arc<Store>>) -> Self {
        let state = (Arc::clone(self.faults), operation);
        let store = Arc::clone(self.store);
        let endpoint = endpoint.route_layer(from_fn_with_state(store, asynchronous::answer));
        let endpoint = endpoint.route_layer(from_fn_with_state(state, apply));
        let path = format!("/elements/api-v2{path}");
        self.router = self.router.route(&path, endpoint);
        self
    }
}

fn elements(routes: Routes<'_>) -> Routes<'_> {
    use Operation::*;
    routes
        .add(ListElements, "/elements", get(elements::list))
        .add(ListElementKeys, "/elements/keys", get(elements::keys))
        .add(GetElement, "/elements/{key}", get(elements::show))
        .add(
            GetElementMetadata,
            "/elements/{key}/metadata",
            get(elements::metadata),
        )
        .add(
            GetElementDocs,
            "/elements/{key}/docs",
            get(docs::of_element),
        )
        .add(
            OAuthToken,
            "/elements/{key}/oauth/token",
            get(oauth::request_token),
        )
        .add(
            OAuthUrl,
            "/elements/{key}/oauth/url",
            get(oauth::url_by_query),
        )
        .add(
            OAuthUrl,
            "/elements/{key}/oauth/url",
            post(oauth::url_by_body),
        )
        .add(ListHubs, "/hubs", get(hubs::list))
        .add(ListHubKeys, "/hubs/keys", get(hubs::keys))
        .add(GetHub, "/hubs/{hub}", get(hubs::show))
        .add(ListHubElements, "/hubs/{hub}/elements", get(hubs::elements))
}

/// Every path that names an instance is there without its id as well, for the element token to name
/// it.
fn instances(mut routes: Routes<'_>) -> Routes<'_> {
    use Operation::*;
    routes = routes
        .add(ListInstances, "/instances", get(instances::list))
        .add(CreateInstance, "/instances", post(create::create))
        .add(
            ListInstances,
            "/elements/{key}/instances",
            get(instances::list_of_element),
        )
        .add(
            CreateInstance,
            "/elements/{key}/instances",
            post(create::create_of_element),
        );
    for one in [
        "/instances",
        "/instances/{id}",
        "/elements/{key}/instances/{id}",
    ] {
        if one.ends_with("{id}") {
            routes = routes.add(GetInstance, one, get(instances::show));
        }
        let enabled = &format!("{one}/enabled");
        let configuration = &format!("{one}/configuration");
        let entry = &format!("{one}/configuration/{{entry}}");
        routes = routes
            .add(UpdateInstance, one, patch(change::patch))
            .add(ReplaceInstance, one, put(change::put))
            .add(DeleteInstance, one, delete(instances::delete))
            .add(EnableInstance, enabled, put(instances::enable))
            .add(DisableInstance, enabled, delete(instances::disable))
            .add(ListConfiguration, configuration, get(configuration::list))
            .add(GetConfiguration, entry, get(configuration::show))
            .add(UpdateConfiguration, entry, patch(configuration::patch))
            .add(
                GetInstanceDocs,
                &format!("{one}/docs"),
                get(docs::of_instance),
            );
    }
    routes
}

/// The hub in a path is ignored.
fn through_instances(mut routes: Routes<'_>) -> Routes<'_> {
    use Operation::*;
    for hub in ["", "/hubs/{hub}"] {
        let all = &format!("{hub}/{{resource}}");
        let one = &format!("{hub}/{{resource}}/{{object}}");
        let metadata = &format!("{hub}/objects/{{resource}}/metadata");
        routes = routes
            .add(Ping, &format!("{hub}/ping"), get(instances::ping))
            .add(
                ListObjectNames,
                &format!("{hub}/objects"),
                get(objects::names),
            )
            .add(GetObjectMetadata, metadata, get(objects::metadata))
            .add(ListObjects, all, get(objects::list))
            .add(CreateObject, all, post(objects::create))
            .add(GetObject, one, get(objects::show))
            .add(ReplaceObject, one, put(objects::put))
            .add(UpdateObject, one, patch(objects::patch))
            .add(DeleteObject, one, delete(objects::delete));
    }
    routes
}

/// What these answer may be of any media type.
fn files(mut routes: Routes<'_>) -> Routes<'_> {
    use Operation::*;
    for hub in ["", "/hubs/{hub}"] {
        let (folders, all) = (&format!("{hub}/folders"), &format!("{hub}/files"));
        routes = routes
            .add(
                ListFolder,
                &format!("{folders}/contents"),
                get(files::contents),
            )
            .add(CreateFolder, folders, post(files::create_folder))
            .add(DeleteFolder, folders, delete(files::delete_folder))
            .add(DownloadFile, all, get(files::download))
            .add(UploadFile, all, post(files::upload))
            .add(DeleteFile, all, delete(files::delete_file))
            .add(GetFileLinks, &format!("{all}/links"), get(files::links))
            .add(
                DownloadFile,
                &format!("{all}/{{file}}"),
                get(files::download_by_id),
            );
    }
    let link = get(files::follow_link);
    routes.router = routes.router.route("/provider/links/{link}/{name}", link);
    routes
}

fn bulk(mut routes: Routes<'_>) -> Routes<'_> {
    use Operation::*;
    for hub in ["", "/hubs/{hub}"] {
        let bulk = &format!("{hub}/bulk");
        // A job by its id; in an upload, the name of its objects.
        let job = &format!("{bulk}/{{job}}");
        routes = routes
            .add(StartBulk, &format!("{bulk}/query"), post(bulk::query))
            .add(StartBulk, job, post(bulk::upload))
            .add(GetBulkStatus, &format!("{job}/status"), get(bulk::status))
            .add(GetBulkErrors, &format!("{job}/errors"), get(bulk::errors))
            .add(
                DownloadBulk,
                &format!("{job}/{{object}}"),
                get(bulk::download),
            );
    }
    routes
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
