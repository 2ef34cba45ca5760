//! Encrypted connections: whom we trust, and what is wrong with a certificate.

use std::{
    collections::BTreeSet,
    error::Error,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};

use rustls_platform_verifier::Verifier as Platform;

use super::{cause::Cause, stamp::DAY};

/// A certificate that lives less than this is soon over.
const SOON: Duration = Duration::from_secs(14 * DAY.as_secs());

/// Hosts of which the certificate is soon over.
pub(super) type Expiring = Arc<Mutex<BTreeSet<String>>>;

/// The configuration of the client; `insecure`: for hosts of which any certificate will do; `now`: the certificates of
/// the system are read at once, which takes a while, and not when they are first needed.
pub(super) fn config(
    certificates: &str,
    insecure: bool,
    now: bool,
    expiring: Expiring,
) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let trusted: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificates.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| format!("the certificates to trust cannot be read: {error}"))?;
    let verifier =
        Verifier { strict: OnceLock::new(), trusted, insecure, provider: Arc::clone(&provider), expiring };
    if now && let Err(error) = verifier.strict() {
        return Err(format!("the system's certificates cannot be read: {error}"));
    }
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("encryption cannot be set up: {error}"))?;
    let mut config =
        builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The system's own verification, with a closer look at what fails.
#[derive(Debug)]
struct Verifier {
    strict: OnceLock<Result<Platform, rustls::Error>>,
    /// Whom to trust beside.
    trusted: Vec<CertificateDer<'static>>,
    insecure: bool,
    provider: Arc<CryptoProvider>,
    expiring: Expiring,
}

impl Verifier {
    fn strict(&self) -> Result<&Platform, rustls::Error> {
        let read = || Platform::new_with_extra_roots(self.trusted.clone(), Arc::clone(&self.provider));
        self.strict.get_or_init(read).as_ref().map_err(Clone::clone)
    }
}

/// The server does not send the certificates between its own and the root.
#[derive(Debug)]
struct IncompleteChain;

impl fmt::Display for IncompleteChain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("incomplete chain")
    }
}

impl Error for IncompleteChain {}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.insecure {
            return Ok(ServerCertVerified::assertion());
        }
        let strict = self.strict()?;
        let verify = |at| strict.verify_server_cert(end_entity, intermediates, server_name, ocsp, at);
        let verified = verify(now);
        if let Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) = verified
            && intermediates.is_empty()
            && is_signed_by_another(end_entity) == Some(true)
        {
            let incomplete = CertificateError::Other(OtherError(Arc::new(IncompleteChain)));
            return Err(rustls::Error::InvalidCertificate(incomplete));
        }
        let later = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + SOON);
        if verified.is_ok() && verify(later).is_err_and(|error| cause_of(&error) == Cause::TlsExpired) {
            let mut expiring = self.expiring.lock().unwrap_or_else(PoisonError::into_inner);
            expiring.insert(server_name.to_str().into_owned());
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What is wrong.
pub(super) fn cause_of(error: &rustls::Error) -> Cause {
    use CertificateError as Bad;
    let rustls::Error::InvalidCertificate(bad) = error else { return Cause::TlsProtocol };
    match bad {
        Bad::Expired | Bad::ExpiredContext { .. } | Bad::NotValidYet | Bad::NotValidYetContext { .. } => {
            Cause::TlsExpired
        }
        Bad::NotValidForName | Bad::NotValidForNameContext { .. } => Cause::TlsName,
        Bad::Other(OtherError(other)) if other.is::<IncompleteChain>() => Cause::TlsIncompleteChain,
        _ => Cause::TlsUntrusted,
    }
}

/// Whether the issuer of a certificate is another than its subject. RFC 5280 §4.1.
fn is_signed_by_another(certificate: &[u8]) -> Option<bool> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.2;
    }
    // Serial number, algorithm, issuer, validity, subject.
    let mut names = Vec::new();
    for _ in 0..5 {
        let (_, content, rest) = element(fields)?;
        names.push(content);
        fields = rest;
    }
    Some(names[2] != names[4])
}

/// The tag and content of the first element of DER, and what is behind it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        (
            digits
                .iter()
                .try_fold(0_usize, |sum, byte| sum.checked_mul(256)?.checked_add(usize::from(*byte)))?,
            rest,
        )
    };
    let (content, behind) = rest.split_at_checked(length)?;
    Some((tag, content, behind))
}
