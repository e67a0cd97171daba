//! Resolving names, and refusing what they may lead to.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use switchboard_model::webhook::{Network, is_public};

/// A name leads to an address that may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to an address that may not be called")]
pub struct Refused;

/// Whether `ip` may be called.
pub(crate) fn may_call(ip: IpAddr, allowed: &[Network]) -> bool {
    is_public(ip) || allowed.iter().any(|network| network.contains(ip))
}

/// Resolves names for one client, which connects to what this answers and to nothing else.
pub(crate) struct Guard {
    allowed: Vec<Network>,
}

impl Guard {
    pub(crate) fn new(allowed: Vec<Network>) -> Self {
        Self { allowed }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            checked(found, &allowed)
        })
    }
}

/// All addresses of a name, if all of them may be called: one that leads inside as well is not trusted.
fn checked(
    found: Vec<SocketAddr>,
    allowed: &[Network],
) -> Result<Addrs, Box<dyn std::error::Error + Send + Sync>> {
    if found.iter().all(|address| may_call(address.ip(), allowed)) {
        Ok(Box::new(found.into_iter()))
    } else {
        Err(Refused.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| SocketAddr::new(text.parse().unwrap(), 0)).collect()
    }

    #[test]
    fn a_name_with_one_address_inside_is_refused() {
        assert!(checked(addresses(&["8.8.8.8", "2606:4700::1111"]), &[]).is_ok());
        assert!(checked(addresses(&["8.8.8.8", "169.254.169.254"]), &[]).is_err());
        let allowed = ["169.254.169.254/32".parse().unwrap()];
        assert!(checked(addresses(&["8.8.8.8", "169.254.169.254"]), &allowed).is_ok());
    }
}
