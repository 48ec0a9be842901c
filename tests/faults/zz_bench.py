import time, cProfile, pstats, sys
from datetime import timedelta
import pytest
from tests.cast import NOW, QINGHE, build
from zhijia.faces.access import seen_by
from zhijia.kernel.service.engine import fire, open_case
@pytest.mark.django_db(transaction=True)
def test_bench():
    c = build()
    nos=[]
    for i in range(4):
        f=open_case(service="hotline", actor=c.actor("alice"), now=NOW, data={"story":"工资没给","category":"wages"}, region=QINGHE, applicant_id=c.person_id("alice"), key=f"k{i}")
        fire(no=f.no,transition="dispatch",actor=c.actor("dispatcher"),now=NOW,data={"unit":c.orgs["qinghe"].pk,"tier":"difficult"})
        fire(no=f.no,transition="sign",actor=c.actor("zhou"),now=NOW)
        nos.append(f.no)
    a=c.actor("zhou")
    def go(n):
        for i in range(n):
            with seen_by(a):
                fire(no=nos[i%4],transition="contact",actor=a,now=NOW+timedelta(hours=1),data={"note":"通话"},key=f"{time.perf_counter_ns()}")
    go(30)
    best=[]
    for _ in range(5):
        t=time.perf_counter(); p=time.process_time(); go(100); best.append((round((time.perf_counter()-t)*10,2), round((time.process_time()-p)*10,2)))
    print("ms wall, python cpu:", sorted(best))
    pr=cProfile.Profile(); pr.enable(); go(200); pr.disable()
    pstats.Stats(pr).sort_stats("tottime").print_stats(14)
