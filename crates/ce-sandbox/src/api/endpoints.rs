use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use super::through;
use crate::faults::{Faults, Operation, apply};
use crate::store::Store;

type S = Arc<Store>;

/// A method of a path, and what answers it.
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    pub(crate) method: &'static str,
    pub(crate) operation: Operation,
    handler: MethodRouter<S>,
}

/// The endpoints of a family, path by path.
#[derive(Default)]
pub(crate) struct Endpoints {
    path: &'static str,
    pub(crate) list: Vec<Endpoint>,
}

impl Endpoints {
    /// Those that follow are at this path.
    pub(crate) fn at(mut self, path: &'static str) -> Self {
        self.path = path;
        self
    }

    pub(crate) fn get<T: 'static>(self, of: Operation, handler: impl Handler<T, S>) -> Self {
        self.add("get", of, get(handler))
    }

    pub(crate) fn post<T: 'static>(self, of: Operation, handler: impl Handler<T, S>) -> Self {
        self.add("post", of, post(handler))
    }

    pub(crate) fn put<T: 'static>(self, of: Operation, handler: impl Handler<T, S>) -> Self {
        self.add("put", of, put(handler))
    }

    pub(crate) fn patch<T: 'static>(self, of: Operation, handler: impl Handler<T, S>) -> Self {
        self.add("patch", of, patch(handler))
    }

    pub(crate) fn delete<T: 'static>(self, of: Operation, handler: impl Handler<T, S>) -> Self {
        self.add("delete", of, delete(handler))
    }

    fn add(mut self, method: &'static str, operation: Operation, handler: MethodRouter<S>) -> Self {
        self.list.push(Endpoint {
            path: self.path,
            method,
            operation,
            handler,
        });
        self
    }

    /// All of them below each of these paths, with the faults of their operations around them.
    pub(crate) fn below(
        &self,
        prefixes: &[&str],
        store: &Arc<Store>,
        faults: &Arc<Faults>,
    ) -> Router<S> {
        let mut router = Router::new();
        for prefix in prefixes {
            for endpoint in &self.list {
                let store = Arc::clone(store);
                let faults = (Arc::clone(faults), endpoint.operation);
                let handler = endpoint.handler.clone();
                let handler = handler.route_layer(from_fn_with_state(store, through::layer));
                let handler = handler.route_layer(from_fn_with_state(faults, apply));
                let path = format!("/elements/api-v2{prefix}{}", endpoint.path);
                router = router.route(&path, handler);
            }
        }
        router
    }
}
