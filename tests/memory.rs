//! What is dropped is wiped: after a whole flow nothing of its secrets is left in the memory of the
//! process. Sockets are left out, since the buffers of the libraries below are not ours to wipe.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::time::{Duration, SystemTime};

use ce_core::model::Instance;
use ce_core::{
    Config, ConnectOutcome, ConnectRequest, Credentials, Entropy, Input, OAuthUrlMethod, Operation,
    Response, Step, http,
};
use zeroize::{Zeroize as _, Zeroizing};

/// A secret as it may lie in memory without being found.
struct Masked(&'static str, [u8; 96]);

/// What is looked for: the allocator writes over both ends of what is freed.
const MIDDLE: std::ops::Range<usize> = 40..72;

const MASK: u8 = 0x80;

impl Masked {
    fn new(name: &'static str, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        Self(
            name,
            std::array::from_fn(|_| random.alphanumeric() as u8 | MASK),
        )
    }

    /// The secret itself, without a copy of it elsewhere.
    fn unmasked(&self) -> String {
        let mut text = String::with_capacity(self.1.len());
        text.extend(self.1.iter().map(|byte| char::from(byte & !MASK)));
        text
    }
}

/// How often each secret is found in the memory that the process can write to.
fn found(secrets: &[Masked]) -> Vec<(&'static str, usize)> {
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut counts: Vec<_> = secrets.iter().map(|secret| (secret.0, 0)).collect();
    let mut bytes = vec![0; 1 << 20];
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (range, _) = line.split_once(' ').unwrap();
        let (start, end) = range.split_once('-').unwrap();
        let address = |text| u64::from_str_radix(text, 16).unwrap();
        let (mut at, end) = (address(start), address(end));
        while at < end {
            let length = bytes.len().min((end - at) as usize);
            let read = memory.read_at(&mut bytes[..length], at).unwrap_or(0);
            for (secret, count) in secrets.iter().zip(&mut counts) {
                let middle = &secret.1[MIDDLE];
                let first = middle[0] & !MASK;
                for window in bytes[..read].windows(MIDDLE.len()) {
                    if window[0] == first && is(window, middle) {
                        count.1 += 1;
                    }
                }
            }
            // Nothing of what was read is left to be found in its turn.
            bytes[..length].zeroize();
            if read < length {
                break;
            }
            // What lies across the ends of two pieces is found in the next.
            at += if at + length as u64 == end {
                length
            } else {
                length - MIDDLE.len() + 1
            } as u64;
        }
    }
    counts
}

fn is(window: &[u8], masked: &[u8]) -> bool {
    let pairs = window.iter().zip(masked);
    pairs
        .into_iter()
        .all(|(byte, masked)| byte | MASK == *masked && byte & MASK == 0)
}

/// Both answers in memory that wipes itself, as the clients have them.
fn answered(parts: &[&str]) -> Input {
    let mut body = Zeroizing::new(Vec::with_capacity(1024));
    for part in parts {
        body.extend_from_slice(part.as_bytes());
    }
    let response = http::Response::new(bytes::Bytes::from_owner(body));
    Input::Response(Ok(Response::from(response)))
}

fn done<P: Operation>(mut operation: P, answer: &[&str]) -> P::Output {
    let sent = operation.step(Input::Start, Duration::ZERO);
    assert!(matches!(sent, Step::Send(_)));
    match operation.step(answered(answer), Duration::ZERO) {
        Step::Done(output) => output,
        Step::Send(_) | Step::Sleep(_) => panic!("an answer ends it"),
    }
}

/// A secret of several lines, as keys are, whose JSON is longer than itself.
fn several_lines(secret: &Masked) -> String {
    let secret = Zeroizing::new(secret.unmasked());
    let mut text = String::with_capacity(128);
    for part in ["-----\n", &secret, "\n-----\n"] {
        text.push_str(part);
    }
    text
}

#[test]
fn nothing_is_left_of_a_flow() {
    let names = [
        "user",
        "organization",
        "API secret",
        "password",
        "code",
        "token",
    ];
    let seeds = 1..=names.len() as u64;
    let secrets: Vec<_> = names
        .into_iter()
        .zip(seeds)
        .map(|(name, seed)| Masked::new(name, seed))
        .collect();
    let [user, organization, api_secret, password, code, token] = &secrets[..] else {
        panic!()
    };
    for method in [OAuthUrlMethod::Get, OAuthUrlMethod::Post] {
        let credentials = Credentials::new(user.unmasked(), organization.unmasked());
        let config = Config::new("https://a.example", credentials).unwrap();
        let connect = ConnectRequest::new("instagram")
            .api_key("k")
            .api_secret(api_secret.unmasked())
            .callback_url("https://app.example/callback")
            .name("n")
            .state("st")
            .configuration("password", password.unmasked())
            .configuration("key", several_lines(password))
            // Longer than what is written into at first.
            .scope("s".repeat(2000))
            .configuration("note", "n".repeat(2000))
            .oauth_url_method(method);
        let now = SystemTime::UNIX_EPOCH;
        let begin = connect
            .begin(&config, &Entropy::from([1; 48]), now)
            .unwrap();
        let redirect = done(begin, &[r#"{"oauthUrl":"https://provider.example/"}"#]).unwrap();

        let code = Zeroizing::new(code.unmasked());
        let mut callback = Zeroizing::new(String::with_capacity(256));
        for part in ["code=", &code, "%2B+&state=st"] {
            callback.push_str(part);
        }
        let finish = connect
            .finish(&config, &redirect.pending, &callback, now)
            .unwrap();
        let token = Zeroizing::new(token.unmasked());
        let answer = [
            r#"{"id":7,"name":"n","element":{},"token":""#,
            &token,
            r#""}"#,
        ];
        let Ok(ConnectOutcome::Connected(instance)) = done(finish, &answer) else {
            panic!("the instance is created")
        };
        // Stored and loaded, as an application does.
        let stored = Zeroizing::new(serde_json::to_string(&instance.token).unwrap());
        assert_eq!(instance.token, serde_json::from_str(&stored).unwrap());
        let copy: Instance = instance.clone();
        assert_eq!(copy.token.expose(), token.as_str());

        // They are found as long as they are there.
        for (name, times) in found(&secrets) {
            assert!(times > 0, "{name} is not found where it is");
        }
    }
    let left: Vec<_> = found(&secrets)
        .into_iter()
        .filter(|left| left.1 > 0)
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
