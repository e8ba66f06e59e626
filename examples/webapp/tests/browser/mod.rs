//! As much of a browser as these tests need: cookies, forms, and one step at a time.

// Each test program uses its own share of it.
#![allow(dead_code)]

use std::collections::HashMap;

use ce_async::reqwest::{self, Method, StatusCode, header};

/// A browser with its cookies. As in any browser, they don't tell ports apart.
#[derive(Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    /// Where the application is.
    app: String,
    cookies: HashMap<String, String>,
    /// Where its forms come from, as browsers say it.
    pub(crate) form_from: &'static str,
    /// As older browsers say it.
    pub(crate) origin: Option<String>,
}

/// What came back. Redirects are followed by whoever wants them to be.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    /// A browser whose user is not signed in.
    pub(crate) fn at(app: &str) -> Self {
        // The library brings its own choice of cryptography; reqwest alone has to be given one,
        // even where there is no TLS.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build();
        Self {
            http: http.expect("a client without TLS"),
            app: app.to_owned(),
            cookies: HashMap::new(),
            form_from: "same-origin",
            origin: None,
        }
    }

    /// A browser whose user is signed in.
    pub(crate) async fn signed_in(app: &str, user: &str) -> Self {
        let mut browser = Self::at(app);
        let page = browser.post("/sign-in", &[("user", user)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        browser
    }

    /// A cookie's value.
    pub(crate) fn cookie(&self, name: &str) -> String {
        self.cookies.get(name).cloned().unwrap_or_default()
    }

    pub(crate) async fn get(&mut self, url: &str) -> Page {
        self.try_get(url).await.expect("an answer")
    }

    /// For a server that may be killed meanwhile.
    pub(crate) async fn try_get(&mut self, url: &str) -> Result<Page, reqwest::Error> {
        self.send(Method::GET, url, None).await
    }

    pub(crate) async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let form = form.extend_pairs(fields).finish();
        let sent = self.send(Method::POST, url, Some(form)).await;
        sent.expect("an answer")
    }

    /// Presses a button of the home page: a form without anything to fill in.
    pub(crate) async fn press(&mut self, path: &str) -> Page {
        self.post(path, &[]).await
    }

    pub(crate) async fn home(&mut self) -> String {
        self.get("/").await.body
    }

    /// Begins to connect an account, and says where the user is sent.
    pub(crate) async fn begin(&mut self, element: &str, name: &str) -> String {
        let path = format!("/connect/{element}");
        let page = self.post(&path, &[("name", name)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        page.location()
    }

    /// Begins a flow, and has the user allow it: the callback's URL.
    pub(crate) async fn allowed(&mut self, name: &str) -> String {
        let consent = self.begin("instagram", name).await;
        self.decide(&consent, "allow").await
    }

    /// Goes where a redirect within the application leads.
    pub(crate) async fn follow(&mut self, page: &Page) -> String {
        self.get(&page.location()).await.body
    }

    /// Takes the decision on the provider's page, and says where the user is sent.
    pub(crate) async fn decide(&mut self, consent: &str, decision: &str) -> String {
        let page = self.post(consent, &[("decision", decision)]).await;
        page.location()
    }

    /// An answer that does not end by itself.
    pub(crate) async fn stream(&self, url: &str) -> reqwest::Response {
        let url = self.absolute(url);
        let request = self.http.get(url).header(header::COOKIE, self.sent());
        request.send().await.expect("an answer")
    }

    fn absolute(&self, url: &str) -> String {
        match url.strip_prefix('/') {
            Some(path) => format!("{}/{path}", self.app),
            None => url.to_owned(),
        }
    }

    /// All its cookies, as it sends them.
    fn sent(&self) -> String {
        let cookies = self.cookies.iter();
        let cookies = cookies.map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    async fn send(
        &mut self,
        method: Method,
        url: &str,
        form: Option<String>,
    ) -> Result<Page, reqwest::Error> {
        let mut request = self.http.request(method, self.absolute(url));
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.sent());
        }
        if let Some(form) = form {
            let kind = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, kind).body(form);
            if !self.form_from.is_empty() {
                request = request.header("sec-fetch-site", self.form_from);
            }
            if let Some(origin) = &self.origin {
                request = request.header(header::ORIGIN, origin);
            }
        }
        let response = request.send().await?;
        let headers = response.headers().clone();
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap_or_default();
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Page {
            status: response.status(),
            headers,
            body: response.text().await?,
        })
    }
}

impl Page {
    pub(crate) fn location(&self) -> String {
        let location = self.headers.get(header::LOCATION);
        let location = location.unwrap_or_else(|| panic!("no redirect: {}", self.body));
        location.to_str().expect("a URL").to_owned()
    }

    /// The page's heading.
    pub(crate) fn heading(&self) -> String {
        let heading = self.between("<h1", "</h1>");
        heading
            .split_once('>')
            .map(|(_, text)| text.to_owned())
            .unwrap_or(heading)
    }

    /// The first text between the two, or nothing.
    pub(crate) fn between(&self, before: &str, after: &str) -> String {
        let rest = self.body.split_once(before).map(|(_, rest)| rest);
        let text = rest
            .and_then(|rest| rest.split_once(after))
            .map(|(text, _)| text);
        text.unwrap_or_default().to_owned()
    }
}

#[track_caller]
pub(crate) fn says(page: &str, text: &str) {
    assert!(page.contains(text), "{text:?} is not in {page}");
}
