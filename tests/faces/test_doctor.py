"""The self-check tells good from bad, with evidence, and never breaks."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.utils import translation

from tests.cast import NOW, PLATFORM
from zhijia.faces.doctor import people
from zhijia.faces.doctor.findings import Finding, State, examine
from zhijia.faces.doctor.report import report, tally
from zhijia.kernel.people.models import Post
from zhijia.kernel.people.posts import end_post
from zhijia.kernel.people.roles import Role

if TYPE_CHECKING:
    from tests.cast import Cast


def test_every_control_is_answered_in_chinese(cast: "Cast") -> None:
    findings = report(NOW)
    assert {f.control for f in findings if f.control == "?"} == set()
    assert sum(tally(findings).values()) == len(findings)
    with translation.override("zh-hans"):
        for f in findings:
            for text in (f.title, f.evidence, *([f.mend] if f.mend else [])):
                assert any("一" <= letter <= "鿿" for letter in str(text)), (f.control, str(text))


def test_a_missing_administrator_and_a_clash_are_found(cast: "Cast") -> None:
    assert people.administrators(NOW).state == State.HOLDS
    assert people.separation(NOW).state == State.HOLDS
    post = Post.objects.get(account=cast.accounts["guard"])
    end_post(post=post, last_day=(NOW - timedelta(days=1)).date(), actor=PLATFORM, now=NOW)
    assert people.administrators(NOW).state == State.FAILS
    Post.objects.create(  # past the door that refuses it
        account=cast.accounts["auditor"], role=Role.OFFICER, org=cast.orgs["qinghe"], from_day=NOW.date()
    )
    assert people.separation(NOW).state == State.FAILS


def test_settings_decide(settings: Any, cast: "Cast") -> None:
    settings.DEMO, settings.SESSION_COOKIE_SECURE, settings.STAFF_SECOND_FACTOR = True, False, False
    bad = [people.defaults(NOW), people.transport(NOW), people.second_factor(NOW)]
    settings.DEMO, settings.SESSION_COOKIE_SECURE, settings.STAFF_SECOND_FACTOR = False, True, True
    good = [people.defaults(NOW), people.transport(NOW), people.second_factor(NOW)]
    assert [f.state for f in bad] == [State.FAILS] * 3
    assert [f.state for f in good] == [State.HOLDS] * 3
    assert all(f.mend for f in bad)
    assert not any(f.mend for f in good)


def test_proxies_that_nobody_named_are_a_weakness(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE, settings.TRUSTED_PROXIES = True, []
    weak = people.addresses(NOW)
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    held = people.addresses(NOW)
    assert (weak.state, held.state, "10.0.0.0/8" in str(held.evidence)) == (State.WEAK, State.HOLDS, True)


def test_a_check_that_breaks_is_a_finding() -> None:
    def broken(now: object) -> Finding:
        raise ZeroDivisionError("no")

    (found,) = examine((broken,), NOW)
    assert (found.state, str(found.evidence)) == (State.FAILS, "ZeroDivisionError: no")


def test_page_is_for_administrators_and_auditors(cast: "Cast") -> None:
    for who, status in (("admin", 200), ("guard", 200), ("auditor", 200), ("zhou", 403), ("leader", 403)):
        client = Client()
        client.force_login(cast.accounts[who])
        assert (who, client.get("/desk/doctor/").status_code) == (who, status)
