//! The cryptography provider of rustls. ureq takes the process's default one, and panics without.

use ::ureq::config::Config;

use crate::build_error::BuildError;

/// Returns an error if ureq would find no provider.
#[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
pub(super) fn check(_: &Config) -> Result<(), BuildError> {
    Ok(())
}

/// Returns an error if ureq would find no provider. Installs one if this crate has one.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
pub(super) fn check(agent: &Config) -> Result<(), BuildError> {
    if agent.tls_config().provider() != ::ureq::tls::TlsProvider::Rustls {
        return Ok(());
    }
    if !Rustls::<rustls::Error>::IS_THAT_OF_UREQ {
        return Err(BuildError::NoCryptoProvider);
    }
    if rustls::crypto::CryptoProvider::get_default().is_some() {
        return Ok(());
    }
    install()
}

/// Installs the provider of rustls's own default features, as rustls does when it needs one. If another
/// thread was faster, its provider stays.
#[cfg(feature = "rustls")]
fn install() -> Result<(), BuildError> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Ok(())
}

#[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
fn install() -> Result<(), BuildError> {
    Err(BuildError::NoCryptoProvider)
}

/// Tells whether ureq uses the same version of rustls. A minor version of ureq may change that, and a
/// provider that is installed in one version is unknown to the other.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
struct Rustls<E>(std::marker::PhantomData<E>);

/// What holds if the implementation below does not apply.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
#[allow(dead_code)] // not used as long as the versions are the same
trait OfAnotherVersion {
    const IS_THAT_OF_UREQ: bool = false;
}

#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
impl<E> OfAnotherVersion for Rustls<E> {}

#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
impl<E> Rustls<E>
where
    ::ureq::Error: From<E>,
{
    const IS_THAT_OF_UREQ: bool = true;
}

#[cfg(all(test, any(feature = "rustls", feature = "rustls-no-provider")))]
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
