use std::collections::{BTreeMap, HashMap};

use crate::instance::Instance;

/// The id of the first instance: of the size that the platform's own ids have.
const FIRST_ID: u64 = 500_001;

/// Every instance there is, and the places of those that are being made.
pub(crate) struct InstanceStore {
    by_id: BTreeMap<u64, Instance>,
    by_token: HashMap<String, u64>,
    next_id: u64,
    in_the_making: usize,
    created: u64,
    max: usize,
}

impl InstanceStore {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            by_id: BTreeMap::new(),
            by_token: HashMap::new(),
            next_id: FIRST_ID,
            in_the_making: 0,
            created: 0,
            max,
        }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.by_id.len() + self.in_the_making < self.max
    }

    /// Takes a place and an id for an instance that [`Self::insert`] will bring.
    pub(crate) fn reserve(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.in_the_making += 1;
        id
    }

    pub(crate) fn insert(&mut self, instance: Instance) {
        self.in_the_making = self.in_the_making.saturating_sub(1);
        self.created += 1;
        self.by_token
            .insert(instance.token.expose().to_owned(), instance.id);
        self.by_id.insert(instance.id, instance);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Instance> {
        self.by_id.get(&id)
    }

    pub(crate) fn of_token(&self, token: &str) -> Option<&Instance> {
        self.by_id.get(self.by_token.get(token)?)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Instance> {
        let instance = self.by_id.remove(&id)?;
        self.by_token.remove(instance.token.expose());
        Some(instance)
    }

    /// All of them in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Instance> {
        self.by_id.values()
    }

    /// How many there ever were.
    pub(crate) fn created(&self) -> u64 {
        self.created
    }

    pub(crate) fn get_mut(&mut self, id: u64) -> Option<&mut Instance> {
        self.by_id.get_mut(&id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_in_the_making_count() {
        let mut store = InstanceStore::new(2);
        let first = store.reserve();
        let second = store.reserve();
        assert_eq!((first, second), (FIRST_ID, FIRST_ID + 1));
        assert!(!store.has_room());
        store.insert(Instance::for_test(second, &[]));
        store.insert(Instance::for_test(first, &[]));
        assert!(!store.has_room());
        let ids: Vec<u64> = store.iter().map(|instance| instance.id).collect();
        assert_eq!(ids, [first, second]);
        store.remove(first);
        assert!(store.has_room());
    }

    #[test]
    fn a_token_dies_with_its_instance() {
        let mut store = InstanceStore::new(1);
        let id = store.reserve();
        store.insert(Instance::for_test(id, &[]));
        let token = format!("token{id}");
        assert_eq!(store.of_token(&token).map(|instance| instance.id), Some(id));
        assert!(store.remove(id).is_some());
        assert!(store.of_token(&token).is_none());
        assert!(store.remove(id).is_none());
        assert!(store.by_token.is_empty());
    }
}
