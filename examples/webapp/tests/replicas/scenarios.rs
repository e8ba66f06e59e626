use std::sync::Arc;
use std::time::Duration;

use ce_async::core::events::{WEBHOOK_ID, WEBHOOK_SIGNATURE, signature};
use ce_async::reqwest::{Client, StatusCode};
use ce_sandbox::{Fault, FaultRule, Operation, Sandbox};
use ce_webapp::DEMO_API_KEY;
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::browser::{Browser, Page};
use crate::replica::Replica;

/// What the platform signs events with.
const EVENTS_KEY: &str = "MySecretEventSignatureKey";

/// The two replicas, and what they share.
pub(crate) struct Stage {
    pub(crate) sandbox: Arc<Sandbox>,
    /// Method and path of each request that the platform serves.
    served: UnboundedReceiver<String>,
    environment: Vec<(&'static str, String)>,
    pub(crate) postgres: String,
    a: Replica,
    b: Replica,
    users: usize,
}

/// What came of some flows.
#[derive(Default)]
pub(crate) struct Told {
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

impl Stage {
    pub(crate) async fn new(
        sandbox: Arc<Sandbox>,
        served: UnboundedReceiver<String>,
        postgres: String,
    ) -> Self {
        let environment = vec![
            ("CE_USER_SECRET", sandbox.user_secret().to_owned()),
            (
                "CE_ORGANIZATION_SECRET",
                sandbox.organization_secret().to_owned(),
            ),
            ("CE_API_KEY", DEMO_API_KEY.to_owned()),
            ("CE_API_SECRET", "demo api secret".to_owned()),
            (
                "CE_WEBAPP_KEY",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned(),
            ),
            ("CE_WEBAPP_EVENTS_KEY", EVENTS_KEY.to_owned()),
            ("CE_WEBAPP_DATABASE", postgres.clone()),
        ];
        let start = || Replica::start(&environment, sandbox.base_url());
        let (a, b) = (start(), start());
        Self {
            sandbox,
            served,
            environment,
            postgres,
            a,
            b,
            users: 0,
        }
    }

    /// A replica that serves.
    pub(crate) fn url(&self) -> &str {
        &self.b.url
    }

    fn restart_a(&mut self) {
        self.a = Replica::start(&self.environment, self.sandbox.base_url());
    }

    /// Signs new users in at A, and has each allow the connection of an account.
    async fn allowed_on_a(&mut self, flows: usize) -> Vec<Waiting> {
        let mut waiting = Vec::new();
        for _ in 0..flows {
            self.users += 1;
            let name = format!("User {}", self.users);
            let mut browser = Browser::signed_in(&self.a.url, &name).await;
            let callback = browser.allowed(&name).await;
            let callback = callback
                .strip_prefix("http://localhost")
                .expect("our address");
            waiting.push(Waiting {
                browser,
                name,
                callback: callback.to_owned(),
            });
        }
        waiting
    }

    /// A user begins on one replica and comes back to the other.
    pub(crate) async fn begun_here_ended_there(&mut self, flows: usize) -> Told {
        let waiting = self.allowed_on_a(flows).await;
        self.end_on_b(waiting).await
    }

    /// The replica on which they began is gone when they come back.
    pub(crate) async fn killed_before_callback(&mut self, flows: usize) -> Told {
        let waiting = self.allowed_on_a(flows).await;
        self.a.kill();
        let told = self.end_on_b(waiting).await;
        self.restart_a();
        told
    }

    async fn end_on_b(&self, waiting: Vec<Waiting>) -> Told {
        let mut told = Told {
            begun: waiting.len(),
            ..Told::default()
        };
        for mut user in waiting {
            user.browser
                .get(&format!("{}{}", self.b.url, user.callback))
                .await;
            if self.has_its_account(&mut user).await {
                told.completed += 1;
                told.elsewhere += 1;
            }
        }
        told
    }

    /// Both replicas get the same callback at the same time.
    pub(crate) async fn sent_to_both(&mut self, flows: usize) -> Told {
        let mut told = Told::default();
        for mut user in self.allowed_on_a(flows).await {
            told.begun += 1;
            let (mut one, mut two) = (user.browser.clone(), user.browser.clone());
            let to_a = format!("{}{}", self.a.url, user.callback);
            let to_b = format!("{}{}", self.b.url, user.callback);
            let (on_a, on_b) = tokio::join!(one.get(&to_a), two.get(&to_b));
            let done = |page: &Page| page.status == StatusCode::SEE_OTHER;
            let other = if done(&on_a) { &on_b } else { &on_a };
            assert_eq!(
                other.status,
                StatusCode::CONFLICT,
                "one ends it, the other says so"
            );
            if self.has_its_account(&mut user).await {
                told.completed += 1;
                told.elsewhere += usize::from(done(&on_b));
            }
        }
        told
    }

    /// The replica that has claimed the flows dies: the platform has created the instances, and
    /// the answers never arrive. The other finds them.
    pub(crate) async fn killed_before_result(&mut self, flows: usize) -> Told {
        let waiting = self.allowed_on_a(flows).await;
        let mut told = Told {
            begun: waiting.len(),
            ..Told::default()
        };
        let stall = FaultRule::new(Fault::StallDuringAnswer).on(Operation::CreateInstance);
        self.sandbox.set_faults([stall]);
        // What was served to the scenarios before.
        while self.served.try_recv().is_ok() {}
        let callbacks: Vec<_> = waiting
            .iter()
            .map(|user| {
                let mut browser = user.browser.clone();
                let url = format!("{}{}", self.a.url, user.callback);
                tokio::spawn(async move { browser.try_get(&url).await.is_ok() })
            })
            .collect();
        self.await_served(flows, |request| {
            request.starts_with("POST") && request.ends_with("/instances")
        })
        .await;
        self.a.kill();
        for callback in callbacks {
            let answered = callback.await.expect("a browser");
            assert!(
                !answered,
                "no browser had an answer of the replica that was killed"
            );
        }
        self.sandbox.clear_faults();
        // The tag is taken off an instance when its account is stored.
        self.await_served(flows, |request| request.starts_with("PATCH"))
            .await;
        for mut user in waiting {
            if self.has_its_account(&mut user).await {
                told.completed += 1;
                told.elsewhere += 1;
            }
        }
        self.restart_a();
        told
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
        let callback = format!("{}{}", self.b.url, user.callback);
        user.browser.get(&callback).await;
        let mut instances = self.sandbox.instances().into_iter();
        let instance = instances.find(|instance| instance.name == user.name);
        let event = json!({"objectType": "media", "objectId": 7, "eventType": "CREATED"});
        let id = instance.expect("an instance").id;
        let body = json!({"instanceId": id, "message": {"events": [event]}}).to_string();
        let signed = signature(EVENTS_KEY, body.as_bytes()).expect("a key");
        let told = async |url: &str| {
            let http = Client::builder().no_proxy().build().expect("a client");
            let request = http.post(format!("{url}/events")).body(body.clone());
            let request = request.header(WEBHOOK_ID, "1");
            let request = request.header(WEBHOOK_SIGNATURE, &signed);
            request.send().await.expect("an answer").status()
        };
        let (on_a, on_b) = tokio::join!(told(&self.a.url), told(&self.b.url));
        assert_eq!([on_a, on_b], [StatusCode::OK; 2]);
        assert_eq!(told(&self.a.url).await, StatusCode::OK, "it comes again");
        let home = user.browser.get(&format!("{}/", self.b.url)).await;
        assert_eq!(home.body.matches("media 7 was added").count(), 1);
    }

    /// Does the page show the account, on the replica that was never killed?
    async fn has_its_account(&self, user: &mut Waiting) -> bool {
        let home = user.browser.get(&format!("{}/", self.b.url)).await;
        home.body.matches("state-well").count() == 1 && home.body.contains(&user.name)
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
