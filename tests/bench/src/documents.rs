//! Instances as the platform answers them, from the size that is usual (1 to 3 KB) to a hundred
//! times that.

use serde_json::{Map, Value, json};

/// The sizes over which decoding and writing are measured, in bytes.
pub const SIZES: [usize; 5] = [1_000, 3_000, 10_000, 30_000, 100_000];

/// The JSON text of an instance, of about so many bytes: documented fields, nulls, configuration
/// with values of every kind, and fields that no type of ours or of the peers knows.
pub fn instance(bytes: usize) -> String {
    let mut configuration = json!({
        "base.url": "https://provider.example/v1",
        "oauth.api.key": "c6a1e0b9f2d94c8d",
        "oauth.api.secret": "********",
        "oauth.callback.url": "https://app.example/callback",
        "oauth.user.refresh_time": null,
        "filter.response.nulls": true,
    });
    let mut parameters = Vec::new();
    let mut resources = Vec::new();
    let mut text = whole(&configuration, &parameters, &resources);
    let mut round = 0;
    while text.len() + 200 < bytes {
        if let Value::Object(configuration) = &mut configuration {
            entries(configuration, round);
        }
        parameters.push(parameter(round));
        if round % 3 == 2 {
            resources.push(resource(round));
        }
        text = whole(&configuration, &parameters, &resources);
        round += 1;
    }
    text
}

fn entries(configuration: &mut Map<String, Value>, round: usize) {
    configuration.insert(
        format!("event.poller.refresh_interval.{round}"),
        json!("15"),
    );
    let (name, value) = match round % 4 {
        0 => ("oauth.user.refresh_token", json!("********")),
        1 => (
            "event.metadata",
            json!("{\"polling\": {\"contacts\": [\"created\"]}}"),
        ),
        2 => ("pagination.max", Value::Null),
        _ => (
            "poller.configuration",
            json!({"contacts": {"url": "/contacts?where=lastRunDate>='${date}'", "pageSize": 200, "idField": "id"}}),
        ),
    };
    configuration.insert(format!("{name}.{round}"), value);
}

fn parameter(round: usize) -> Value {
    json!({
        "id": 10_000 + round, "createdDate": "2026-03-01T12:00:00Z", "name": "siteAddress",
        "vendorName": "subdomain", "type": "configuration", "vendorType": "path",
        "source": "request", "elementId": 74, "required": false,
    })
}

fn resource(round: usize) -> Value {
    json!({
        "id": 90_000 + round, "path": "/hubs/social/media/{id}/comments", "vendorPath": "/media/{id}/comments",
        "method": "GET", "vendorMethod": "GET", "description": "The comments on a picture, newest first",
        "hooks": [], "sampleResponses": null, "rootKey": "data|data", "executionType": "function",
        "parameters": [parameter(round), parameter(round + 1)],
        "nextPageKey": "body.pagination.next_max_id", "paginationType": "cursor", "active": true,
    })
}

fn whole(configuration: &Value, parameters: &[Value], resources: &[Value]) -> String {
    json!({
        "id": 428_551,
        "name": "Ann's photos",
        "createdDate": "2026-11-24T08:00:00Z",
        "token": "5MOr3Sl/E4kww6mTjm+r0kqPZ1hN6uUJ6vJt2a8b3xY=",
        "element": {
            "id": 74, "name": "Instagram", "hookName": "Instagram", "key": "instagram",
            "description": "Photos and films, for friends, their friends and whoever else looks at them",
            "image": "elements/instagram.png", "active": true, "deleted": false,
            "typeOauth": true, "trialAccount": false, "transformationsEnabled": true,
            "bulkDownloadEnabled": false, "bulkUploadEnabled": false, "cloneable": true,
            "extendable": false, "beta": false, "hub": "social", "protocolType": "http",
            "authentication": {"type": "oauth2"},
            "parameters": parameters, "resources": resources, "private": false,
        },
        "elementId": 74,
        "tags": ["customer-42"],
        "provisionInteractions": [],
        "valid": true, "disabled": false,
        "maxCacheSize": 0, "cacheTimeToLive": 0,
        "providerData": {"code": "********"},
        "configuration": configuration,
        "eventsEnabled": false, "traceLoggingEnabled": false, "cachingEnabled": false,
        "externalAuthentication": "none",
        "user": {"id": 12, "emailAddress": "ann@app.example", "firstName": null, "lastName": null},
    })
    .to_string()
}

/// Step 1's answer.
pub fn oauth_url(state: &str) -> String {
    let url = "https://provider.example/oauth/authorize?client_id=c6a1e0b9f2d94c8d\
        &redirect_uri=https%3A%2F%2Fapp.example%2Fcallback&response_type=code";
    json!({
        "oauthUrl": format!("{url}&state={state}"),
        "element": "instagram",
    })
    .to_string()
}

/// What an OAuth 2.0 provider answers to a code: a tenth of an instance.
pub const OAUTH_TOKEN: &str = r#"{"access_token":"5MOr3Sl/E4kww6mTjm+r0kqPZ1hN6uUJ6vJt2a8b3xY=","token_type":"bearer","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA","scope":"basic likes"}"#;
