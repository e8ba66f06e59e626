use std::collections::BTreeMap;

use bytes::Bytes;

/// The files and folders of an instance, by their paths. There is always the root.
#[derive(Default)]
pub(crate) struct Files {
    by_path: BTreeMap<FilePath, StoredFile>,
    last_id: u64,
    bytes: usize,
}

/// A file, or a folder if it has no content.
pub(crate) struct StoredFile {
    pub(crate) id: u64,
    pub(crate) created: String,
    pub(crate) content: Option<Content>,
}

/// What is in a file.
pub(crate) struct Content {
    pub(crate) bytes: Bytes,
    pub(crate) media_type: String,
}

/// Why nothing was stored.
pub(crate) enum FileConflict {
    /// There is something at the path.
    Taken,
    /// A part of the path is a file.
    BelowFile,
    TooMany,
}

/// A path as `/a/b.txt`; the root's is empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FilePath(String);

const MAX_PATH_BYTES: usize = 2048;

impl FilePath {
    /// Reads a path from the root. A slash at its end, or two for one, say nothing.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_sound = text.starts_with('/')
            && text.len() <= MAX_PATH_BYTES
            && !text.contains(|c: char| c.is_control());
        let mut path = String::new();
        for name in text.split('/').filter(|name| !name.is_empty()) {
            if matches!(name, "." | "..") {
                return None;
            }
            path.push('/');
            path.push_str(name);
        }
        is_sound.then_some(Self(path))
    }

    pub(crate) fn as_str(&self) -> &str {
        match self.0.as_str() {
            "" => "/",
            path => path,
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    fn parent(&self) -> Self {
        let parent = self.0.rsplit_once('/').map_or("", |(parent, _)| parent);
        Self(parent.to_owned())
    }

    fn is_below(&self, folder: &Self) -> bool {
        let rest = self.0.strip_prefix(&folder.0);
        rest.is_some_and(|rest| rest.starts_with('/'))
    }
}

impl Files {
    pub(crate) fn get(&self, path: &FilePath) -> Option<&StoredFile> {
        self.by_path.get(path)
    }

    pub(crate) fn find(&self, id: u64) -> Option<&StoredFile> {
        self.by_path.values().find(|file| file.id == id)
    }

    /// What is in a folder itself, in the order of its names. None if there is no such folder.
    pub(crate) fn contents(&self, folder: &FilePath) -> Option<Vec<(&FilePath, &StoredFile)>> {
        let is_folder = |file: &StoredFile| file.content.is_none();
        if !folder.is_root() && !self.get(folder).is_some_and(is_folder) {
            return None;
        }
        let all = self.by_path.iter();
        Some(all.filter(|(path, _)| path.parent() == *folder).collect())
    }

    /// Stores a file or a folder, and the folders above it.
    pub(crate) fn add(
        &mut self,
        path: &FilePath,
        created: &str,
        mut content: Option<Content>,
        max: usize,
    ) -> Result<&StoredFile, FileConflict> {
        if path.is_root() || self.by_path.contains_key(path) {
            return Err(FileConflict::Taken);
        }
        let mut missing = vec![path.clone()];
        let mut above = path.parent();
        while !above.is_root() {
            match self.get(&above) {
                Some(folder) if folder.content.is_none() => break,
                Some(_) => return Err(FileConflict::BelowFile),
                None => missing.push(above.clone()),
            }
            above = above.parent();
        }
        if self.by_path.len() + missing.len() > max {
            return Err(FileConflict::TooMany);
        }
        for path in missing {
            self.last_id += 1;
            let file = StoredFile {
                id: self.last_id,
                created: created.to_owned(),
                // The first is the file; those above are folders.
                content: content.take(),
            };
            self.bytes += weight(&path, &file);
            self.by_path.insert(path, file);
        }
        self.get(path).ok_or(FileConflict::Taken)
    }

    /// Deletes a file, or a folder with all that is in it.
    pub(crate) fn remove(&mut self, path: &FilePath) {
        let bytes = &mut self.bytes;
        self.by_path.retain(|other, file| {
            let stays = other != path && !other.is_below(path);
            if !stays {
                *bytes = bytes.saturating_sub(weight(other, file));
            }
            stays
        });
    }

    /// About how many bytes they take up in memory.
    pub(crate) fn weight(&self) -> usize {
        self.bytes
    }
}

fn weight(path: &FilePath, file: &StoredFile) -> usize {
    let content = file.content.as_ref();
    let content = content.map_or(0, |content| content.bytes.len() + content.media_type.len());
    size_of::<(FilePath, StoredFile)>() + path.0.len() + file.created.len() + content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_root_and_lead_nowhere_else() {
        let table = [
            ("/", Some("/")),
            ("//a//b/", Some("/a/b")),
            ("/a b/ü#?.txt", Some("/a b/ü#?.txt")),
            ("", None),
            ("a", None),
            ("/a/../b", None),
            ("/.", None),
            ("/a\nb", None),
        ];
        for (text, expected) in table {
            let path = FilePath::parse(text);
            assert_eq!(path.as_ref().map(FilePath::as_str), expected, "{text}");
        }
    }
}
