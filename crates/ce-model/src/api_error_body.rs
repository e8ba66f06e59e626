use crate::record::record;

record! {
    /// The body of an error that the platform itself answers.
    ///
    /// Gateways in front of it answer with HTML or nothing; those don't read as this.
    ///
    /// ```
    /// use ce_model::ApiErrorBody;
    ///
    /// let error: ApiErrorBody =
    ///     serde_json::from_str(r#"{"requestId": "58d0c1e2", "message": "No such element"}"#)?;
    /// assert_eq!(error.request_id.as_deref(), Some("58d0c1e2"));
    /// assert_eq!(error.provider_message, None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Default)]
    pub struct ApiErrorBody {
        optional {
            /// What the platform's support asks for.
            "requestId" request_id: String,
            /// What went wrong.
            "message" message: String,
            /// What the provider said, where it was the provider that refused.
            "providerMessage" provider_message: String,
        }
    }
}
