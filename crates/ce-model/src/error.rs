use crate::json::record;

record! {
    /// The body of an error response of the platform.
    ///
    /// Gateways in front of the platform answer with HTML, other JSON or nothing. No field is
    /// required, so any JSON object can be read as this type.
    #[derive(Default)]
    pub struct ApiErrorBody {
        optional {
            /// The request's id. The platform's support asks for it.
            "requestId" request_id: String,
            /// What went wrong.
            "message" message: String,
            /// What the provider said, if it was the provider that refused.
            "providerMessage" provider_message: String,
        }
    }
}
