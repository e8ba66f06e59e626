//! The objects behind an instance.

mod where_clause;

use std::collections::HashSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;
use serde_json::{Map, Value, json};

pub(super) use self::where_clause::WhereClause;
use self::where_clause::{compare, field};
use super::path::PathParameters;
use super::through::Through;
use crate::catalogue::{Object, ObjectCollection, number, weight_of};
use crate::store::{Instance, Store};
use crate::web::{
    ApiError, ApiResult, Credentials, JsonObject, JsonResult, MAX_PAGE, Parameters, page,
};

/// How many objects a page holds at most.
const MAX_OBJECTS_PAGE: usize = 5000;

/// The objects of one name, through an instance.
pub(crate) struct Resource {
    through: Through,
    name: String,
    /// Of one of its objects, as the path has it.
    id: String,
}

impl FromRequestParts<Arc<Store>> for Resource {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, store: &Arc<Store>) -> ApiResult<Self> {
        let path = PathParameters::from_request_parts(parts, store).await?;
        // A path at which no element has anything leads nowhere, whoever calls.
        let is_known = store.settings.catalogue.has_resource(&path.resource);
        if !is_known && !Credentials::read(&parts.headers)?.names_an_element() {
            return Err(ApiError::no_such_path());
        }
        Ok(Self {
            through: Through::from_request_parts(parts, store).await?,
            name: path.resource,
            id: path.id,
        })
    }
}

impl Resource {
    /// Changes an object, if there is room for so many bytes more, and reports it.
    fn change(
        &self,
        weight: usize,
        event_type: &str,
        change: impl FnOnce(&mut ObjectCollection) -> ApiResult<Arc<Object>>,
    ) -> JsonResult {
        let change = |instance: &mut Instance| change(objects_mut(instance, &self.name)?);
        let object = self.through.change(weight, change)?;
        let id = object.get("id").cloned().unwrap_or_default();
        self.through.report(&self.name, &id, event_type);
        Ok(Json(json!(*object)))
    }

    /// The same with the object that the path names, if there is one.
    fn change_one(
        &self,
        weight: usize,
        event_type: &str,
        change: impl FnOnce(&mut ObjectCollection, u64) -> Option<Arc<Object>>,
    ) -> JsonResult {
        self.change(weight, event_type, |objects| {
            let changed = number(&self.id).and_then(|id| change(objects, id));
            changed.ok_or_else(|| self.no_such_object())
        })
    }

    fn no_such_object(&self) -> ApiError {
        let Self { name, id, .. } = self;
        ApiError::not_found(format!("No object found in {name} with the id {id}."))
    }
}

/// An instance's objects of that name.
pub(super) fn objects<'a>(instance: &'a Instance, name: &str) -> ApiResult<&'a ObjectCollection> {
    instance.objects(name).ok_or_else(|| {
        let key = &instance.element.key;
        ApiError::not_found(format!("Element {key:?} has no resource {name:?}."))
    })
}

/// The same to change.
pub(super) fn objects_mut<'a>(
    instance: &'a mut Instance,
    name: &str,
) -> ApiResult<&'a mut ObjectCollection> {
    objects(instance, name)?;
    instance
        .objects_mut(name)
        .ok_or_else(ApiError::no_such_path)
}

/// Those of an instance's objects of which the clause holds; without one, all.
pub(super) fn find<'a>(
    instance: &'a Instance,
    name: &str,
    wanted: Option<&WhereClause>,
) -> ApiResult<Vec<&'a Object>> {
    let objects = objects(instance, name)?.iter();
    let is_wanted = |object: &&Object| wanted.is_none_or(|wanted| wanted.holds(object));
    Ok(objects.filter(is_wanted).collect())
}

/// The names of fields that commas part.
pub(super) fn field_names(text: &str) -> HashSet<&str> {
    text.split(',').map(str::trim).collect()
}

/// An object with these fields, or else with all.
pub(super) fn view(object: &Object, fields: Option<&HashSet<&str>>) -> Object {
    let Some(fields) = fields else {
        return object.clone();
    };
    let wanted = object
        .iter()
        .filter(|(name, _)| fields.contains(name.as_str()));
    let wanted = wanted.map(|(name, value)| (name.clone(), value.clone()));
    wanted.collect()
}

/// `GET /{resource}`.
pub(crate) async fn list(resource: Resource, parameters: Parameters) -> ApiResult {
    resource.through.call(|instance| {
        let wanted = parameters.given("where").map(WhereClause::parse);
        let mut found = find(instance, &resource.name, wanted.transpose()?.as_ref())?;
        if let Some(order) = parameters.first("orderBy") {
            sort(&mut found, order)?;
        }
        let fields = parameters.given("fields").map(field_names);
        let views = found.into_iter();
        let views = views.map(|object| view(object, fields.as_ref()));
        page(views, MAX_OBJECTS_PAGE, &parameters)
    })
}

fn sort(objects: &mut [&Object], order: &str) -> ApiResult<()> {
    let words: Vec<&str> = order.split_whitespace().collect();
    let (name, is_descending) = match words[..] {
        [name] => (name, false),
        [name, order] if order.eq_ignore_ascii_case("asc") => (name, false),
        [name, order] if order.eq_ignore_ascii_case("desc") => (name, true),
        _ => {
            let message = "orderBy takes the name of a field, and asc or desc behind it.";
            return Err(ApiError::bad_request(message));
        }
    };
    objects.sort_by(|one, other| {
        let (one, other) = (field(one, name), field(other, name));
        // Objects without the field come first.
        let order = compare(one, other).unwrap_or(one.is_some().cmp(&other.is_some()));
        if is_descending {
            order.reverse()
        } else {
            order
        }
    });
    Ok(())
}

/// `GET /{resource}/{id}`.
pub(crate) async fn show(resource: Resource) -> JsonResult {
    resource.through.call(|instance| {
        let objects = objects(instance, &resource.name)?;
        let object = number(&resource.id).and_then(|id| objects.get(id));
        Ok(Json(json!(
            object.ok_or_else(|| resource.no_such_object())?
        )))
    })
}

/// `POST /{resource}`.
pub(crate) async fn create(resource: Resource, JsonObject(object): JsonObject) -> JsonResult {
    let max = resource.through.0.store.settings.max_objects;
    resource.change(weight_of(&object), "CREATED", |objects| {
        match objects.len() < max {
            true => Ok(objects.add(object)),
            false => Err(ApiError::full()),
        }
    })
}

/// `PATCH /{resource}/{id}`: the fields that are given change.
pub(crate) async fn patch(resource: Resource, JsonObject(fields): JsonObject) -> JsonResult {
    resource.change_one(weight_of(&fields), "UPDATED", |objects, id| {
        objects.merge(id, fields)
    })
}

/// `PUT /{resource}/{id}`: the object becomes what is given.
pub(crate) async fn put(resource: Resource, JsonObject(object): JsonObject) -> JsonResult {
    resource.change_one(weight_of(&object), "UPDATED", |objects, id| {
        objects.replace(id, object)
    })
}

/// `DELETE /{resource}/{id}`.
pub(crate) async fn delete(resource: Resource) -> ApiResult<StatusCode> {
    let deleted = resource.change_one(0, "DELETED", ObjectCollection::remove);
    deleted.map(|_| StatusCode::OK)
}

/// `GET /objects`: the names of an instance's objects, also while it is disabled.
pub(crate) async fn names(Through(instance): Through) -> JsonResult {
    instance.read(|instance| {
        let resources = instance.element.resources.iter();
        Json(resources.map(|resource| resource.name.as_str()).collect())
    })
}

/// `GET /objects/{name}/metadata`: the fields of an instance's objects, as those that there are have
/// them.
pub(crate) async fn metadata(resource: Resource) -> JsonResult {
    resource.through.call(|instance| {
        let mut fields = Map::new();
        let objects = objects(instance, &resource.name)?.iter();
        for (name, value) in objects.take(MAX_PAGE).flatten() {
            let field = || {
                json!({
                    "vendorPath": name, "type": json_type(value), "vendorReadOnly": name == "id",
                })
            };
            fields.entry(name).or_insert_with(field);
        }
        let fields = fields.into_iter().map(|(_, field)| field);
        Ok(Json(json!({"fields": fields.collect::<Value>()})))
    })
}

fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null | Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
