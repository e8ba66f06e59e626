use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use crate::catalogue::{Object, weight_of};

/// How many jobs an instance may have.
const MAX_JOBS: usize = 1000;

/// The bulk jobs of an instance, by their ids.
#[derive(Default)]
pub(crate) struct Jobs {
    by_id: BTreeMap<u64, Job>,
    bytes: usize,
}

/// A bulk job. What it comes to is known from its beginning, and told once it is complete.
pub(crate) struct Job {
    /// The name of its objects.
    pub(crate) object: String,
    /// What it got; none if it was an upload.
    pub(crate) objects: Vec<Object>,
    /// How many it got or created.
    pub(crate) count: usize,
    /// With how many rows something went wrong.
    pub(crate) failed: usize,
    /// What went wrong with the first of them.
    pub(crate) errors: Vec<Value>,
    /// When it is complete at the latest.
    pub(crate) complete_at: SystemTime,
    pub(crate) is_complete: bool,
}

impl Jobs {
    /// Returns `false` if there are too many.
    pub(crate) fn add(&mut self, id: u64, job: Job) -> bool {
        let has_room = self.by_id.len() < MAX_JOBS;
        if has_room {
            let objects: usize = job.objects.iter().map(weight_of).sum();
            self.bytes += size_of::<Job>() + objects + job.errors.len() * size_of::<Job>();
            self.by_id.insert(id, job);
        }
        has_room
    }

    /// The job, as it stands by now.
    pub(crate) fn get(&mut self, id: u64, now: SystemTime) -> Option<&mut Job> {
        let job = self.by_id.get_mut(&id)?;
        job.is_complete |= job.complete_at <= now;
        Some(job)
    }

    /// About how many bytes they take up in memory.
    pub(crate) fn weight(&self) -> usize {
        self.bytes
    }
}
