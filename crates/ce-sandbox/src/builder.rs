use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use crate::catalogue::{Catalogue, CatalogueError};
use crate::faults::{FaultPlan, FaultRule, Faults};
use crate::sandbox::Sandbox;
use crate::server::{App, Observer, Server, reachable};
use crate::start_error::StartError;
use crate::store::{Redacted, Served, Settings, Store};

/// The user secret of a sandbox that was given none. Like real ones it holds `+`, `/` and `=`.
pub const DEFAULT_USER_SECRET: &str = "sandbox+user/secret=";

/// The organization secret of a sandbox that was given none. Like real ones it holds `+`, `/`
/// and `=`.
pub const DEFAULT_ORGANIZATION_SECRET: &str = "sandbox+organization/secret=";

/// What a sandbox shall be like; made by [`Sandbox::builder`].
///
/// ```
/// use std::time::Duration;
///
/// use ce_sandbox::Sandbox;
///
/// # fn main() -> Result<(), ce_sandbox::StartError> {
/// let sandbox = Sandbox::builder()
///     .user_secret("my+user/secret=")
///     .provisioning(Duration::from_millis(50))
///     .seed(7)
///     .start()?;
/// assert_eq!(sandbox.user_secret(), "my+user/secret=");
/// # Ok(())
/// # }
/// ```
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    address: SocketAddr,
    settings: Settings,
    built_in: Result<(), CatalogueError>,
    faults: Vec<FaultRule>,
    observer: Option<Observer>,
}

impl Sandbox {
    /// Starts a sandbox with the default secrets on any free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// As [`Builder::start`].
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Says first what the sandbox shall be like.
    pub fn builder() -> Builder {
        let mut catalogue = Catalogue::default();
        Builder {
            built_in: catalogue.add_built_in(),
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            settings: Settings {
                origin: String::new(),
                user_secret: Redacted::new(DEFAULT_USER_SECRET),
                organization_secret: Redacted::new(DEFAULT_ORGANIZATION_SECRET),
                catalogue,
                provisioning: Duration::ZERO,
                seed: None,
                first_instance_id: 500_001,
                max_body_bytes: 1 << 20,
                max_instances: 100_000,
                max_objects: 10_000,
                max_bytes: 256 << 20,
                request_timeout: Duration::from_secs(30),
                clock: Box::new(SystemTime::now),
                events_anywhere: false,
            },
            faults: Vec::new(),
            observer: None,
        }
    }
}

impl Builder {
    /// The port to listen on. 0, the default, takes any that is free.
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// The address to listen on, 127.0.0.1 by default. On any that others can reach, so can they
    /// the sandbox, which has no TLS.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address.set_ip(address);
        self
    }

    /// The user secret that calls have to bring; [`DEFAULT_USER_SECRET`] by default.
    pub fn user_secret(mut self, secret: impl Into<String>) -> Self {
        self.settings.user_secret = Redacted::new(secret);
        self
    }

    /// The organization secret that calls have to bring; [`DEFAULT_ORGANIZATION_SECRET`] by
    /// default.
    pub fn organization_secret(mut self, secret: impl Into<String>) -> Self {
        self.settings.organization_secret = Redacted::new(secret);
        self
    }

    /// How long it takes to create an instance: not at all by default, 9 to 26 seconds on the
    /// real platform.
    pub fn provisioning(mut self, duration: Duration) -> Self {
        self.settings.provisioning = duration;
        self
    }

    /// Makes all that is random (codes, tokens, request ids, and which calls have which fault) the
    /// same in every run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = Some(seed);
        self
    }

    /// Makes the sandbox misbehave by one more rule. Of several, the first that applies does.
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Where the time comes from; [`SystemTime::now`] by default.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.settings.clock = Box::new(clock);
        self
    }

    /// Reports events to other machines, too. A callback URL in a test may be a real one.
    pub fn events_anywhere(mut self) -> Self {
        self.settings.events_anywhere = true;
        self
    }

    /// Is called for each request, on the sandbox's thread, just before its answer goes out.
    /// As long as it takes, the sandbox does nothing else. If it panics, nothing comes of it.
    pub fn on_request(mut self, observer: impl Fn(&Served) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// How large a request's body may be; larger ones are answered with 413. 1 MiB by default.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_body_bytes = bytes;
        self
    }

    /// Adds the elements of a catalogue's text to those that are built in, and to those that were
    /// added before. [`catalogue_format`](crate::catalogue_format) says what the text has to be
    /// like.
    ///
    /// # Errors
    ///
    /// [`CatalogueError`], which names the element and the field, if the text is no catalogue, or
    /// has an element whose id or key another one has.
    ///
    /// ```
    /// use ce_sandbox::Sandbox;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder()
    ///     .catalogue(
    ///         r#"{"elements": [{
    ///             "id": 9001, "key": "mycrm", "name": "My CRM", "hub": "crm",
    ///             "authentication": "basic",
    ///             "configuration": [
    ///                 {"key": "username", "name": "User", "type": "TEXTFIELD_128", "required": true}
    ///             ]
    ///         }]}"#,
    ///     )?
    ///     .start()?;
    /// assert_eq!(sandbox.add_instances("mycrm", 1)?.count(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn catalogue(mut self, text: impl Into<String>) -> Result<Self, CatalogueError> {
        self.settings.catalogue.add(&text.into())?;
        Ok(self)
    }

    /// How many objects a resource of an instance may hold; a further one is answered with 403.
    /// 10 000 by default.
    pub fn max_objects(mut self, objects: usize) -> Self {
        self.settings.max_objects = objects;
        self
    }

    /// The id of the first instance, 500 001 by default; the others count up from it. To see what
    /// a client makes of ids that 32 bits do not hold. Anything above 2^52 becomes 2^52, so that
    /// every id can stand in JSON.
    pub fn first_instance_id(mut self, id: u64) -> Self {
        self.settings.first_instance_id = id.clamp(1, 1 << 52);
        self
    }

    /// How many instances there may be at a time; a further one is answered with 403. 100 000 by
    /// default.
    pub fn max_instances(mut self, instances: usize) -> Self {
        self.settings.max_instances = instances;
        self
    }

    /// About how many bytes all instances and objects may take up in memory; what would take more is
    /// answered with 403. 256 MiB by default.
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.settings.max_bytes = bytes;
        self
    }

    /// How long a request's head may take, and its body; also how long a connection may wait for its
    /// next request. 30 seconds by default.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.settings.request_timeout = timeout;
        self
    }

    /// Starts the sandbox. It serves when this returns, which takes some milliseconds at most.
    ///
    /// # Errors
    ///
    /// [`StartError::Listen`] if the port is taken or not allowed, [`StartError::Secret`] for a
    /// secret that no header could carry, the others for failures that are not the caller's.
    pub fn start(mut self) -> Result<Sandbox, StartError> {
        check_secret("user", &self.settings.user_secret)?;
        check_secret("organization", &self.settings.organization_secret)?;
        self.built_in.map_err(StartError::Catalogue)?;

        let listen = |source| StartError::Listen {
            address: self.address,
            source,
        };
        let listener = TcpListener::bind(self.address).map_err(listen)?;
        let address = reachable(listener.local_addr().map_err(listen)?);

        self.settings.origin = format!("http://{address}");
        let plan = Mutex::new(FaultPlan::new(self.settings.seed, self.faults));
        let store = Arc::new(Store::new(self.settings));
        let (port, commands) = mpsc::unbounded_channel();
        let faults = Faults {
            plan,
            port,
            store: Arc::clone(&store),
        };
        let app = Arc::new(App::new(store, Arc::new(faults), self.observer));
        let server = Server::start(listener, Arc::clone(&app), commands);
        Ok(Sandbox {
            app,
            base_url: format!("http://{address}/elements/api-v2"),
            address,
            server: server.map_err(StartError::Server)?,
        })
    }
}

fn check_secret(which: &'static str, secret: &Redacted) -> Result<(), StartError> {
    let secret = secret.expose();
    let sound = |byte: u8| byte.is_ascii_graphic() && byte != b',';
    if secret.is_empty() || !secret.bytes().all(sound) {
        return Err(StartError::Secret { which });
    }
    Ok(())
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("address", &self.address)
            .field("provisioning", &self.settings.provisioning)
            .field("faults", &self.faults)
            .field("max_body_bytes", &self.settings.max_body_bytes)
            .field("max_instances", &self.settings.max_instances)
            .finish_non_exhaustive()
    }
}
