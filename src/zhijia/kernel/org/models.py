"""Tables of regions, union organisations with their history of moves, and employers."""

from enum import IntEnum, StrEnum

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text


class Level(IntEnum):
    """How high an organisation works; a region has only the first four."""

    NATIONAL = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWN = 4
    GRASSROOTS = 5

    @property
    def title(self) -> Text:
        """The level's name for people."""
        return _LEVELS[self]


class OrgKind(StrEnum):
    """What an organisation is. `docs/glossary.md` maps each to Chinese."""

    FEDERATION = "federation"
    INDUSTRY_UNION = "industry_union"
    GRASSROOTS = "grassroots"
    HOTLINE_CENTRE = "hotline_centre"
    CALLBACK_CENTRE = "callback_centre"
    TEAM = "team"

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The kind's name for people."""
        return _KINDS[self]


class Tree(StrEnum):
    """The two hierarchies that every organisation may stand in."""

    REGION = "region"
    INDUSTRY = "industry"


_LEVELS: dict[Level, Text] = {
    Level.NATIONAL: _("National"),
    Level.PROVINCE: _("Province"),
    Level.CITY: _("City"),
    Level.COUNTY: _("County"),
    Level.TOWN: _("Town"),
    Level.GRASSROOTS: _("Grassroots"),
}
_KINDS: dict[OrgKind, Text] = {
    OrgKind.FEDERATION: _("Federation of trade unions"),
    OrgKind.INDUSTRY_UNION: _("Industrial union"),
    OrgKind.GRASSROOTS: _("Grassroots union"),
    OrgKind.HOTLINE_CENTRE: _("Hotline centre"),
    OrgKind.CALLBACK_CENTRE: _("Call-back centre"),
    OrgKind.TEAM: _("Team"),
}

PLACEHOLDERS = frozenset({"市辖区", "县", "直辖县"})
"""City-level codes of GB/T 2260 that only group counties: 110100 市辖区, 500200 县, 429000 直辖县."""


class Region(models.Model):
    """One administrative division of GB/T 2260, current or retired."""

    code = models.CharField(primary_key=True, max_length=6, db_collation="C")
    name = models.CharField(max_length=60)
    level = models.SmallIntegerField()
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    retired_in = models.SmallIntegerField(null=True)
    """The last year in which the code was in force; null while it is."""
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    """The latest code of the same place, when this one was replaced."""
    pinyin = models.CharField(max_length=200, db_collation="C")
    initials = models.CharField(max_length=60, db_collation="C")

    class Meta:
        db_table = "org_region"
        indexes = [
            models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="org_region_name"),
            models.Index(fields=["initials"], name="org_region_initials"),
            models.Index(fields=["pinyin"], name="org_region_pinyin"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{6}$"), name="org_region_code"),
            models.CheckConstraint(condition=Q(level__range=(0, 3)), name="org_region_level"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_placeholder(self) -> bool:
        """Whether this code only groups counties, so that a picker or a full name passes over it."""
        return self.level == Level.CITY and self.name in PLACEHOLDERS


class Org(models.Model):
    """One union organisation: a range of numbers that holds the ranges of everything below it (docs/adr/0003)."""

    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20)
    level = models.SmallIntegerField()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    lft = models.BigIntegerField()
    rgt = models.BigIntegerField()
    industry_parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="industry_children", db_index=False
    )
    industry_lft = models.BigIntegerField(null=True)
    industry_rgt = models.BigIntegerField(null=True)
    active = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    """The last day on which the organisation existed; null while it does."""

    class Meta:
        db_table = "org_org"
        indexes = [
            models.Index(fields=["lft"], name="org_org_lft"),
            models.Index(fields=["parent", "rgt"], name="org_org_parent"),
            models.Index(fields=["region", "kind"], name="org_org_region"),
            models.Index(fields=["industry_lft"], name="org_org_industry_lft", condition=Q(industry_lft__isnull=False)),
            models.Index(
                fields=["industry_parent", "industry_rgt"],
                name="org_org_industry_parent",
                condition=Q(industry_lft__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(lft__gt=0, lft__lt=F("rgt")), name="org_org_range"),
            models.CheckConstraint(
                condition=Q(industry_lft__gt=0, industry_lft__lt=F("industry_rgt"))
                | Q(industry_lft__isnull=True, industry_rgt__isnull=True, industry_parent__isnull=True),
                name="org_org_industry_range",
            ),
            models.CheckConstraint(condition=Q(kind__in=[str(k) for k in OrgKind]), name="org_org_kind"),
            models.CheckConstraint(condition=Q(level__range=(0, 5)), name="org_org_level"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="org_org_valid"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrgMove(models.Model):
    """One renumbering of one subtree: a move to another parent or, with both parents the same, to a wider range.

    Everything whose number lay in [old_lft, old_rgt] now has that number plus `shift`. Until `settled_at` is set
    the old numbers are given to nobody, so a copy that has not followed yet can never fall into a stranger's range.
    """

    org = models.ForeignKey(Org, models.PROTECT, related_name="moves", db_index=False)
    tree = models.CharField(max_length=10)
    from_parent = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", db_index=False)
    to_parent = models.ForeignKey(Org, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    actor_id = models.BigIntegerField(null=True)
    """The account that moved it; null is the platform."""
    old_lft = models.BigIntegerField()
    old_rgt = models.BigIntegerField()
    shift = models.BigIntegerField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "org_move"
        indexes = [
            models.Index(fields=["org", "tree", "at"], name="org_move_org"),
            models.Index(fields=["tree", "old_lft"], name="org_move_unsettled", condition=Q(settled_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(old_lft__lt=F("old_rgt")), name="org_move_range"),
            models.CheckConstraint(condition=Q(tree__in=[str(t) for t in Tree]), name="org_move_tree"),
        ]

    @property
    def is_widening(self) -> bool:
        """Whether the organisation only got more room, under the same parent."""
        return self.from_parent_id == self.to_parent_id


class Employer(models.Model):
    """An employer, known by its unified social credit code (GB 32100-2015) where there is one."""

    uscc = models.CharField(max_length=18, null=True, unique=True, db_collation="C")
    name = models.CharField(max_length=200, db_collation="C")
    name_pinyin = models.CharField(max_length=1200, db_collation="C")
    initials = models.CharField(max_length=200, db_collation="C")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    industry = models.CharField(max_length=5, blank=True)
    """GB/T 4754: section letter, then digits of division and group; "" unknown."""
    union = models.ForeignKey(Org, models.PROTECT, null=True, related_name="employers")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "org_employer"
        indexes = [
            models.Index(fields=["name", "id"], name="org_employer_name"),
            models.Index(fields=["initials", "id"], name="org_employer_initials"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "region"], condition=Q(uscc__isnull=True), name="org_employer_uncoded"
            ),
            models.CheckConstraint(
                condition=Q(uscc__isnull=True) | Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"), name="org_employer_uscc"
            ),
            models.CheckConstraint(
                condition=Q(industry="") | Q(industry__regex=r"^[A-T][0-9]{0,4}$"), name="org_employer_industry"
            ),
        ]

    def __str__(self) -> str:
        return self.name
