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
