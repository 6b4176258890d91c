"""Organizations (อปท.) and their units (ส่วนราชการภายใน)."""

from __future__ import annotations

from django.db import models

from prongsai.foundation.tenancy.fields import TenantModel


class OrganizationKind(models.TextChoices):
    """ประเภทขององค์กรปกครองส่วนท้องถิ่น."""

    SAO = "sao", "องค์การบริหารส่วนตำบล"
    SUBDISTRICT_MUNICIPALITY = "subdistrict_municipality", "เทศบาลตำบล"
    TOWN_MUNICIPALITY = "town_municipality", "เทศบาลเมือง"
    CITY_MUNICIPALITY = "city_municipality", "เทศบาลนคร"
    PAO = "pao", "องค์การบริหารส่วนจังหวัด"
    SPECIAL = "special", "องค์กรปกครองส่วนท้องถิ่นรูปแบบพิเศษ"


class Organization(models.Model):
    """A tenant. The row itself is public (name and place), so it stands outside row-level security."""

    key = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=30, choices=OrganizationKind)
    name = models.CharField(max_length=200)  # official: องค์การบริหารส่วนตำบลเมืองแก
    short_name = models.CharField(max_length=100)  # อบต.เมืองแก
    name_en = models.CharField(max_length=200, blank=True)
    district = models.CharField(max_length=100)
    province = models.CharField(max_length=100)
    website = models.URLField(blank=True)
    sort_key = models.CharField(max_length=400)  # Thai dictionary order, made by kernel.thai
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        # The list of offices is read in this order, a page at a time.
        indexes = [models.Index(fields=["sort_key", "id"], name="organization_in_order")]

    def __str__(self) -> str:
        return self.name


class Unit(TenantModel):
    """สำนักปลัด, กองคลัง …: responsible for steps."""

    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="unit_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
