//! TLS to the server, as far as `sslmode` asks for it.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, Result};

/// How far the server's certificate is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Encrypted, whoever it is: `prefer` and `require`.
    Anyone,
    /// Signed by an authority we trust: `verify-ca`, and `require` when a root file is given.
    Authority,
    /// And its name is the one we asked for: `verify-full`.
    Name,
}

/// Takes the modes that the driver does not know out of the address.
pub(super) fn split_mode(url: &str, has_root: bool) -> (String, Trust) {
    for (mode, trust) in [
        ("verify-full", Trust::Name),
        ("verify-ca", Trust::Authority),
    ] {
        let asked = format!("sslmode={mode}");
        if url.contains(&asked) {
            return (url.replace(&asked, "sslmode=require"), trust);
        }
    }
    let trust = if has_root {
        Trust::Authority
    } else {
        Trust::Anyone
    };
    (url.to_owned(), trust)
}

pub(super) fn connector(trust: Trust, root: Option<&Path>) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|err| Error::Database(format!("TLS: {err}")))?;
    let config = match trust {
        Trust::Name => builder
            .with_root_certificates(roots(root)?)
            .with_no_client_auth(),
        Trust::Authority | Trust::Anyone => {
            let authority = match trust {
                Trust::Anyone => None,
                _ => Some(chain_verifier(roots(root)?, Arc::clone(&provider))?),
            };
            let verifier = Arc::new(Lenient {
                authority,
                provider,
            });
            builder
                .dangerous()
                .with_custom_certificate_verifier(verifier)
                .with_no_client_auth()
        }
    };
    Ok(MakeRustlsConnect::new(config))
}

/// The machine's authorities, and those of the file.
fn roots(extra: Option<&Path>) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let Some(path) = extra else { return Ok(store) };
    let unreadable =
        |err: &dyn std::fmt::Display| Error::Database(format!("{}: {err}", path.display()));
    let certificates = CertificateDer::pem_file_iter(path).map_err(|err| unreadable(&err))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|err| unreadable(&err))?;
        store.add(certificate).map_err(|err| unreadable(&err))?;
    }
    Ok(store)
}

fn chain_verifier(
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .map_err(|err| Error::Database(format!("TLS: {err}")))
}

/// Does not ask for the server's name; asks for an authority only if one is set.
#[derive(Debug)]
struct Lenient {
    authority: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
        let Some(authority) = &self.authority else {
            return Ok(ServerCertVerified::assertion());
        };
        match authority.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        ) {
            Err(rustls::Error::InvalidCertificate(
                NotValidForName | NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.provider.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        for (url, has_root, rewritten, trust) in [
            ("postgres://h/d", false, "postgres://h/d", Trust::Anyone),
            (
                "postgres://h/d?sslmode=require",
                true,
                "postgres://h/d?sslmode=require",
                Trust::Authority,
            ),
            (
                "host=h sslmode=verify-ca",
                false,
                "host=h sslmode=require",
                Trust::Authority,
            ),
            (
                "postgres://h/d?sslmode=verify-full&x=1",
                true,
                "postgres://h/d?sslmode=require&x=1",
                Trust::Name,
            ),
        ] {
            assert_eq!(
                split_mode(url, has_root),
                (rewritten.to_owned(), trust),
                "{url}"
            );
        }
    }
}
