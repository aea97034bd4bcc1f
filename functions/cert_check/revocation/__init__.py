"""Whether a certificate is revoked: by its CA's lists (CRL), or by asking its CA (OCSP)."""
