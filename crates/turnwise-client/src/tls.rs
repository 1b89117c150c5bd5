//! Whom to trust: Mozilla's roots, and those of the settings.

use rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::{config::Config, error::Error};

/// All roots, as DER.
pub(crate) fn roots(config: &Config) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.to_vec();
    for pem in &config.roots {
        let before = roots.len();
        for root in CertificateDer::pem_slice_iter(pem.as_bytes()) {
            roots.push(
                root.map_err(|error| Error::invalid(format!("a root certificate cannot be read: {error}")))?,
            );
        }
        if roots.len() == before {
            return Err(Error::invalid("there is no certificate in the PEM of a root"));
        }
    }
    Ok(roots)
}

/// Whether an error says that the server's certificate is not trusted; then nothing was sent.
pub(crate) fn is_distrust(mut error: &(dyn std::error::Error + 'static)) -> bool {
    loop {
        if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
            return true;
        }
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let next: Option<&(dyn std::error::Error + 'static)> = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
        match next {
            Some(next) => error = next,
            None => return false,
        }
    }
}
