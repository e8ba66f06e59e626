//! What is required of the platform's answers, what is tolerated, and what is refused.
//!
//! The rule: **an answer that has what can't be done without is not lost over anything else**, and
//! **nothing is made up**. What is required is checked when the answer is read, not when it is used.
//! Everything else is kept as it came, in the `other` field of the type.
//!
//! # Required
//!
//! | answer | required | why |
//! | --- | --- | --- |
//! | an instance | `token`: a text that a header can carry | every further request carries it |
//! | | `id`: an unsigned integer, also as text or `7.0` | the instance is found and deleted by it |
//! | | the flow's tag, if it has tags at all | an answer without it is another flow's |
//! | re-authorization | the `id` of that instance | the same |
//! | authorization URL | `oauthUrl`: absolute, `http` or `https` | the user's browser is sent there |
//! | | the flow's `state` in it | the callback is recognized by it |
//! | request token (OAuth 1.0a) | `token` and `secret`: not blank | the instance is created with both |
//! | a list | an array; its next page's token is text | it would end early without an error |
//! | a search for a lost instance | every page; the filter obeyed; a total that agrees | absence is a proof only then |
//! | an object of the application's type | what that type requires | |
//!
//! # Tolerated
//!
//! * A byte order mark, white space around, bytes that are not UTF-8 (`U+FFFD` takes their place): what
//!   is damaged is shown damaged, and costs nothing beside it.
//! * Any media type, and none. Any 2xx status.
//! * Every other field: absent, `null`, of another type, more than once, unheard of, as large as
//!   [`Limits::max_body_bytes`](crate::Limits::max_body_bytes) allows, nested to any depth; numbers
//!   beyond what Rust can hold, half a surrogate pair. [`Json`](ce_model::Json) keeps the text.
//! * A required field that stands more than once: the last that can be read counts.
//! * No body at all, or `204`, for an empty list; 404 with a message of the form `No … found` for a
//!   search without hits.
//! * In a search: items that can't be read, a tag among others that are `null`.
//! * The next page's token `null` or blank, for none.
//!
//! # Refused
//!
//! Each is [`Error::Decode`](crate::Error::Decode), or its
//! [reason](crate::OutcomeUnknown::reason) if the answer is to a call that may be made once. The body
//! is kept for [`Error::expose_body`](crate::Error::expose_body).
//!
//! * What is not one whole JSON text in UTF-8: HTML, nothing, cut off, followed or preceded by
//!   anything, UTF-16, compressed. A token before the place where it is cut may be cut too.
//! * An envelope, such as `{"instance": …}` or `[…]` around an instance: what it means would be guessed.
//! * A name that is half a surrogate pair: it can't be kept.
//! * A status that HTTP does not define.
//!
//! What else an answer may mean, such as a gateway's redirect in reply to a creation, is decided in
//! the [retry table](crate::execution).
