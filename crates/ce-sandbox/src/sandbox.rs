use std::fmt;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use crate::control::{self, NewInstances, PreloadError, numbered_objects};
use crate::events::{self, NotifyError};
use crate::faults::FaultRule;
use crate::instance_summary::InstanceSummary;
use crate::provider::{ConsentError, Decision, decide};
use crate::server::{App, Server};
use crate::store::{Notification, Served};

/// A running sandbox.
///
/// It serves from a thread of its own until it is dropped. The drop waits until the thread has
/// ended and the port is free again; requests in flight are cut off.
///
/// ```
/// use ce_sandbox::Sandbox;
///
/// # fn main() -> Result<(), ce_sandbox::StartError> {
/// let sandbox = Sandbox::start()?;
/// assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
/// assert!(sandbox.base_url().ends_with("/elements/api-v2"));
/// assert!(sandbox.instances().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    pub(crate) app: Arc<App>,
    pub(crate) base_url: String,
    pub(crate) address: SocketAddr,
    pub(crate) server: Server,
}

impl Sandbox {
    /// What a client needs as its base URL: `http://127.0.0.1:PORT/elements/api-v2`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Where to connect to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The user secret that calls have to bring.
    pub fn user_secret(&self) -> &str {
        self.app.store.settings.user_secret.expose()
    }

    /// The organization secret that calls have to bring.
    pub fn organization_secret(&self) -> &str {
        self.app.store.settings.organization_secret.expose()
    }

    /// Plays a user who allows what the consent page at `oauth_url` asks for, and returns the
    /// callback URL that the browser would be sent to.
    ///
    /// # Errors
    ///
    /// [`ConsentError::Elsewhere`] if the URL does not lead here, [`ConsentError::Refused`] if
    /// the page shows an error instead of a question.
    ///
    /// ```
    /// use ce_sandbox::Sandbox;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start()?;
    /// let origin = sandbox.base_url().trim_end_matches("/elements/api-v2");
    /// let callback = sandbox.allow(&format!(
    ///     "{origin}/provider/instagram/authorize\
    ///      ?response_type=code&client_id=app&redirect_uri=http%3A%2F%2Flocalhost%2Fcb&state=abc"
    /// ))?;
    /// assert!(callback.starts_with("http://localhost/cb?code="));
    /// assert!(callback.ends_with("&state=abc#_"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow(&self, oauth_url: &str) -> Result<String, ConsentError> {
        decide(&self.app.store, oauth_url, Decision::Allow)
    }

    /// Plays a user who denies it, and returns the callback URL that the browser would be sent
    /// to.
    ///
    /// # Errors
    ///
    /// As [`Self::allow`].
    pub fn deny(&self, oauth_url: &str) -> Result<String, ConsentError> {
        decide(&self.app.store, oauth_url, Decision::Deny)
    }

    /// The instances that exist now, in the order of their ids.
    pub fn instances(&self) -> Vec<InstanceSummary> {
        let state = self.app.store.state();
        state.instances.iter().map(InstanceSummary::of).collect()
    }

    /// Adds so many instances of an element at once, for tests and measurements that need many, and
    /// returns their ids. They are named `Instance {id}`, have no tags, and nothing but the
    /// defaults in their configuration. [`Builder::max_instances`](crate::Builder::max_instances) does not stop this.
    ///
    /// # Errors
    ///
    /// [`PreloadError::NoElement`] if the catalogue has no element of that key or id.
    pub fn add_instances(&self, element: &str, count: usize) -> Result<Range<u64>, PreloadError> {
        let new = NewInstances {
            element: element.to_owned(),
            count,
            name: None,
            tags: Vec::new(),
        };
        control::add_instances(&self.app.store, new)
    }

    /// Adds an instance with this name and these tags, and returns its id; otherwise as
    /// [`Self::add_instances`].
    ///
    /// # Errors
    ///
    /// [`PreloadError::NoElement`] if the catalogue has no element of that key or id.
    pub fn add_instance(
        &self,
        element: &str,
        name: &str,
        tags: &[&str],
    ) -> Result<u64, PreloadError> {
        let new = NewInstances {
            element: element.to_owned(),
            count: 1,
            name: Some(name.to_owned()),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        control::add_instances(&self.app.store, new).map(|ids| ids.start)
    }

    /// Adds an object to a resource of an instance; its id is the sandbox's to give.
    /// [`Builder::max_objects`](crate::Builder::max_objects) does not stop this.
    ///
    /// # Errors
    ///
    /// As [`Self::add_objects`].
    pub fn add_object(
        &self,
        instance_id: u64,
        resource: &str,
        object: serde_json::Map<String, serde_json::Value>,
    ) -> Result<(), PreloadError> {
        control::add_objects(&self.app.store, instance_id, resource, [object])
    }

    /// Adds so many objects to a resource of an instance at once. Each has an id and a `name`,
    /// `Object {n}` with n from 1. [`Builder::max_objects`](crate::Builder::max_objects) does not stop this.
    ///
    /// # Errors
    ///
    /// [`PreloadError::NoInstance`] and [`PreloadError::NoResource`] if there is no such thing.
    ///
    /// ```
    /// use ce_sandbox::{PreloadError, Sandbox};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start()?;
    /// let id = sandbox.add_instances("closeio", 1)?.start;
    /// sandbox.add_objects(id, "contacts", 10_000)?;
    /// let error = sandbox.add_objects(id, "media", 1);
    /// assert!(matches!(error, Err(PreloadError::NoResource { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_objects(
        &self,
        instance_id: u64,
        resource: &str,
        count: usize,
    ) -> Result<(), PreloadError> {
        let objects = numbered_objects(count);
        control::add_objects(&self.app.store, instance_id, resource, objects)
    }

    /// Plays a user who withdraws the consent at the provider: the instance is no longer valid,
    /// and calls through it are answered with 403 until it is re-authorized. False if there is no
    /// such instance.
    pub fn revoke(&self, instance_id: u64) -> bool {
        control::revoke(&self.app.store, instance_id)
    }

    /// Notifies the application of these events, though nothing changed, and returns the
    /// notification's id. Of an event, `objectType`, `objectId` and `eventType` are enough.
    ///
    /// # Errors
    ///
    /// [`NotifyError`] if there is no such instance, or its configuration has events off.
    pub fn notify(
        &self,
        instance_id: u64,
        events: impl IntoIterator<Item = serde_json::Map<String, serde_json::Value>>,
    ) -> Result<String, NotifyError> {
        events::notify(&self.app.store, instance_id, events)
    }

    /// The notifications that were sent or are to be, the oldest first; of very many only the last
    /// 1000.
    pub fn notifications(&self) -> Vec<Notification> {
        self.app.store.state().outbox.notifications()
    }

    /// Puts the sandbox's clock forward: what is due by then happens now, such as repeating a
    /// notification.
    pub fn advance(&self, by: Duration) {
        self.app.store.advance(by);
    }

    /// How many instances were ever created, those that were deleted since included.
    pub fn created(&self) -> u64 {
        self.app.store.state().instances.created()
    }

    /// Misbehaves by these rules from now on, and by no others: of several, the first that applies
    /// does. What befell earlier calls goes on: one that is stalled stays so.
    ///
    /// If [`Fault::Refuse`](crate::Fault::Refuse) is among the rules of before or of now, this
    /// waits until the port is open or closed as it has to be. (It cannot wait on the sandbox's own
    /// thread, where [`Builder::on_request`](crate::Builder::on_request) calls back.)
    ///
    /// ```
    /// use ce_sandbox::{FaultRule, Sandbox};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start()?;
    /// let refuse: FaultRule = "refuse".parse()?;
    /// sandbox.set_faults([refuse]);
    /// assert!(std::net::TcpStream::connect(sandbox.address()).is_err());
    /// sandbox.clear_faults();
    /// assert!(std::net::TcpStream::connect(sandbox.address()).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_faults(&self, rules: impl IntoIterator<Item = FaultRule>) {
        let rules = rules.into_iter().collect();
        self.app.faults.plan().set(rules);
        self.server.settle();
    }

    /// Misbehaves by one more rule, after those that stand.
    pub fn add_fault(&self, rule: FaultRule) {
        self.app.faults.plan().add(rule);
        self.server.settle();
    }

    /// Behaves well from now on. As [`Self::set_faults`] with no rules.
    pub fn clear_faults(&self) {
        self.set_faults([]);
    }

    /// Forgets instances, objects, codes and records, and has the rules of the start again, as if the
    /// sandbox were started anew.
    pub fn reset(&self) {
        self.app.store.reset();
        self.app.faults.plan().reset();
        self.server.settle();
    }

    /// The requests that were received, the oldest first; of very many only the last 10 000.
    pub fn served(&self) -> Vec<Served> {
        self.app.store.state().log.iter().cloned().collect()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
