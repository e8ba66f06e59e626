//! The cryptography provider of rustls. ureq takes the process's default one, and panics without.

use std::marker::PhantomData;

use rustls::crypto::CryptoProvider;

use crate::build_error::BuildError;

/// Returns an error if ureq would find no provider.
///
/// The feature `rustls` installs the provider of rustls's own default features, as rustls does when it
/// needs one. If another thread was faster, its provider stays.
pub(super) fn check() -> Result<(), BuildError> {
    if !Rustls::<rustls::Error>::IS_THAT_OF_UREQ {
        return Err(BuildError::NoCryptoProvider);
    }
    #[cfg(feature = "rustls")]
    if CryptoProvider::get_default().is_none() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
    match CryptoProvider::get_default() {
        Some(_) => Ok(()),
        None => Err(BuildError::NoCryptoProvider),
    }
}

/// Tells whether ureq uses the same version of rustls. A minor version of ureq may change that, and a
/// provider that is installed in one version is unknown to the other.
struct Rustls<E>(PhantomData<E>);

/// What holds if the implementation below does not apply.
#[allow(dead_code)] // not used as long as the versions are the same
trait OfAnotherVersion {
    const IS_THAT_OF_UREQ: bool = false;
}

impl<E> OfAnotherVersion for Rustls<E> {}

impl<E> Rustls<E>
where
    ::ureq::Error: From<E>,
{
    const IS_THAT_OF_UREQ: bool = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_rustls_is_that_of_ureq() {
        /// As another version's error would be: ureq can't be made from it.
        struct OtherError;

        let of_this_crate = Rustls::<rustls::Error>::IS_THAT_OF_UREQ;
        let of_another = Rustls::<OtherError>::IS_THAT_OF_UREQ;
        assert_eq!((of_this_crate, of_another), (true, false));
    }
}
