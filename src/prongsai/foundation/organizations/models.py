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
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=5, blank=True)
    phone = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    document_code = models.CharField(max_length=40, blank=True)  # รหัสหนังสือ: บร 72501
    map_centre = models.CharField(max_length=24, blank=True)  # where its maps begin, as a Point says itself
    seal = models.CharField(max_length=64, blank=True)  # the published file by its digest; empty: none yet
    sort_key = models.CharField(max_length=400)  # Thai dictionary order, made by kernel.thai
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        # The list of offices is read in this order, a page at a time.
        indexes = [models.Index(fields=["sort_key", "id"], name="organization_in_order")]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def active(self) -> UnitQuerySet:
        """Those that work today: what pickers offer and what "every unit" means."""
        return self.filter(is_active=True)


class Unit(TenantModel):
    """สำนักปลัด, กองคลัง …: responsible for steps. Never deleted, since facts and plans name them."""

    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=100, blank=True)
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField(default=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "name"], name="unit_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
