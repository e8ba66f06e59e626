//! What others write, read: documents, and anything whatever.

mod documents;
mod properties;
