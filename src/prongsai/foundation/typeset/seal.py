"""The office's seal on a PDF: a certifying PAdES signature that allows no change.

It shows that the file is as the office's system made it. Who trusts a self-issued certificate is another matter;
what verifies the content is the register's head, printed on the paper.
"""

from __future__ import annotations

import warnings
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from prongsai.kernel import clock

if TYPE_CHECKING:  # pyHanko is loaded with the first seal: it takes most of a second, in every process
    from pyhanko.sign import signers

_FIELD = "Seal"
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
_VALID_FOR = timedelta(days=3653)  # ten years: as long as anybody may ask for a fiscal year's papers


class Sealer(Protocol):
    """Something that can seal a finished PDF; any later change to the bytes breaks the seal."""

    def seal(self, pdf: bytes, *, reason: str) -> bytes: ...


class _CertificateSealer:
    def __init__(self, signer: signers.SimpleSigner) -> None:
        self._signer = signer

    def seal(self, pdf: bytes, *, reason: str) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import fields, signers

        about = signers.PdfSignatureMetadata(
            field_name=_FIELD,
            reason=reason,
            md_algorithm="sha256",
            certify=True,
            docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
            # The usual usage for signing mail is not asked of an office's own certificate.
            signer_key_usage={"digital_signature"},
        )
        # Nothing to see, and outside every page: such a field needs neither an appearance (PDF/A) nor a tag (PDF/UA).
        place = fields.SigFieldSpec(
            _FIELD,
            readable_field_name="ตราอิเล็กทรอนิกส์ของหน่วยงาน",
            invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True),
        )
        out = BytesIO()
        signer = signers.PdfSigner(about, self._signer, new_field_spec=place)
        signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
        return out.getvalue()


def make_sealer(private_key_pem: bytes, certificate_pem: bytes) -> Sealer:
    """A sealer from a PEM key (unencrypted PKCS #8) and its PEM certificate. Raises ValueError if they do not match."""
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = serialization.load_pem_private_key(private_key_pem, password=None)
    certificate = x509.load_pem_x509_certificate(certificate_pem)
    if key.public_key() != certificate.public_key():
        raise ValueError("กุญแจกับใบรับรองไม่ใช่คู่กัน")
    der = serialization.Encoding.DER
    plain = serialization.NoEncryption()
    key_der = key.private_bytes(der, serialization.PrivateFormat.PKCS8, plain)
    return _CertificateSealer(
        signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(certificate.public_bytes(der)),
            signing_key=asn1_keys.PrivateKeyInfo.load(key_der),
            cert_registry=SimpleCertificateStore(),
        )
    )


def issue_certificate(name: str) -> tuple[bytes, bytes]:
    """A new P-256 key and a self-issued certificate for the office `name` (at most 64 letters are kept), as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    # RFC 5280 limits names to 64 characters; the library counts bytes, of which a Thai letter takes three.
    with warnings.catch_warnings(action="ignore"):
        names = [
            x509.NameAttribute(oid, name[:64], _validate=False)
            for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
        ]
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "TH"), *names])
    usage = dict.fromkeys(
        (
            "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
            "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    public = key.public_key()
    now = clock.now().replace(microsecond=0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([_DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key_pem = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key_pem, certificate.public_bytes(pem)
