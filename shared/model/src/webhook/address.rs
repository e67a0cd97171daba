//! Addresses that users name, and which of them may be called.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::field::{Reason, Refusal, check_length};

/// An HTTP or HTTPS address that a user named. It has a host and no credentials; whether the host may be called
/// shows when it is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebAddress(String);

impl WebAddress {
    /// Most characters of an address.
    pub const MAX_LENGTH: usize = 2_048;

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port, as [RFC 6454](https://www.rfc-editor.org/rfc/rfc6454) writes them.
    pub fn origin(&self) -> String {
        Url::parse(&self.0).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
    }

    /// The address without its query, in which some receivers want their secrets.
    pub fn without_query(&self) -> String {
        self.0.split('?').next().unwrap_or_default().to_owned()
    }

    /// The IP address, where the host is written as one: in any of the forms that URLs allow.
    pub fn ip(&self) -> Option<IpAddr> {
        match Url::parse(&self.0).ok()?.host()? {
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
            Host::Domain(_) => None,
        }
    }
}

impl FromStr for WebAddress {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refusal = |what: &str| Refusal::new(Reason::BadValue, format!("Input should be {what}"));
        check_length(text, 1, Self::MAX_LENGTH)?;
        let url = Url::parse(text.trim()).map_err(|_| refusal("a valid URL"))?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(refusal("an http or https URL"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refusal("a URL without user name and password"));
        }
        if url.fragment().is_some() {
            return Err(refusal("a URL without a fragment"));
        }
        check_length(url.as_str(), 1, Self::MAX_LENGTH)?;
        Ok(Self(url.into()))
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `ip` is of the public Internet (IANA, special-purpose address registries): what is private, shared,
/// link-local, loopback, multicast, reserved, for documentation, or leads to another address inside is not.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public_v4(ip),
            None => is_public_v6(ip),
        },
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    // This network, private, loopback, multicast and reserved; shared by carriers; link-local, where clouds answer
    // with credentials, and private; protocol assignments, documentation, 6to4 relays; benchmarks.
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 51, 100)
            | (203, 0, 113)
            | (198, 18 | 19, _)
    );
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Global unicast is 2000::/3; of it 2001::/23 is for protocols, 2001:db8::/32 and 3fff::/20 for documentation,
    // and 2002::/16 hides an IPv4 address.
    let special = matches!((a, b), (0x2001, 0..=0x1ff | 0xdb8) | (0x2002, _) | (0x3fff, 0..=0xfff));
    a & 0xe000 == 0x2000 && !special
}

/// A network of IP addresses, such as `127.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    prefix: u32,
}

impl Network {
    /// Whether `ip` is in it. An IPv4 address that is written as an IPv6 one counts as what it is.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.first, ip.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => {
                same_beginning(u32::from(first).into(), u32::from(ip).into(), 32, self.prefix)
            }
            (IpAddr::V6(first), IpAddr::V6(ip)) => same_beginning(first.into(), ip.into(), 128, self.prefix),
            _ => false,
        }
    }
}

fn same_beginning(a: u128, b: u128, bits: u32, prefix: u32) -> bool {
    prefix == 0 || (a ^ b) >> (bits - prefix) == 0
}

/// A text that is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a network such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let wrong = || NotANetwork(text.to_owned());
        let (first, prefix) = text.trim().split_once('/').ok_or_else(wrong)?;
        let first: IpAddr = first.parse().map_err(|_| wrong())?;
        let prefix: u32 = prefix.parse().map_err(|_| wrong())?;
        let bits = if first.is_ipv4() { 32 } else { 128 };
        if prefix <= bits { Ok(Self { first, prefix }) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for public in ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "::127.0.0.1",
            "100::1",
            "5f00::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn literal_forms_of_an_address_are_seen_through() {
        for text in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::1]/",
            "https://①②⑦.0.0.1/",
        ] {
            let address: WebAddress = text.parse().unwrap();
            assert!(!is_public(address.ip().unwrap()), "{text}");
        }
        assert_eq!("https://example.com/hook?a=b".parse::<WebAddress>().unwrap().ip(), None);
    }

    #[test]
    fn an_address_has_an_origin_and_can_be_told_without_its_query() {
        let address: WebAddress = "https://Example.com:443/hook/?key=secret&b=?".parse().unwrap();
        assert_eq!(address.origin(), "https://example.com");
        assert_eq!(address.without_query(), "https://example.com/hook/");
        let plain: WebAddress = "http://example.com:8080/hook".parse().unwrap();
        assert_eq!(
            (plain.origin(), plain.without_query()),
            ("http://example.com:8080".to_owned(), plain.to_string())
        );
    }

    #[test]
    fn what_is_no_plain_web_address_is_refused() {
        for text in [
            "",
            "example.com",
            "ftp://example.com/",
            "file:///etc/passwd",
            "http://",
            "http://ada:pw@example.com/",
            "https://example.com/#a",
            "javascript:alert(1)",
        ] {
            assert!(text.parse::<WebAddress>().is_err(), "{text}");
        }
        assert!(format!("https://example.com/{}", "a".repeat(2_048)).parse::<WebAddress>().is_err());
    }

    #[test]
    fn a_network_has_the_addresses_that_begin_alike() {
        let network: Network = "127.0.0.0/8".parse().unwrap();
        assert!(network.contains("127.200.0.1".parse().unwrap()));
        assert!(network.contains("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!network.contains("128.0.0.1".parse().unwrap()));
        assert!(!network.contains("::1".parse().unwrap()));
        assert!("::1/128".parse::<Network>().unwrap().contains("::1".parse().unwrap()));
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
        for text in ["", "127.0.0.1", "127.0.0.1/33", "::1/129", "a/8"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
