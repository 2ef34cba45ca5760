//! Addresses that a check of untrusted text must not reach: [`denied`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// IPv4 networks that are not the public internet, with the length of their prefix.
const V4: [([u8; 4], u8); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([168, 63, 129, 16], 32), // Azure's metadata service
];

/// IPv6 networks that are not the public internet.
const V6: [(Ipv6Addr, u8); 9] = [
    (Ipv6Addr::UNSPECIFIED, 128),
    (Ipv6Addr::LOCALHOST, 128),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Ports on which web servers are.
pub const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// The network that makes an address off limits, such as `10.0.0.0/8`; `None`: it is on the public internet.
pub fn denied(address: IpAddr) -> Option<String> {
    match address {
        IpAddr::V4(address) => denied_v4(address),
        IpAddr::V6(address) => denied_v6(address),
    }
}

fn denied_v4(address: Ipv4Addr) -> Option<String> {
    let bits = |octets: [u8; 4]| u32::from_be_bytes(octets);
    let within = |&&(network, length): &&([u8; 4], u8)| {
        (bits(address.octets()) ^ bits(network)).leading_zeros() >= u32::from(length)
    };
    V4.iter().find(within).map(|(network, length)| format!("{}/{length}", Ipv4Addr::from(*network)))
}

fn denied_v6(address: Ipv6Addr) -> Option<String> {
    let within = |&&(network, length): &&(Ipv6Addr, u8)| {
        (address.to_bits() ^ network.to_bits()).leading_zeros() >= u32::from(length)
    };
    if let Some((network, length)) = V6.iter().find(within) {
        return Some(format!("{network}/{length}"));
    }
    embedded_v4(address).into_iter().find_map(denied_v4)
}

/// IPv4 addresses that an IPv6 address stands for: mapped, compatible, NAT64, 6to4, Teredo (its server, and its client
/// inverted), ISATAP.
fn embedded_v4(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match (a, b) {
        (0, 0) if [c, d, e] == [0; 3] && (f == 0xffff || f == 0) => vec![v4(g, h)],
        (0, 0) if [c, d] == [0; 2] && e == 0xffff && f == 0 => vec![v4(g, h)],
        (0x64, 0xff9b) => vec![v4(g, h)],
        (0x2002, _) => vec![v4(b, c)],
        (0x2001, 0) => vec![v4(c, d), v4(!g, !h)],
        _ if (e == 0 || e == 0x200) && f == 0x5efe => vec![v4(g, h)],
        _ => Vec::new(),
    }
}

/// What is open in spite of the guard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Openings {
    /// Hosts that may be at a private address: names, or addresses as in a URL.
    pub hosts: Vec<String>,
    /// Further ports.
    pub ports: Vec<u16>,
}

impl Openings {
    /// Whether this host may be at a private address.
    pub fn allow(&self, host: &str) -> bool {
        self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host.trim_matches(['[', ']'])))
    }
}

/// Why an URL must not be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It names an address in this network.
    Network(String),
    /// It names a port on which no web server is expected.
    Port(u16),
}

/// Looks at an URL as it is written, before any name is resolved. The WHATWG parser has made usual addresses of
/// decimal, octal and hexadecimal ones.
pub fn refuses(url: &Url, open: &Openings) -> Option<Refused> {
    let port = url.port_or_known_default().unwrap_or(0);
    if !PORTS.contains(&port) && !open.ports.contains(&port) {
        return Some(Refused::Port(port));
    }
    let address = match url.host()? {
        Host::Ipv4(address) => IpAddr::V4(address),
        Host::Ipv6(address) => IpAddr::V6(address),
        Host::Domain(_) => return None,
    };
    denied(address).filter(|_| !open.allow(url.host_str().unwrap_or(""))).map(Refused::Network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_denied_however_they_are_written() {
        for (url, network) in [
            ("http://127.0.0.1/", Some("127.0.0.0/8")),
            ("http://2130706433/", Some("127.0.0.0/8")),
            ("http://0177.0.0.1/", Some("127.0.0.0/8")),
            ("http://0x7f.1/", Some("127.0.0.0/8")),
            ("http://127.1/", Some("127.0.0.0/8")),
            ("http://169.254.169.254/latest/", Some("169.254.0.0/16")),
            ("http://[::ffff:10.0.0.1]/", Some("10.0.0.0/8")),
            ("http://[::10.0.0.1]/", Some("10.0.0.0/8")),
            ("http://[::ffff:0:10.0.0.1]/", Some("10.0.0.0/8")),
            ("http://[64:ff9b::a00:1]/", Some("10.0.0.0/8")),
            ("http://[64:ff9b:1::a00:1]/", Some("10.0.0.0/8")),
            ("http://[2002:c0a8:0101::]/", Some("192.168.0.0/16")),
            ("http://[2001:0:0808:0808::f5ff:fffe]/", Some("10.0.0.0/8")),
            ("http://[fe80::5efe:10.0.0.1]/", Some("fe80::/10")),
            ("http://[2606::5efe:10.0.0.1]/", Some("10.0.0.0/8")),
            ("http://[::1]/", Some("::1/128")),
            ("http://[::]/", Some("::/128")),
            ("http://[fd00:ec2::254]/", Some("fc00::/7")),
            ("http://[fec0::1]/", Some("fec0::/10")),
            ("http://100.100.100.200/", Some("100.64.0.0/10")),
            ("http://255.255.255.255/", Some("240.0.0.0/4")),
            ("http://8.8.8.8/", None),
            ("http://172.32.0.1/", None),
            ("http://[2606:4700::1111]/", None),
            ("http://[64:ff9b::808:808]/", None),
        ] {
            let parsed = Url::parse(url).expect(url);
            let expected = network.map(|network| Refused::Network(network.to_owned()));
            assert_eq!(refuses(&parsed, &Openings::default()), expected, "{url}");
        }
    }

    #[test]
    fn ports_and_hosts_can_be_opened() {
        let url = |text: &str| Url::parse(text).expect(text);
        let open = Openings { hosts: vec!["::1".to_owned(), "10.0.0.1".to_owned()], ports: vec![9000] };
        assert_eq!(refuses(&url("http://a.org:22/"), &open), Some(Refused::Port(22)));
        assert_eq!(refuses(&url("http://a.org:9000/"), &open), None);
        assert_eq!(refuses(&url("http://[::1]/"), &open), None);
        assert_eq!(refuses(&url("http://10.0.0.1:8443/"), &open), None);
        assert!(refuses(&url("http://10.0.0.2/"), &open).is_some());
    }
}
