//! The objects behind an instance.

mod metadata;
mod where_clause;

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};

pub(super) use self::where_clause::WhereClause;
use self::where_clause::{compare, field};
use super::path::PathParameters;
use super::through::{InstanceId, permitted};
use crate::catalogue::{Object, ObjectCollection, number, weight_of};
use crate::events::{Change, report};
use crate::store::{Instance, Store};
use crate::web::{ApiError, Credentials, JsonObject, Page, PageRequest, Parameters};
pub(super) use metadata::{metadata, names};

/// How many objects a page holds at most.
const MAX_OBJECTS_PAGE: usize = 5000;

type Answer<T> = (InstanceId, Result<T, ApiError>);

/// The objects of one name, through an instance that the call may be made through.
pub(crate) struct Resource {
    instance_id: u64,
    name: String,
    /// Of one of its objects, as the path has it.
    id: String,
}

impl FromRequestParts<Arc<Store>> for Resource {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> Result<Self, ApiError> {
        let path = PathParameters::from_request_parts(parts, store).await?;
        let name = path.get("resource").to_owned();
        let credentials = Credentials::read(&parts.headers)?;
        // A path at which no element has anything leads nowhere, whoever calls.
        if !store.settings.catalogue.has_resource(&name) && !credentials.names_an_element() {
            return Err(ApiError::no_such_path());
        }
        Ok(Self {
            instance_id: credentials.element_call(store)?.instance_id,
            name,
            id: path.get("object").to_owned(),
        })
    }
}

impl Resource {
    pub(super) fn named(instance_id: u64, name: &str) -> Self {
        Self {
            instance_id,
            name: name.to_owned(),
            id: String::new(),
        }
    }

    fn call<T>(
        &self,
        store: &Store,
        call: impl FnOnce(&mut Instance) -> Result<T, ApiError>,
    ) -> Answer<T> {
        let answer = permitted(store, self.instance_id, call);
        (InstanceId(self.instance_id), answer)
    }

    /// As [`Self::call`], for what changes an object, which is reported.
    fn change_object<T>(
        &self,
        store: &Store,
        event_type: &'static str,
        change: impl FnOnce(&mut ObjectCollection) -> Result<(Value, T), ApiError>,
    ) -> Answer<T> {
        let (id, changed) = self.call(store, |instance| change(self.change(instance)?));
        let answer = changed.map(|(object_id, answer)| {
            let change = Change {
                instance_id: self.instance_id,
                object_type: &self.name,
                object_id: &object_id,
                event_type,
            };
            report(store, &change);
            answer
        });
        (id, answer)
    }

    pub(super) fn of<'a>(&self, instance: &'a Instance) -> Result<&'a ObjectCollection, ApiError> {
        let objects = instance.objects(&self.name);
        objects.ok_or_else(|| self.no_such_resource(instance))
    }

    /// The collection to change, if there is room for so much more.
    pub(super) fn change<'a>(
        &self,
        instance: &'a mut Instance,
    ) -> Result<&'a mut ObjectCollection, ApiError> {
        self.of(instance)?;
        let objects = instance.objects_mut(&self.name);
        objects.ok_or_else(ApiError::no_such_path)
    }

    fn no_such_resource(&self, instance: &Instance) -> ApiError {
        ApiError::not_found(format!(
            "Element {:?} has no resource {:?}.",
            instance.element.key, self.name
        ))
    }

    fn no_such_object(&self) -> ApiError {
        let Self { name, id, .. } = self;
        ApiError::not_found(format!("No object found in {name} with the id {id}."))
    }
}

/// `GET /{resource}`.
pub(crate) async fn list(
    State(store): State<Arc<Store>>,
    resource: Resource,
    parameters: Parameters,
) -> Answer<Page<Value>> {
    resource.call(&store, |instance| {
        let request = PageRequest::read(&parameters, MAX_OBJECTS_PAGE)?;
        let wanted = parameters
            .first("where")
            .filter(|text| !text.trim().is_empty());
        let wanted = wanted.map(WhereClause::parse).transpose()?;
        let objects = resource.of(instance)?.iter();
        let is_wanted =
            |object: &&Object| wanted.as_ref().is_none_or(|wanted| wanted.holds(object));
        let mut found: Vec<&Object> = objects.filter(is_wanted).collect();
        if let Some(order) = parameters.first("orderBy") {
            sort(&mut found, order)?;
        }
        let total = found.len();
        let fields = parameters
            .first("fields")
            .filter(|fields| !fields.trim().is_empty());
        let view = |object: &Object| match fields {
            None => Value::Object(object.clone()),
            Some(fields) => Value::Object(with_fields(object, fields)),
        };
        Ok(request.of(found.into_iter().map(view), total))
    })
}

fn sort(objects: &mut [&Object], order: &str) -> Result<(), ApiError> {
    let mut words = order.split_whitespace();
    let name = words.next().unwrap_or_default();
    let direction = words.next().unwrap_or("asc").to_ascii_lowercase();
    if name.is_empty() || words.next().is_some() || !matches!(&*direction, "asc" | "desc") {
        return Err(ApiError::bad_request(
            "orderBy takes the name of a field, and asc or desc behind it.",
        ));
    }
    objects.sort_by(|one, other| {
        let (one, other) = (field(one, name), field(other, name));
        // Objects without the field come first.
        let order = compare(one, other).unwrap_or(one.is_some().cmp(&other.is_some()));
        if direction == "desc" {
            order.reverse()
        } else {
            order
        }
    });
    Ok(())
}

pub(super) fn with_fields(object: &Object, fields: &str) -> Object {
    let names = fields.split(',').map(str::trim);
    let fields = names.filter_map(|name| Some((name.to_owned(), object.get(name)?.clone())));
    fields.collect()
}

/// `GET /{resource}/{id}`.
pub(crate) async fn show(
    State(store): State<Arc<Store>>,
    resource: Resource,
) -> Answer<Json<Value>> {
    resource.call(&store, |instance| {
        let objects = resource.of(instance)?;
        let object = number(&resource.id).and_then(|id| objects.get(id));
        Ok(Json(json!(
            object.ok_or_else(|| resource.no_such_object())?
        )))
    })
}

/// `POST /{resource}`.
pub(crate) async fn create(
    State(store): State<Arc<Store>>,
    resource: Resource,
    JsonObject(object): JsonObject,
) -> Answer<Json<Value>> {
    let has_room = has_room(&store, &object);
    resource.change_object(&store, "CREATED", |objects| {
        if objects.len() >= store.settings.limits.max_objects || !has_room {
            return Err(ApiError::full());
        }
        let added = objects.add(object);
        let id = added.get("id").cloned().unwrap_or_default();
        Ok((id, Json(json!(added))))
    })
}

/// `PATCH /{resource}/{id}`: the fields that are given change.
pub(crate) async fn patch(
    State(store): State<Arc<Store>>,
    resource: Resource,
    JsonObject(fields): JsonObject,
) -> Answer<Json<Value>> {
    update(&store, &resource, fields, ObjectCollection::merge)
}

/// `PUT /{resource}/{id}`: the object becomes what is given.
pub(crate) async fn put(
    State(store): State<Arc<Store>>,
    resource: Resource,
    JsonObject(object): JsonObject,
) -> Answer<Json<Value>> {
    update(&store, &resource, object, ObjectCollection::replace)
}

fn update(
    store: &Store,
    resource: &Resource,
    object: Object,
    update: impl FnOnce(&mut ObjectCollection, u64, Object) -> Option<&Object>,
) -> Answer<Json<Value>> {
    let has_room = has_room(store, &object);
    resource.change_object(store, "UPDATED", |objects| {
        if !has_room {
            return Err(ApiError::full());
        }
        let updated = number(&resource.id).and_then(|id| update(objects, id, object));
        let updated = updated.ok_or_else(|| resource.no_such_object())?;
        let id = updated.get("id").cloned().unwrap_or_default();
        Ok((id, Json(json!(updated))))
    })
}

fn has_room(store: &Store, object: &Object) -> bool {
    store.state().instances.has_room_for(weight_of(object))
}

/// `DELETE /{resource}/{id}`.
pub(crate) async fn delete(
    State(store): State<Arc<Store>>,
    resource: Resource,
) -> Answer<StatusCode> {
    resource.change_object(&store, "DELETED", |objects| {
        let removed = number(&resource.id).and_then(|id| objects.remove(id));
        let removed = removed.ok_or_else(|| resource.no_such_object())?;
        let id = removed.get("id").cloned().unwrap_or_default();
        Ok((id, StatusCode::OK))
    })
}
