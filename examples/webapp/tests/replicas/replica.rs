use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// A replica: a process of its own, that can be killed.
pub(crate) struct Replica {
    child: Child,
    pub(crate) url: String,
}

impl Replica {
    pub(crate) fn start(environment: &[(&str, String)], base_url: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ce-webapp"))
            .args(["--base-url", base_url, "--element", "instagram"])
            // Both are behind one address; which of them a request comes to is decided below.
            .args([
                "--public-url",
                "http://localhost",
                "--takeover",
                "1",
                "--log",
                "error",
            ])
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the web application");
        let stdout = child.stdout.take().expect("its output");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect("its address");
        Self {
            child,
            url: url.to_owned(),
        }
    }

    /// At once, with everything that it was doing.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("a process that runs");
        self.child.wait().expect("a process that has ended");
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
