//! Events: what the platform reports of changes at the provider.

use crate::json::record;
use crate::{ElementKey, InstanceId, Json};

record! {
    /// What the platform posts to the application's callback URL: one or more changes at the provider.
    ///
    /// Two bodies are documented. The newer one has its events in `message`, the older one in
    /// `response`; [`events`](EventNotification::events) reads both. Check its signature first, over
    /// the bytes as they came: `ce_core::events::verify`.
    ///
    /// ```
    /// use ce_model::EventNotification;
    ///
    /// let body = r#"{
    ///     "eventId": 77, "instanceId": 428549, "elementKey": "closeio",
    ///     "message": {"events": [{"objectType": "contact", "objectId": "9", "eventType": "UPDATED"}]}
    /// }"#;
    /// let notification: EventNotification = serde_json::from_str(body)?;
    /// assert_eq!(notification.events()[0].object_type.as_deref(), Some("contact"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Default)]
    pub struct EventNotification {
        optional {
            /// The changes, in the newer body.
            "message" message: EventList,
            /// The changes, in the older body.
            "response" response: EventList,
            /// The notification's id: a number or a text. It is the same when the platform repeats it.
            "eventId" event_id: Json,
            /// The id in the older body.
            "notificationId" notification_id: Json,
            /// The instance at whose provider something changed.
            "instanceId" instance_id: InstanceId,
            /// The name of the instance.
            "instanceName" instance_name: String,
            /// The tags of the instance.
            "instanceTags" instance_tags: Vec<String>,
            /// The element of the instance.
            "elementKey" element_key: ElementKey,
            /// The platform's user.
            "userId" user_id: u64,
            /// The user's account at the platform.
            "accountId" account_id: u64,
            /// The company of the account.
            "companyId" company_id: u64,
        }
    }
}

impl EventNotification {
    /// Returns the changes, whichever body it is.
    pub fn events(&self) -> &[Event] {
        let lists = [&self.message, &self.response];
        let mut lists = lists.into_iter().flatten();
        lists
            .find_map(|list| list.events.as_deref())
            .unwrap_or_default()
    }
}

record! {
    /// A list of changes, in an [`EventNotification`].
    #[derive(Default)]
    pub struct EventList {
        optional {
            /// The changes: at most 10 of an element that is polled, and 20 of one that pushes them.
            "events" events: Vec<Event>,
        }
    }
}

record! {
    /// One change at the provider.
    #[derive(Default)]
    pub struct Event {
        optional {
            /// The object's id at the provider: a text or a number.
            "objectId" object_id: Json,
            /// The object's type, as the element names it, such as `contact`.
            "objectType" object_type: String,
            /// What happened: `CREATED`, `UPDATED`, `DELETED`.
            "eventType" event_type: String,
            /// When, such as `2017-08-07T18:46:38Z`.
            "date" date: String,
            /// When the platform saw it.
            "pollDate" poll_date: String,
            /// The element.
            "elementKey" element_key: ElementKey,
            /// The element's hub, such as `crm`.
            "hubKey" hub_key: String,
        }
    }
}
