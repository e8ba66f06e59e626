use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::instance::Instance;
use crate::page::{Page, PageRequest};

/// Every instance there is, and the places of those that are being made.
pub(crate) struct InstanceStore {
    by_id: BTreeMap<u64, Instance>,
    by_token: HashMap<String, u64>,
    /// The ids of each element's instances, and of those with each tag: a page of a long list must
    /// not cost a walk through all of it.
    by_element: HashMap<u64, BTreeSet<u64>>,
    by_tag: HashMap<String, BTreeSet<u64>>,
    next_id: u64,
    in_the_making: usize,
    created: u64,
    max: usize,
}

/// Which instances are to be listed: of this element, and with all of these tags.
#[derive(Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) element_id: Option<u64>,
    pub(crate) tags: Vec<&'a str>,
}

impl InstanceStore {
    pub(crate) fn new(first_id: u64, max: usize) -> Self {
        Self {
            by_id: BTreeMap::new(),
            by_token: HashMap::new(),
            by_element: HashMap::new(),
            by_tag: HashMap::new(),
            next_id: first_id,
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
        let (id, element_id) = (instance.id, instance.element.id);
        let token = instance.token.expose().to_owned();
        self.by_token.insert(token, id);
        self.by_element.entry(element_id).or_default().insert(id);
        list_tags(&mut self.by_tag, id, &instance.tags);
        self.by_id.insert(id, instance);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&Instance> {
        self.by_id.get(&id)
    }

    pub(crate) fn of_token(&self, token: &str) -> Option<&Instance> {
        self.by_id.get(self.by_token.get(token)?)
    }

    /// Changes an instance, and says what the change came to. None if there is no such instance.
    /// Id, token and element never change.
    pub(crate) fn change<T>(
        &mut self,
        id: u64,
        change: impl FnOnce(&mut Instance) -> T,
    ) -> Option<T> {
        let instance = self.by_id.get_mut(&id)?;
        let before = instance.tags.clone();
        let outcome = change(instance);
        if instance.tags != before {
            forget_tags(&mut self.by_tag, id, &before);
            list_tags(&mut self.by_tag, id, &instance.tags);
        }
        Some(outcome)
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Instance> {
        let instance = self.by_id.remove(&id)?;
        self.by_token.remove(instance.token.expose());
        forget(&mut self.by_element, &instance.element.id, id);
        forget_tags(&mut self.by_tag, id, &instance.tags);
        Some(instance)
    }

    /// All of them in the order of their ids.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Instance> {
        self.by_id.values()
    }

    /// A page of those that are wanted. Takes as long as the page is, unless more than one thing
    /// is wanted of them.
    pub(crate) fn page(&self, wanted: &Wanted<'_>, request: &PageRequest) -> Page<&Instance> {
        let of_element = wanted.element_id.map(|id| self.by_element.get(&id));
        let of_tags = wanted.tags.iter().map(|tag| self.by_tag.get(*tag));
        let sets: Option<Vec<_>> = of_element.into_iter().chain(of_tags).collect();
        // What nothing is known of, nothing has.
        let Some(sets) = sets else {
            return request.fill([].into_iter(), 0);
        };
        let found = |id: u64| Some((id, self.by_id.get(&id)?));
        match sets[..] {
            [] => {
                let rest = self.by_id.range(request.rest());
                let rest = rest.map(|(id, instance)| (*id, instance));
                request.fill(rest, self.by_id.len())
            }
            [ids] => {
                let rest = ids.range(request.rest());
                request.fill(rest.filter_map(|id| found(*id)), ids.len())
            }
            _ => {
                let shortest = sets.iter().min_by_key(|ids| ids.len());
                let ids = shortest.into_iter().flat_map(|ids| ids.iter());
                let ids = ids.filter(|id| sets.iter().all(|ids| ids.contains(id)));
                request.cut(ids.filter_map(|id| found(*id)))
            }
        }
    }

    /// How many there ever were.
    pub(crate) fn created(&self) -> u64 {
        self.created
    }
}

fn list_tags(by_tag: &mut HashMap<String, BTreeSet<u64>>, id: u64, tags: &[String]) {
    for tag in tags {
        by_tag.entry(tag.clone()).or_default().insert(id);
    }
}

fn forget_tags(by_tag: &mut HashMap<String, BTreeSet<u64>>, id: u64, tags: &[String]) {
    for tag in tags {
        forget(by_tag, tag, id);
    }
}

fn forget<K, Q>(lists: &mut HashMap<K, BTreeSet<u64>>, key: &Q, id: u64)
where
    K: std::borrow::Borrow<Q> + std::hash::Hash + Eq,
    Q: std::hash::Hash + Eq + ?Sized,
{
    if let Some(ids) = lists.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            lists.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_in_the_making_count() {
        let mut store = InstanceStore::new(7, 2);
        let first = store.reserve();
        let second = store.reserve();
        assert_eq!((first, second), (7, 8));
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
        let mut store = InstanceStore::new(7, 1);
        let id = store.reserve();
        store.insert(Instance::for_test(id, &[]));
        let token = format!("token{id}");
        assert_eq!(store.of_token(&token).map(|instance| instance.id), Some(id));
        assert!(store.remove(id).is_some());
        assert!(store.of_token(&token).is_none());
        assert!(store.remove(id).is_none());
        assert!(store.by_token.is_empty());
    }

    #[test]
    fn lists_are_the_same_however_they_are_found() {
        let mut store = InstanceStore::new(1, 10);
        for tags in [&["a"][..], &["a", "b"], &[], &["b"], &["a", "a"]] {
            let id = store.reserve();
            store.insert(Instance::for_test(id, tags));
        }
        store.change(3, |instance| instance.tags = vec!["c".to_owned()]);
        store.change(1, |instance| instance.tags.clear());
        store.remove(5);
        let table: [(Option<u64>, &[&str], &[u64]); 10] = [
            (None, &[], &[1, 2, 3, 4]),
            (Some(74), &[], &[1, 2, 3, 4]),
            (Some(75), &[], &[]),
            (None, &["a"], &[2]),
            (None, &["b"], &[2, 4]),
            (None, &["b", "a"], &[2]),
            (None, &["b", "b"], &[2, 4]),
            (Some(74), &["c"], &[3]),
            (Some(74), &["c", "a"], &[]),
            (None, &["d"], &[]),
        ];
        for (element_id, tags, expected) in table {
            let wanted = Wanted {
                element_id,
                tags: tags.to_vec(),
            };
            let mut listed = Vec::new();
            let mut after = 0;
            loop {
                let page = store.page(&wanted, &PageRequest::for_test(1, after));
                let (items, total, last) = page.parts();
                assert_eq!(total, expected.len(), "{element_id:?} {tags:?}");
                let Some(instance) = items.first() else {
                    break;
                };
                listed.push(instance.id);
                assert!(listed.len() <= expected.len(), "it goes round in circles");
                after = last;
            }
            assert_eq!(listed, expected, "{element_id:?} {tags:?}");
        }
        for id in 1..5 {
            store.remove(id);
        }
        assert!(store.by_tag.is_empty() && store.by_element.is_empty());
    }
}
