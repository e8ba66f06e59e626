/// Calls that have nothing but what they are about. A row a call: what it is about, what it is for, what
/// it returns and how that is decoded, and its request.
macro_rules! simple_calls {
    ($(
        $(#[$about:meta])*
        $Call:ident($Target:ident $(<$a:lifetime>)?): $purpose:literal,
        $Output:ty = $decode:expr,
        |$config:ident, $target:ident| $request:expr;
    )*) => { $(
        $(#[$about])*
        pub struct $Call $(<$a>)? ($Target $(<$a>)?);

        impl $(<$a>)? $Call $(<$a>)? {
            #[doc = concat!("The call about this [`", stringify!($Target), "`].")]
            pub fn new(target: impl Into<$Target $(<$a>)?>) -> Self {
                Self(target.into())
            }
        }

        impl $(<$a>)? Call for $Call $(<$a>)? {
            type Output = $Output;

            fn purpose(&self) -> &'static str {
                $purpose
            }

            fn request(&self, $config: &Config) -> Result<Request, InvalidInput> {
                let $target = &self.0;
                $request.build()
            }

            fn decode(&self, response: &Response) -> Result<$Output, Error> {
                ($decode)(response, $purpose)
            }
        }
    )* };
}

/// In the implementation of a call: what it is for, and what its JSON is decoded as.
macro_rules! json_call {
    ($purpose:literal, $Output:ty) => {
        type Output = $Output;

        fn purpose(&self) -> &'static str {
            $purpose
        }

        fn decode(&self, response: &Response) -> Result<$Output, Error> {
            response.json($purpose)
        }
    };
}

pub(super) use {json_call, simple_calls};
