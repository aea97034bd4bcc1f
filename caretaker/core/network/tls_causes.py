"""Why a TLS handshake failed, in words: OpenSSL's message, whichever library hands it on."""

import re

_CAUSES = (
    ("expired", "its certificate has expired", "Renew the certificate, and reload the server so that it is used."),
    (
        "not yet valid",
        "its certificate is not valid yet",
        "Check the clock of the server and the date of the certificate.",
    ),
    (
        "no alternative certificate subject name|does not match|subject name|hostname mismatch|ip address mismatch",
        "its certificate is for another name",
        "Issue a certificate whose subjectAltName holds this name, or check where the name points.",
    ),
    (
        "self-signed certificate in certificate chain|unable to get local issuer|unable to verify the first",
        "its certificate leads to no trusted root",
        "Serve the whole chain with the intermediate certificate, or set ca: for a private CA.",
    ),
    (
        "self-signed|self signed",
        "its certificate is self-signed",
        "Get a certificate from a CA, or set ca: to this one.",
    ),
    (
        "wrong version number|packet length too long|http request|record layer failure",
        "it does not speak TLS on this port",
        "Check the port, and whether the URL should begin with http://.",
    ),
    (
        "unexpected eof|SSL_ERROR_SYSCALL|reset",
        "it closed the connection during the handshake",
        "Look at the server's TLS log.",
    ),
)


def tls_cause(text: str, otherwise: str) -> tuple[str, str]:
    """Return what a message means and what to do about it; the message itself and ``otherwise`` if it is not known."""
    for words, cause, fix in _CAUSES:
        if re.search(words, text, re.IGNORECASE):
            return cause, fix
    return text, otherwise
