"""Evidence files: one row for each content that an organization keeps."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.tenancy.fields import TenantForeignKey, TenantModel
from prongsai.kernel import contracts

VISIBILITIES = [("internal", "ใช้ภายใน"), ("public", "เผยแพร่แล้ว")]


class StoredFile(TenantModel):
    """A file by its content: the same bytes stored twice are one row, under the name given first.

    The bytes stand in the storage at `path`; a published picture has a second copy without metadata.
    """

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()  # bytes
    content_type = models.CharField(max_length=100)  # judged from the content
    name = models.CharField(max_length=200)
    visibility = models.CharField(max_length=8, choices=VISIBILITIES, default="internal")
    public_sha256 = models.CharField(max_length=64, blank=True)  # what visitors get; empty while internal
    public_size = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "sha256"], name="file_content_once"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "public_sha256"],
                condition=models.Q(visibility="public"),
                name="file_public",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_public(self) -> bool:
        return self.visibility == contracts.Visibility.PUBLIC

    @property
    def path(self) -> str:
        """Where the content stands in the storage."""
        return content_path(self.organization_id, self.sha256)  # type: ignore[attr-defined]

    @property
    def public_path(self) -> str:
        """Where the visitors' copy stands; for all but pictures the content itself."""
        return content_path(self.organization_id, self.public_sha256)  # type: ignore[attr-defined]


def content_path(organization_id: int, sha256: str) -> str:
    """The storage name of a content: it depends on nothing but the organization and the bytes."""
    return f"organizations/{organization_id}/{sha256[:2]}/{sha256}"


class Upload(TenantModel):
    """A file on its way: sent in pieces, and only by who began it. Once `file` is set it has arrived whole.

    The pieces stand in rows, where every web process finds them and where a dropped line leaves them whole.
    """

    key = models.CharField(max_length=40)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)  # as the browser said it; cleaned when the file is kept
    mark = models.CharField(
        max_length=100, blank=True
    )  # tells the same file chosen again from another of its name
    size = models.BigIntegerField()  # bytes, as announced
    received = models.BigIntegerField(default=0)
    file = TenantForeignKey(StoredFile, models.PROTECT, null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "key"], name="upload_key_once")]
        indexes = [models.Index(fields=["organization", "user", "updated_at"], name="upload_of_user")]

    @property
    def is_done(self) -> bool:
        return self.file_id is not None  # type: ignore[attr-defined]


class UploadPart(TenantModel):
    """A piece of an upload; gone as soon as the file is kept."""

    upload = TenantForeignKey(Upload, models.PROTECT, related_name="parts")
    at = models.BigIntegerField()  # where in the file it begins
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "upload", "at"], name="upload_part_once")
        ]
