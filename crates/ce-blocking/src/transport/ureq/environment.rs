//! The proxy that the environment names for a platform.
//!
//! The rules are those of curl and of reqwest, so that both clients take the same way. ureq's own differ:
//! it takes `ALL_PROXY` before `HTTPS_PROXY`, and a name in `NO_PROXY` does not stand for its subdomains.

use std::net::IpAddr;

use ::ureq::Proxy;
use ::ureq::http::Uri;
use ce_core::Config;

/// Returns the proxy, if the environment names one for this platform. `variable` reads a variable.
pub(super) fn proxy(config: &Config, variable: impl Fn(&str) -> Option<String>) -> Option<Proxy> {
    // A web server that runs a program by CGI passes a client's header `Proxy` on as `HTTP_PROXY`.
    if config.is_loopback() || variable("REQUEST_METHOD").is_some() {
        return None;
    }
    let base: Uri = config.base_url().parse().ok()?;
    let first = |names: [&str; 2]| names.iter().find_map(|name| variable(name));
    if is_exempt(
        base.host()?,
        &first(["NO_PROXY", "no_proxy"]).unwrap_or_default(),
    ) {
        return None;
    }
    let of_scheme = match config.is_encrypted() {
        true => ["HTTPS_PROXY", "https_proxy"],
        false => ["HTTP_PROXY", "http_proxy"],
    };
    let named = |names| Proxy::new(&first(names)?).ok();
    named(of_scheme).or_else(|| named(["ALL_PROXY", "all_proxy"]))
}

/// Returns `true` if the list (`NO_PROXY`) has the host: by its name, a name above it, its address, its
/// network as `10.0.0.0/8`, or `*`.
fn is_exempt(host: &str, list: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    list.split(',').map(str::trim).any(|entry| match address {
        Some(address) => is_in_network(address, entry),
        None if entry == "*" => true,
        None => {
            let above = entry.strip_prefix('.').unwrap_or(entry);
            let (host, above) = (host.to_ascii_lowercase(), above.to_ascii_lowercase());
            let below = host.strip_suffix(&above);
            !above.is_empty() && below.is_some_and(|it| it.is_empty() || it.ends_with('.'))
        }
    })
}

/// Returns `true` if the network has the address. A network without a length is an address.
fn is_in_network(address: IpAddr, network: &str) -> bool {
    /// The address as a number of so many bits.
    fn bits(address: IpAddr) -> (u128, u32) {
        match address {
            IpAddr::V4(address) => (address.to_bits().into(), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        }
    }
    let (network, length) = match network.split_once('/') {
        Some((network, length)) => (network, length.parse().ok()),
        None => (network, Some(u32::MAX)),
    };
    let (Ok(network), Some(length)) = (network.parse().map(bits), length) else {
        return false;
    };
    let (address, of) = bits(address);
    let differing = of - length.min(of);
    network.1 == of && (address ^ network.0).checked_shr(differing).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_exempt_by_itself_or_its_network() {
        #[rustfmt::skip] // A row a case.
        let table = [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "a.example, 192.0.2.0/24", true),
            ("192.0.2.7", "192.0.2.6/31", true),
            ("192.0.2.7", "0.0.0.0/0", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.7", "192.0.2.128/25", false),
            ("192.0.2.7", "192.0.2.7/x", false),
            ("192.0.2.7", "7", false),
            ("192.0.2.7", "::/0", false),
            ("[2001:db8::7]", "2001:db8::/32", true),
            ("[2001:db8::7]", "2001:db8::7", true),
            ("[2001:db8::7]", "2001:db9::/32", false),
            ("[2001:db8::7]", "0.0.0.0/0", false),
            ("192.0.2.7", "", false),
        ];
        for (host, list, exempt) in table {
            assert_eq!(is_exempt(host, list), exempt, "{host} {list}");
        }
    }
}
