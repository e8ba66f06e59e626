mod configuration;
mod files;
mod instance;
mod jobs;
mod markup;

use std::collections::{BTreeMap, HashMap};

pub(crate) use configuration::{Configuration, MASK, mask_all};
pub(crate) use files::{Content, FileConflict, FilePath, Files, StoredFile};
pub(crate) use instance::{ExternalAuthentication, Instance};
pub(crate) use jobs::Job;
pub(crate) use markup::without_tags;

/// Every instance there is, and the places of those that are being created.
pub(crate) struct Instances {
    by_id: BTreeMap<u64, Instance>,
    by_token: HashMap<String, u64>,
    next_id: u64,
    reserved: usize,
    created: u64,
    bytes: usize,
    max: usize,
    max_bytes: usize,
}

impl Instances {
    pub(crate) fn new(first_id: u64, max: usize, max_bytes: usize) -> Self {
        Self {
            by_id: BTreeMap::new(),
            by_token: HashMap::new(),
            next_id: first_id,
            reserved: 0,
            created: 0,
            bytes: 0,
            max,
            max_bytes,
        }
    }

    /// How many more there may be.
    pub(crate) fn room(&self) -> usize {
        self.max.saturating_sub(self.by_id.len() + self.reserved)
    }

    /// Returns `true` if so many bytes more may be kept.
    pub(crate) fn has_room_for(&self, bytes: usize) -> bool {
        self.bytes.saturating_add(bytes) <= self.max_bytes
    }

    pub(crate) fn next_id(&self) -> u64 {
        self.next_id
    }

    /// Takes a place and an id for an instance that [`Self::insert`] will bring.
    pub(crate) fn reserve(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.reserved += 1;
        id
    }

    pub(crate) fn insert(&mut self, instance: Instance) {
        self.reserved = self.reserved.saturating_sub(1);
        self.created += 1;
        self.bytes += instance.weight();
        let token = instance.token.expose().to_owned();
        self.by_token.insert(token, instance.id);
        self.by_id.insert(instance.id, instance);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Instance> {
        self.by_id.get(&id)
    }

    pub(crate) fn find_by_token(&self, token: &str) -> Option<&Instance> {
        self.by_id.get(self.by_token.get(token)?)
    }

    /// Changes an instance, and returns what the change returns. None if there is no such instance.
    /// Id, token and element never change.
    pub(crate) fn change<T>(
        &mut self,
        id: u64,
        change: impl FnOnce(&mut Instance) -> T,
    ) -> Option<T> {
        let instance = self.by_id.get_mut(&id)?;
        self.bytes = self.bytes.saturating_sub(instance.weight());
        let changed = change(instance);
        self.bytes += instance.weight();
        Some(changed)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Instance> {
        let instance = self.by_id.remove(&id)?;
        self.by_token.remove(instance.token.expose());
        self.bytes = self.bytes.saturating_sub(instance.weight());
        Some(instance)
    }

    /// All of them in the order of their ids.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Instance> {
        self.by_id.values()
    }

    /// How many there ever were.
    pub(crate) fn created(&self) -> u64 {
        self.created
    }
}
