//! Work that the platform does by itself after it has answered.

use crate::Json;
use crate::json::record;

record! {
    /// A bulk job.
    #[derive(Default)]
    pub struct BulkJob {
        optional {
            /// Its id: a number or a text.
            "id" id: Json,
            /// Where it stands: `CREATED`, later `COMPLETE` or `COMPLETED`; others are not documented.
            "status" status: String,
        }
    }
}

impl BulkJob {
    /// Returns `true` if the job has ended well.
    pub fn is_complete(&self) -> bool {
        let status = self.status.as_deref().unwrap_or_default();
        ["COMPLETE", "COMPLETED"]
            .iter()
            .any(|it| status.eq_ignore_ascii_case(it))
    }
}

record! {
    /// The answer to a request with the header `Elements-Async-Request: true`, which the platform
    /// executes later.
    #[derive(Default)]
    pub struct AcceptedRequest {
        optional {
            /// The id by which the platform reports the result.
            "eventId" event_id: Json,
            /// `dispatched`.
            "eventStatus" event_status: String,
        }
    }
}
