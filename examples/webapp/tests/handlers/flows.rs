// Part of what HANDLERS.md has compiled: the database behind its handlers, which tells of what it
// is asked to do, and a platform that takes its time.

/// What came into the database.
#[derive(Debug, PartialEq)]
enum AccountSecret {
    Opened(String),
    /// The token, if there is one.
    Closed(String, Option<String>),
}

#[derive(Clone)]
struct Flows {
    open: std::sync::Arc<std::sync::Mutex<std::collections::HashSet<String>>>,
    tell: tokio::sync::mpsc::UnboundedSender<AccountSecret>,
}

type Told = tokio::sync::mpsc::UnboundedReceiver<AccountSecret>;

impl Flows {
    fn new() -> (Self, Told) {
        let (tell, told) = tokio::sync::mpsc::unbounded_channel();
        let open = std::sync::Arc::default();
        (Self { open, tell }, told)
    }

    async fn open(&self, pending: &PendingAuthorization) -> bool {
        let state = pending.expose_state().to_owned();
        let is_first = self.open.lock().unwrap().insert(state.clone());
        if is_first {
            self.tell.send(AccountSecret::Opened(state)).unwrap();
        }
        is_first
    }

    async fn close(&self, pending: &PendingAuthorization, finished: &std::result::Result<ConnectOutcome, Error>) {
        let token = match finished {
            Ok(ConnectOutcome::Connected(instance)) => Some(instance.token.expose().to_owned()),
            Ok(ConnectOutcome::Denied(_)) => None,
            Err(error) => panic!("{error}"),
        };
        let state = pending.expose_state().to_owned();
        self.tell.send(AccountSecret::Closed(state, token)).unwrap();
    }
}

fn slow_platform() -> (ce_sandbox::Sandbox, Client) {
    let sandbox = ce_sandbox::Sandbox::builder()
        .provisioning(std::time::Duration::from_millis(300))
        .start()
        .unwrap();
    let (user, organization) = (sandbox.user_secret(), sandbox.organization_secret());
    let credentials = ce_async::Credentials::new(user, organization);
    let config = ce_async::Config::new(sandbox.base_url(), credentials).unwrap();
    let client = Client::new(config).unwrap();
    (sandbox, client)
}

/// The browser hangs up as soon as its flow is in the database; the token comes there all the same.
async fn hang_up(handler: impl Future, told: &mut Told, sandbox: &ce_sandbox::Sandbox) {
    let state = tokio::select! {
        biased;
        _ = handler => panic!("ended before the browser could hang up"),
        kept = told.recv() => match kept {
            Some(AccountSecret::Opened(state)) => state,
            kept => panic!("{kept:?}"),
        },
    };
    let in_time = std::time::Duration::from_secs(20);
    let kept = tokio::time::timeout(in_time, told.recv()).await;
    let kept = kept.expect("the browser took the task with it").unwrap();
    let token = sandbox.instances().remove(0).expose_token().to_owned();
    assert_eq!(kept, AccountSecret::Closed(state, Some(token)));
}
