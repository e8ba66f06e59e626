//! Macros for what most calls share.

/// The part of `impl Call` that most calls share: purpose, output, and how the response is decoded
/// (`json`: as JSON, `page`: as a page of a list, `done`: any success will do).
///
/// `output!("get the element" -> Element: json);` needs `Error` and `Response` in scope, and `Page` for
/// `page`.
macro_rules! output {
    ($purpose:literal -> $Output:ty: $decode:ident) => {
        type Output = $Output;

        fn purpose(&self) -> &'static str {
            $purpose
        }

        fn decode(&self, response: &Response) -> Result<$Output, Error> {
            output!(@$decode response, $purpose)
        }
    };
    (@json $response:ident, $purpose:literal) => { $response.json($purpose) };
    (@page $response:ident, $purpose:literal) => { Page::decode($purpose, $response) };
    // Whatever the body says, it is done.
    (@done $response:ident, $purpose:literal) => {{ let _ = $response; Ok(()) }};
}

/// Defines calls with one argument, each with its documentation:
///
/// `Name(Argument): "purpose" -> Output: decoding, |config, argument| request;`
///
/// A call that turns some errors into results adds `, on_error: function` before the semicolon.
macro_rules! simple_calls {
    ($(
        $(#[$about:meta])*
        $Call:ident($Target:ident $(<$a:lifetime>)?): $purpose:literal -> $Output:ty: $decode:ident,
        |$config:ident, $target:ident| $request:expr
        $(, on_error: $on_error:expr)?;
    )*) => { $(
        $(#[$about])*
        #[must_use = "a call does nothing until it is sent"]
        pub struct $Call $(<$a>)? ($Target $(<$a>)?);

        impl $(<$a>)? $Call $(<$a>)? {
            #[doc = concat!("The call about this [`", stringify!($Target), "`].")]
            pub fn new(target: impl Into<$Target $(<$a>)?>) -> Self {
                Self(target.into())
            }
        }

        impl $(<$a>)? Call for $Call $(<$a>)? {
            output!($purpose -> $Output: $decode);

            fn request(&self, $config: &Config) -> Result<Request, InvalidInput> {
                let $target = &self.0;
                $request.build()
            }

            $(fn on_error(&self, error: Error, may_be_done: bool) -> Result<$Output, Error> {
                $on_error(self, error, may_be_done)
            })?
        }
    )* };
}

pub(super) use {output, simple_calls};
