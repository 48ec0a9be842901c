from tests.faces.web.admin.test_openings import *
def test_x(cast, enter):
    story = hide(cast)
    enter("sun").post("/desk/openings/ask/", {"no": story.no, "reason": WHY})
    opening = Opening.objects.get()
    r = enter("auditor").post(f"/desk/openings/{opening.pk}/agree/")
    import re
    print(r.status_code, re.sub(r"<[^>]+>"," ",r.content.decode())[-900:])
    assert 0
