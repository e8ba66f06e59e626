use crate::json::record;

record! {
    /// The platform's user that an instance belongs to.
    #[derive(Default)]
    pub struct User {
        optional {
            /// The user's number.
            "id" id: u64,
            /// The user's email address.
            "emailAddress" email_address: String,
            /// The user's first name.
            "firstName" first_name: String,
            /// The user's last name.
            "lastName" last_name: String,
        }
    }
}
