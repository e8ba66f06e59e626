use std::time::Duration;

use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::fixture::browser::{Browser, Page, notify};
use crate::fixture::program::{self, Program};

/// The two replicas, what they share, and what came of the flows.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    /// Method and path of each request that the platform serves.
    served: UnboundedReceiver<String>,
    postgres: String,
    a: Program,
    /// It is never killed.
    pub(crate) b: Program,
    pub(crate) begun: usize,
    pub(crate) completed: usize,
    /// On another replica than the one that began, or that claimed it.
    pub(crate) elsewhere: usize,
}

/// A user whose browser has been at the provider.
struct Waiting {
    browser: Browser,
    name: String,
    /// The callback, without the replica that it goes to.
    callback: String,
}

fn replica(sandbox: &Sandbox, postgres: &str) -> Program {
    let mut command = program::replica(sandbox, postgres);
    // Both are behind one address; which of them a request comes to is decided below.
    command.args(["--public-url", "http://localhost", "--takeover", "1"]);
    Program::start(command.args(["--log", "error"]))
}

impl Stage {
    pub(crate) fn new(postgres: &str) -> Self {
        let (sender, served) = unbounded_channel();
        let sandbox = Sandbox::builder().on_request(move |request| {
            // Nobody listens after the end.
            let _ = sender.send(format!("{} {}", request.method, request.path));
        });
        let sandbox = sandbox.start().expect("a sandbox");
        Self {
            a: replica(&sandbox, postgres),
            b: replica(&sandbox, postgres),
            sandbox,
            served,
            postgres: postgres.to_owned(),
            begun: 0,
            completed: 0,
            elsewhere: 0,
        }
    }

    fn restart_a(&mut self) {
        self.a = replica(&self.sandbox, &self.postgres);
    }

    /// Signs new users in at A, and has each allow the connection of an account.
    async fn allowed_on_a(&mut self, flows: usize) -> Vec<Waiting> {
        let mut waiting = Vec::new();
        for _ in 0..flows {
            self.begun += 1;
            let name = format!("User {}", self.begun);
            let mut browser = Browser::signed_in(&self.a.url, &name).await;
            let callback = browser.allowed(&name).await;
            let callback = callback.strip_prefix("http://localhost");
            let callback = callback.expect("our address").to_owned();
            waiting.push(Waiting {
                browser,
                name,
                callback,
            });
        }
        waiting
    }

    /// The replica on which they began is gone when they come back to the other.
    pub(crate) async fn killed_before_callback(&mut self, flows: usize) {
        let waiting = self.allowed_on_a(flows).await;
        self.a.kill();
        let mut completed = 0;
        for mut user in waiting {
            user.browser.on(&self.b.url).get(&user.callback).await;
            completed += usize::from(self.has_its_account(&mut user, true).await);
        }
        print("A killed between begin and callback", flows, completed);
        self.restart_a();
    }

    /// Both replicas get the same callback at the same time.
    pub(crate) async fn sent_to_both(&mut self, flows: usize) {
        let mut completed = 0;
        for mut user in self.allowed_on_a(flows).await {
            let [mut a, mut b] = [&self.a, &self.b].map(|replica| user.browser.on(&replica.url));
            let (on_a, on_b) = tokio::join!(a.get(&user.callback), b.get(&user.callback));
            let done = |page: &Page| page.status == StatusCode::SEE_OTHER;
            let other = if done(&on_a) { &on_b } else { &on_a };
            let says_so = "one ends it, the other says so";
            assert_eq!(other.status, StatusCode::CONFLICT, "{says_so}");
            completed += usize::from(self.has_its_account(&mut user, done(&on_b)).await);
        }
        print("the same callback to both at once", flows, completed);
    }

    /// The replica that has claimed the flows dies: the platform has created the instances, and
    /// the answers never arrive. The other finds them.
    pub(crate) async fn killed_before_result(&mut self, flows: usize) {
        let waiting = self.allowed_on_a(flows).await;
        let stall = FaultRule::new(Fault::StallDuringAnswer).on(Operation::CreateInstance);
        self.sandbox.set_faults([stall]);
        // What was served to the scenarios before.
        while self.served.try_recv().is_ok() {}
        let mut callbacks = tokio::task::JoinSet::new();
        for user in &waiting {
            let callback = user.browser.request(Method::GET, &user.callback);
            callbacks.spawn(callback.send());
        }
        let created =
            |request: &str| request.starts_with("POST") && request.ends_with("/instances");
        self.await_served(flows, created).await;
        self.a.kill();
        for answer in callbacks.join_all().await {
            answer.expect_err("no browser had an answer of the replica that was killed");
        }
        self.sandbox.clear_faults();
        // The tag is taken off an instance when its account is stored.
        let untagged = |request: &str| request.starts_with("PATCH");
        self.await_served(flows, untagged).await;
        let mut completed = 0;
        for mut user in waiting {
            completed += usize::from(self.has_its_account(&mut user, true).await);
        }
        print("A killed between claim and result", flows, completed);
        self.restart_a();
    }

    /// PostgreSQL refuses a NUL in a text.
    pub(crate) async fn a_nul_is_not_found(&self) {
        let mut browser = Browser::signed_in(&self.b.url, "Nobody").await;
        let page = browser.press("/flows/%00/look").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }

    /// The platform tells both of the same change, at the same time. The page shows it once.
    pub(crate) async fn an_event_is_shown_once(&mut self) {
        let mut user = self.allowed_on_a(1).await.remove(0);
        user.browser.on(&self.b.url).get(&user.callback).await;
        assert!(self.has_its_account(&mut user, true).await);
        let mut instances = self.sandbox.instances().into_iter();
        let instance = instances.find(|instance| instance.name == user.name);
        let event = json!({"objectType": "media", "objectId": 7, "eventType": "CREATED"});
        let id = instance.expect("an instance").id;
        let body = json!({"instanceId": id, "message": {"events": [event]}}).to_string();
        let told = |url| notify(url, "1", body.clone());
        let (on_a, on_b) = tokio::join!(told(&self.a.url), told(&self.b.url));
        assert_eq!([on_a, on_b], [StatusCode::OK; 2]);
        assert_eq!(told(&self.a.url).await, StatusCode::OK, "it comes again");
        let home = user.browser.on(&self.b.url).home().await;
        assert_eq!(home.matches("media 7 was added").count(), 1);
        println!("  an event told to both, and again      shown once");
    }

    /// Does the page show the account, on the replica that was never killed? If so it is counted.
    async fn has_its_account(&mut self, user: &mut Waiting, is_elsewhere: bool) -> bool {
        let home = user.browser.on(&self.b.url).home().await;
        let is_there = home.matches("state-well").count() == 1 && home.contains(&user.name);
        self.completed += usize::from(is_there);
        self.elsewhere += usize::from(is_there && is_elsewhere);
        is_there
    }

    /// Waits until the platform has served so many such requests.
    async fn await_served(&mut self, mut times: usize, is_such: impl Fn(&str) -> bool) {
        let enough = async {
            while times > 0 {
                let request = self.served.recv().await.expect("a platform");
                times -= usize::from(is_such(&request));
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(60), enough).await;
        in_time.expect("the platform is asked within a minute");
    }
}

fn print(scenario: &str, begun: usize, completed: usize) {
    println!("  {scenario:<37}{begun:>4} begun, {completed:>3} completed");
}
