//! What the application was told of each connection, held against what the platform has.

use std::collections::HashMap;
use std::time::Duration;

use ce_async::model::ElementToken;
use ce_sandbox::Sandbox;

use crate::options::Kind;

/// What the application was told of one instance.
pub enum Told {
    /// It exists; here is its token.
    Connected(ElementToken),
    /// It doesn't.
    NotCreated,
    /// Nobody knows, and this is why.
    Unknown(String),
    /// Something that should not come of any fault.
    Wrong(&'static str),
}

#[derive(Default)]
pub struct Account {
    told: Vec<(String, Told)>,
    pub not_begun: usize,
    pub reconciled: usize,
    pub panicked: usize,
    longest_overrun: Duration,
}

impl Account {
    pub fn note(&mut self, name: String, told: Told) {
        self.told.push((name, told));
    }

    /// How long a call took, and how long it might.
    pub fn took(&mut self, time: Duration, deadline: Duration) {
        let overrun = time.saturating_sub(deadline);
        self.longest_overrun = self.longest_overrun.max(overrun);
    }

    pub fn add(&mut self, other: Account) {
        self.told.extend(other.told);
        self.not_begun += other.not_begun;
        self.reconciled += other.reconciled;
        self.panicked += other.panicked;
        self.longest_overrun = self.longest_overrun.max(other.longest_overrun);
    }

    /// Prints the account; true if it is clean.
    pub fn print(&self, kind: Kind, sandbox: &Sandbox, took: Duration) -> bool {
        let instances = sandbox.instances();
        let mut tokens: HashMap<&str, Vec<&str>> = HashMap::new();
        for instance in &instances {
            let of_name = tokens.entry(&instance.name).or_default();
            of_name.push(instance.expose_token());
        }
        let duplicated = tokens.values().filter(|tokens| tokens.len() > 1).count();
        let (mut returned, mut known) = (0, 0);
        let mut wrong: Vec<String> = Vec::new();
        for (name, told) in &self.told {
            let existing = tokens.get(name.as_str()).and_then(|tokens| tokens.first());
            match (told, existing) {
                (Told::Connected(token), Some(existing)) if token.expose() == *existing => {
                    returned += 1;
                    known += 1;
                }
                (Told::Connected(_), _) => wrong.push(format!("{name}: a token of nothing")),
                (Told::NotCreated, Some(_)) => wrong.push(format!("{name}: exists after all")),
                (Told::Wrong(what), _) => wrong.push(format!("{name}: {what}")),
                (Told::Unknown(_), Some(_)) => known += 1,
                (Told::NotCreated | Told::Unknown(_), None) => {}
            }
        }
        let unresolved: Vec<_> = self
            .told
            .iter()
            .filter_map(|(name, told)| match told {
                Told::Unknown(why) => Some(format!("{name}: {why}")),
                _ => None,
            })
            .collect();
        let lost = instances.len() - known;
        let faulty = sandbox
            .served()
            .iter()
            .filter(|served| served.fault.is_some())
            .count();
        println!("{kind:?} client, {:.1} s", took.as_secs_f32());
        println!("  created at the platform            {}", sandbox.created());
        println!("  returned to the application        {returned}");
        println!("  lost                               {lost}");
        println!("  duplicated                         {duplicated}");
        println!("  wrong error kind                   {}", wrong.len());
        println!("  still unknown                      {}", unresolved.len());
        println!("  panics                             {}", self.panicked);
        println!(
            "  ended without an instance, rightly {}",
            self.told.len() - returned - wrong.len()
        );
        println!("  begun in vain (step 1 failed)      {}", self.not_begun);
        println!("  reconciled afterwards              {}", self.reconciled);
        println!(
            "  faulty of the last {} requests  {faulty}",
            sandbox.served().len()
        );
        println!(
            "  longest beyond a deadline          {:.0} ms",
            self.longest_overrun.as_secs_f32() * 1000.0
        );
        println!("  highest memory, sandbox included   {}", memory());
        for what in wrong.iter().take(10) {
            println!("  wrong: {what}");
        }
        for what in unresolved.iter().take(10) {
            println!("  unknown: {what}");
        }
        lost == 0
            && duplicated == 0
            && wrong.is_empty()
            && unresolved.is_empty()
            && self.panicked == 0
            && self.longest_overrun <= Duration::from_secs(1)
    }
}

/// The process's highest resident memory, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(
        || "not told by this system".to_owned(),
        |kib| kib.trim().to_owned(),
    )
}
