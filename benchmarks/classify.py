"""How well plain rules tell what a story is about, on real consultation texts that are not part of the product.

Prints one JSON line. `value` is the F1 of "is this about work" (precision and recall stand beside it); `category` is
the share of labour texts with a derived subtype whose suggested category is one of those that the subtypes map to
(see SUBTYPES; texts whose only subtype is procedural or "other" do not count); `per_second` is the speed of one core.
ZHIJIA_DATA names the folder (default ../shared/data), FILE another file in it. Without the data the line says why it
was skipped.
"""

import json
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
DATA = Path(os.environ.get("ZHIJIA_DATA") or ROOT.parent / "shared" / "data")
FILE = os.environ.get("FILE", "consultations.dev.jsonl")
TARGET, TARGET_SPEED = 0.85, 2000

SUBTYPES = {
    "解除终止补偿": {"dismissal"},
    "社会保险": {"insurance"},
    "住房公积金": {"insurance"},
    "合同订立": {"contract"},
    "劳动关系确认": {"contract", "platform"},
    "派遣非全": {"contract"},
    "试用期": {"contract"},
    "规章制度": {"contract", "dismissal"},
    "服务期竞业": {"contract"},
    "工伤": {"injury"},
    "工资报酬": {"wages"},
    "工时休假": {"overtime", "leave"},
    "女职工未成年工": {"women"},
}
"""The derived subtypes of the data, as categories of the hotline. 争议程序 and 其他劳动 say nothing about the topic."""


def measure(rows: list[dict[str, object]]) -> dict[str, object]:
    """Counts over rows with `text`, `labour` and `sub`."""
    from zhijia.modules.hotline.classify import suggest

    suggest("预热")
    began = time.perf_counter()
    guesses = [suggest(str(row["text"])) for row in rows]
    seconds = time.perf_counter() - began
    both = sum(bool(row["labour"]) and g.is_labour for row, g in zip(rows, guesses, strict=True))
    said, are = sum(g.is_labour for g in guesses), sum(bool(row["labour"]) for row in rows)
    precision, recall = both / max(said, 1), both / max(are, 1)
    mapped = [
        (set().union(*(SUBTYPES.get(name, set()) for name in row["sub"])), g)  # type: ignore[attr-defined]
        for row, g in zip(rows, guesses, strict=True)
        if row["labour"] and row.get("sub")
    ]
    judged = [(wanted, g) for wanted, g in mapped if wanted]
    right = sum(g.category in wanted for wanted, g in judged)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {
        "name": "classify", "value": round(f1, 3), "unit": "F1 labour yes/no", "target": TARGET,
        "precision": round(precision, 3), "recall": round(recall, 3), "labour": are, "rows": len(rows),
        "category": round(right / max(len(judged), 1), 3), "category_of": len(judged),
        "sure": round(sum(g.sure for g in guesses if g.is_labour) / max(said, 1), 3),
        "per_second": round(len(rows) / seconds), "target_per_second": TARGET_SPEED,
        "ok": f1 >= TARGET and len(rows) / seconds >= TARGET_SPEED, "peer": None,
    }  # fmt: skip


def main() -> None:
    path = DATA / FILE
    if not path.exists():
        print(json.dumps({"name": "classify", "skipped": f"no data: {path.name} is not in the data folder"}))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhijia.site.settings")
    import django

    django.setup()
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    print(json.dumps(measure(rows), ensure_ascii=False))


if __name__ == "__main__":
    main()
