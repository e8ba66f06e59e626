//! Files and folders of an instance in the hub `documents`.

use crate::Json;
use crate::json::record;

record! {
    /// A file or a folder.
    #[derive(Default)]
    pub struct File {
        optional {
            /// Its id at the provider: a text or a number.
            "id" id: Json,
            /// Whether it is a folder.
            "directory" directory: bool,
            /// Its name, without the folders above.
            "name" name: String,
            /// Its path, from `/`.
            "path" path: String,
            /// Its size in bytes.
            "size" size: u64,
            /// When it was created, such as `2014-10-08T17:22:30Z`.
            "createdDate" created_date: String,
            /// When it was changed last.
            "modifiedDate" modified_date: String,
            /// Its tags.
            "tags" tags: Vec<String>,
        }
    }
}
