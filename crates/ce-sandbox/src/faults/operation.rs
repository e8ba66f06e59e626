use strum::{EnumString, IntoStaticStr, VariantArray, VariantNames};

/// An API call, or a group of calls, for faults that apply to no other.
///
/// ```
/// use ce_sandbox::Operation;
///
/// assert_eq!("disable-instance".parse(), Ok(Operation::DisableInstance));
/// assert_eq!(Operation::DisableInstance.name(), "disable-instance");
/// assert!(Operation::Instances.includes(Operation::DisableInstance));
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray, VariantNames,
)]
#[strum(
    serialize_all = "kebab-case",
    parse_err_ty = UnknownOperation,
    parse_err_fn = UnknownOperation::new
)]
#[non_exhaustive]
pub enum Operation {
    /// Step 1 of OAuth 1.0a: asking for a request token.
    #[strum(serialize = "oauth-token")]
    OAuthToken,
    /// Step 1: asking for the authorization URL.
    #[strum(serialize = "oauth-url")]
    OAuthUrl,
    /// Step 2: creating an instance.
    CreateInstance,
    /// A group: listing, reading, changing, enabling, disabling and deleting instances.
    Instances,
    /// `GET /instances`, `GET /elements/{key}/instances`.
    ListInstances,
    /// `GET /instances/{id}`.
    GetInstance,
    /// `PATCH /instances/{id}`.
    UpdateInstance,
    /// `PUT /instances/{id}`.
    ReplaceInstance,
    /// `DELETE /instances/{id}`.
    DeleteInstance,
    /// `PUT /instances/{id}/enabled`.
    EnableInstance,
    /// `DELETE /instances/{id}/enabled`.
    DisableInstance,
    /// `GET /instances/{id}/docs`.
    GetInstanceDocs,
    /// A group: reading and changing the single entries of an instance's configuration.
    Configuration,
    /// `GET /instances/{id}/configuration`.
    ListConfiguration,
    /// `GET /instances/{id}/configuration/{configurationId}`.
    GetConfiguration,
    /// `PATCH /instances/{id}/configuration/{configurationId}`.
    UpdateConfiguration,
    /// A group: listing and reading elements, hubs, and their metadata.
    Elements,
    /// `GET /elements`.
    ListElements,
    /// `GET /elements/keys`.
    ListElementKeys,
    /// `GET /elements/{key}`.
    GetElement,
    /// `GET /elements/{key}/metadata`.
    GetElementMetadata,
    /// `GET /elements/{key}/docs`.
    GetElementDocs,
    /// `GET /hubs`.
    ListHubs,
    /// `GET /hubs/keys`.
    ListHubKeys,
    /// `GET /hubs/{key}`.
    GetHub,
    /// `GET /hubs/{key}/elements`.
    ListHubElements,
    /// `GET /ping`.
    Ping,
    /// A group: what is done through an instance to its objects.
    Resources,
    /// `GET /objects`.
    ListObjectNames,
    /// `GET /objects/{name}/metadata`.
    GetObjectMetadata,
    /// `GET /{resource}`.
    ListObjects,
    /// `POST /{resource}`.
    CreateObject,
    /// `GET /{resource}/{id}`.
    GetObject,
    /// `PUT /{resource}/{id}`.
    ReplaceObject,
    /// `PATCH /{resource}/{id}`.
    UpdateObject,
    /// `DELETE /{resource}/{id}`.
    DeleteObject,
    /// A group: what is done through an instance to its files and folders.
    Files,
    /// `GET /folders/contents`.
    ListFolder,
    /// `POST /folders`.
    CreateFolder,
    /// `DELETE /folders`.
    DeleteFolder,
    /// `GET /files`, `GET /files/{id}`.
    DownloadFile,
    /// `POST /files`.
    UploadFile,
    /// `DELETE /files`.
    DeleteFile,
    /// `GET /files/links`.
    GetFileLinks,
    /// A group: starting and reading bulk jobs.
    Bulk,
    /// `POST /bulk/query`, `POST /bulk/{object}`.
    StartBulk,
    /// `GET /bulk/{id}/status`.
    GetBulkStatus,
    /// `GET /bulk/{id}/errors`.
    GetBulkErrors,
    /// `GET /bulk/{id}/{object}`.
    DownloadBulk,
}

/// No operation has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no operation {name:?}; there are {}", Operation::VARIANTS_TEXT.join(", "))]
pub struct UnknownOperation {
    name: String,
}

impl UnknownOperation {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }
}

impl Operation {
    const VARIANTS_TEXT: &'static [&'static str] = <Self as VariantNames>::VARIANTS;

    /// Every operation and every group.
    pub fn all() -> Vec<Self> {
        <Self as VariantArray>::VARIANTS.to_vec()
    }

    /// What the command line calls it.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns `true` if it is that operation, or a group that it belongs to.
    pub fn includes(self, operation: Self) -> bool {
        self == operation || operation.group() == Some(self)
    }

    fn group(self) -> Option<Self> {
        use Operation::*;
        match self {
            ListInstances | GetInstance | UpdateInstance | ReplaceInstance | DeleteInstance
            | EnableInstance | DisableInstance | GetInstanceDocs => Some(Instances),
            ListConfiguration | GetConfiguration | UpdateConfiguration => Some(Configuration),
            ListElements | ListElementKeys | GetElement | GetElementMetadata | GetElementDocs
            | ListHubs | ListHubKeys | GetHub | ListHubElements => Some(Elements),
            ListObjectNames | GetObjectMetadata | ListObjects | CreateObject | GetObject
            | ReplaceObject | UpdateObject | DeleteObject => Some(Resources),
            ListFolder | CreateFolder | DeleteFolder | DownloadFile | UploadFile | DeleteFile
            | GetFileLinks => Some(Files),
            StartBulk | GetBulkStatus | GetBulkErrors | DownloadBulk => Some(Bulk),
            OAuthToken | OAuthUrl | CreateInstance | Ping | Instances | Configuration
            | Elements | Resources | Files | Bulk => None,
        }
    }
}
