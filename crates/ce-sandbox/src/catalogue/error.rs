/// Why elements could not be added to the catalogue.
///
/// ```
/// use ce_sandbox::{CatalogueError, Sandbox};
///
/// let error = Sandbox::builder()
///     .catalogue(r#"{"elements": [{"id": 9001, "key": "mycrm", "name": "My CRM"}]}"#)
///     .unwrap_err();
/// assert!(matches!(error, CatalogueError::Field { .. }));
/// assert_eq!(error.to_string(), "element mycrm: hub: is missing");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The text is not JSON, or breaks off.
    #[error("not JSON: it goes wrong at line {line}, column {column}")]
    NotJson {
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The text is JSON, but no object with nothing but `elements`, an array.
    #[error("no catalogue: {problem}")]
    NoCatalogue {
        /// What is wrong with it.
        problem: String,
    },
    /// A field of an element is missing, unknown, of the wrong kind, or contradicts another.
    #[error("element {element}: {field}: {problem}")]
    Field {
        /// The element's key; where it has none, its place among the elements, `[0]` being the
        /// first.
        element: String,
        /// The path of the field within the element, such as `configuration[2].type`.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl CatalogueError {
    pub(crate) fn field(
        element: &str,
        field: impl Into<String>,
        problem: impl Into<String>,
    ) -> Self {
        Self::Field {
            element: element.to_owned(),
            field: field.into(),
            problem: problem.into(),
        }
    }
}
